/** What other capabilities may know of collecting: how far behind the newest accepted event an answer may be. */
export type { EventReceipt } from './batch.ts';
export type { Freshness } from './writer.ts';
