export {
  CONTROL_STORE_MIGRATIONS,
  openPgliteControlStore,
  type PgliteControlStoreOptions,
  rollBackPgliteControlStore,
} from './pglite.ts';
export * from './port.ts';
