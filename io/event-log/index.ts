export { LogDirectoryError } from './lmdb/directory-lock.ts';
export { openLmdbEventLog } from './lmdb/open.ts';
export * from './port.ts';
