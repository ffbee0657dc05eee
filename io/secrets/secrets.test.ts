import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadOrCreateSecretKey } from './secret-key-file.ts';
import { openSecrets } from './secrets.ts';

const ONE = 'x4Qm0pS1vBvJcT8yq3Zr6uWnE2aLkHfD';
const OTHER = 'p9RtY2wKxV5bN8mC1zQ4sE7gJ0hL3dFa';

describe('secrets', () => {
  const secrets = openSecrets({ secretKey: ONE });

  test('what was encrypted comes back, multibyte text and the empty string included', () => {
    for (const text of ['hunter2', '', 'Größe → 東京 🗼', 'x'.repeat(100_000)]) {
      expect(secrets.decrypt(secrets.encrypt(text, 'destination:1'), 'destination:1')).toBe(text);
    }
  });

  test('the same text encrypts differently each time and never shows in the ciphertext', () => {
    const [first, second] = [secrets.encrypt('hunter2', 'a'), secrets.encrypt('hunter2', 'a')];
    expect(first).not.toBe(second);
    expect(Buffer.from(first!.split('.')[2]!, 'base64url').toString('latin1')).not.toContain('hunter2');
  });

  test('a change of any byte is refused', () => {
    const [format, keyId, body] = secrets.encrypt('hunter2', 'a').split('.');
    const sealed = Buffer.from(body!, 'base64url');
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed);
      changed[index]! ^= 1;
      const ciphertext = `${format}.${keyId}.${changed.toString('base64url')}`;
      expect(() => secrets.decrypt(ciphertext, 'a')).toThrow(/was changed/);
    }
  });

  test('a ciphertext moved to another context is refused', () => {
    expect(() => secrets.decrypt(secrets.encrypt('hunter2', 'destination:1'), 'destination:2')).toThrow(/belongs to/);
  });

  test('text that is no ciphertext, or one cut short, is refused', () => {
    for (const text of ['', 'hunter2', 'v1.only', 'v2.a.b', 'v1.a.b.c']) {
      expect(() => secrets.decrypt(text, 'a')).toThrow(/not one that Uptake encrypted|secret key/);
    }
    expect(() => secrets.decrypt(secrets.encrypt('x', 'a').slice(0, 20), 'a')).toThrow(/cut short/);
  });

  test('another secret key cannot decrypt and says which key is needed; as a previous key it still decrypts', () => {
    const old = openSecrets({ secretKey: OTHER }).encrypt('hunter2', 'a');
    expect(() => secrets.decrypt(old, 'a')).toThrow(`encrypted with secret key ${old.split('.')[1]}`);
    const rotated = openSecrets({ secretKey: ONE, previousSecretKeys: [OTHER] });
    expect(rotated.decrypt(old, 'a')).toBe('hunter2');
    expect(rotated.encrypt('x', 'a').split('.')[1]).toBe(secrets.encrypt('x', 'a').split('.')[1]);
  });

  test('subkeys differ by name and by secret key, and stay the same across starts', () => {
    const subkey = (secretKey: string, name: 'pseudonyms' | 'sessions') =>
      openSecrets({ secretKey }).subkey(name).toString('hex');
    expect(new Set([subkey(ONE, 'pseudonyms'), subkey(ONE, 'sessions'), subkey(OTHER, 'pseudonyms')]).size).toBe(3);
    // Computed with Python: HKDF(SHA256, length 32, salt "uptake", info "pseudonyms").
    expect(subkey(ONE, 'pseudonyms')).toBe('0cac2444f1b19719957af9e4b2bcdd9dbe78b8eabe8d754f0c0272e77e25a8cf');
  });

  test('a short secret key is refused with the way to make one', () => {
    expect(() => openSecrets({ secretKey: 'x'.repeat(31) })).toThrow(/31 characters.*openssl rand/s);
  });
});

describe('the secret key file', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'uptake-secret-key-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('is made once, for its owner alone, and read again afterwards', () => {
    const directory = join(scratch, 'fresh');
    const key = loadOrCreateSecretKey(directory);
    expect(Buffer.from(key, 'base64url')).toHaveLength(32);
    expect(statSync(join(directory, 'secret.key')).mode & 0o777).toBe(0o600);
    expect(loadOrCreateSecretKey(directory)).toBe(key);
    expect(readdirSync(directory)).toEqual(['secret.key']);
  });

  test('that others may read is refused with the command that closes it', () => {
    const directory = mkdtempSync(join(scratch, 'open-'));
    const file = join(directory, 'secret.key');
    writeFileSync(file, ONE);
    for (const mode of [0o644, 0o640, 0o604]) {
      chmodSync(file, mode);
      expect(() => loadOrCreateSecretKey(directory)).toThrow(`chmod 600 ${file}`);
    }
    chmodSync(file, 0o600);
    expect(loadOrCreateSecretKey(directory)).toBe(ONE);
  });
});
