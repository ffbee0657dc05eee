export * from './port.ts';
export { loadOrCreateSecretKey } from './secret-key-file.ts';
export { openSecrets, SECRET_KEY_MIN_LENGTH, type SecretsOptions } from './secrets.ts';
