export { openPgliteControlStore, type PgliteControlStoreOptions } from './pglite.ts';
export * from './port.ts';
