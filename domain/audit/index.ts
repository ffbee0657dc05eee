/** The chain of audit entries: its hashed form and its check. */
export { canonicalJson, type Json } from './canonical-json.ts';
export * from './chain.ts';
