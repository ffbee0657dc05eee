/** Derives subkeys from the secret key and encrypts values that must be kept but not shown. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { SecretKeyRefused, type Secrets, SecretUnreadable, SUBKEYS, type Subkey } from './port.ts';

export const SECRET_KEY_MIN_LENGTH = 32;

const FORMAT = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type SecretsOptions = {
  /** At least 32 characters, from a random source: it is stretched by HKDF, which does not make a weak one strong. */
  readonly secretKey: string;
  /** Keys used before: they still decrypt, nothing is encrypted with them any more. */
  readonly previousSecretKeys?: readonly string[];
};

export function openSecrets(options: SecretsOptions): Secrets {
  const current = keyring(options.secretKey);
  const known = new Map([current, ...(options.previousSecretKeys ?? []).map(keyring)].map((ring) => [ring.id, ring]));
  return {
    subkey: (name) => Buffer.from(current.subkeys[name]),
    encrypt: (plaintext, context) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.subkeys.encryption, nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${FORMAT}.${current.id}.${sealed.toString('base64url')}`;
    },
    decrypt: (ciphertext, context) => {
      const [format, keyId, body, ...rest] = ciphertext.split('.');
      if (format !== FORMAT || keyId === undefined || body === undefined || rest.length > 0) {
        throw new SecretUnreadable('The value is not one that Uptake encrypted.');
      }
      const ring = known.get(keyId);
      if (ring === undefined) {
        throw new SecretUnreadable(
          `The value was encrypted with secret key ${keyId}; this process has ${[...known.keys()].join(', ')}. Start with the key it was made with.`,
        );
      }
      return unseal(Buffer.from(body, 'base64url'), ring.subkeys.encryption, context);
    },
  };
}

function unseal(sealed: Buffer, key: Buffer, context: string): string {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new SecretUnreadable('The encrypted value is cut short.');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw new SecretUnreadable('The encrypted value was changed, or belongs to something else.', { cause });
  }
}

type Keyring = { readonly id: string; readonly subkeys: Readonly<Record<Subkey, Buffer>> };

function keyring(secretKey: string): Keyring {
  if (secretKey.length < SECRET_KEY_MIN_LENGTH) {
    throw new SecretKeyRefused(
      `The secret key (UPTAKE_SECRET_KEY) has ${secretKey.length} characters; at least ${SECRET_KEY_MIN_LENGTH} random ones are needed. ` +
        'Make one with: openssl rand -base64 32',
    );
  }
  const subkeys = Object.fromEntries(SUBKEYS.map((name) => [name, derive(secretKey, name)])) as Record<Subkey, Buffer>;
  return { id: derive(secretKey, 'key-id').toString('hex').slice(0, 8), subkeys };
}

/** HKDF-SHA-256 (RFC 5869). */
function derive(secretKey: string, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, 'uptake', info, 32));
}
