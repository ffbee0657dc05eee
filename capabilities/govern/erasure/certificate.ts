/** The certificate of an erasure: what was looked for, where, what was found and what is left; signed by the installation. */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { canonicalJson, type Json } from '@uptake/domain/audit';

export type Certificate = {
  readonly format: 'uptake-erasure-certificate/1';
  readonly erasure_id: string;
  readonly workspace_id: string;
  readonly subject: { readonly kind: 'person' | 'tenant'; readonly sha256: readonly string[] };
  readonly requested_at: string;
  readonly finished_at: string;
  readonly stores: readonly { readonly store: string; readonly before: number; readonly after: number }[];
  readonly verification: { readonly asked_at: string; readonly remaining: number };
  /** Files that held the rows are deleted by then. */
  readonly files_deleted_by: string;
  readonly limits: readonly string[];
};

export type SignedCertificate = {
  readonly certificate: Certificate;
  /** Ed25519 over the canonical JSON of `certificate`, base64. */
  readonly signature: string;
  /** SPKI, PEM. */
  readonly public_key: string;
};

/** RFC 8410: what precedes the 32 bytes of an Ed25519 key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export type Signer = { readonly publicKey: string; sign(certificate: Certificate): SignedCertificate };

/** `seed`: 32 bytes that the installation keeps secret; the same seed signs alike. */
export function createSigner(seed: Uint8Array): Signer {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString();
  return {
    publicKey,
    sign: (certificate) => ({
      certificate,
      signature: sign(null, signedBytes(certificate), privateKey).toString('base64'),
      public_key: publicKey,
    }),
  };
}

export function isGenuine({ certificate, signature }: SignedCertificate, publicKey: string): boolean {
  return verify(null, signedBytes(certificate), publicKey, Buffer.from(signature, 'base64'));
}

function signedBytes(certificate: Certificate): Buffer {
  return Buffer.from(canonicalJson(certificate as unknown as Json), 'utf8');
}

/** To compare keys by eye. */
export function keyFingerprint(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
}
