/** Dead letters: what may be kept of a refused event, and how it is read again. */
export * from './payload.ts';
export * from './rows.ts';
