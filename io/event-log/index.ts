export { LogDirectoryError } from './lmdb/directory-lock.ts';
export { openLmdbEventLog } from './lmdb/lmdb-event-log.ts';
export * from './port.ts';
