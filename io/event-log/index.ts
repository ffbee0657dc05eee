/** The durable event log: its port, and the embedded implementation on LMDB. */
export { LogDirectoryError } from './lmdb/directory-lock.ts';
export { openLmdbEventLog } from './lmdb/open.ts';
export * from './port.ts';
