/** The one secret of an installation, and what is derived from it. */

/** One subkey per use, so that a leak of one says nothing of the others. */
export const SUBKEYS = ['pseudonyms', 'sessions', 'encryption', 'certificates'] as const;
export type Subkey = (typeof SUBKEYS)[number];

export interface Secrets {
  /** 32 bytes, the same for the same secret key. */
  subkey(name: Subkey): Buffer;
  /**
   * AES-256-GCM. `context` says what the text belongs to (`destination:…:token`); decrypting under another context fails,
   * so a ciphertext cannot be moved to another row.
   */
  encrypt(plaintext: string, context: string): string;
  /** Throws `SecretUnreadable` on tampering, another context, or a secret key this process does not have. */
  decrypt(ciphertext: string, context: string): string;
}

export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
}

/** The secret key is missing where one is needed, too weak, or readable by others; the message says what to do. */
export class SecretKeyRefused extends Error {
  override readonly name = 'SecretKeyRefused';
}
