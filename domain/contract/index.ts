/** The wire: event envelope, limits, closed lists of reasons, the problem table, and the row an event becomes. */
export * from './consent.ts';
export * from './decode.ts';
export { jsonPointer, nearestName, parseUuid, quotable } from './decode-text.ts';
export { parseTimestamp } from './decode-timestamp.ts';
export * from './envelope.ts';
export * from './envelope-schema.ts';
export * from './limits.ts';
export * from './problems.ts';
export * from './reasons.ts';
export {
  COLUMNS_OF_ROW_VERSION,
  EVENT_COLUMNS,
  type EventColumn,
  type EventScope,
  encodeRow,
  ROW_VERSION,
} from './row.ts';
export { RowEncoder } from './row-encoder.ts';
export * from './scopes.ts';
