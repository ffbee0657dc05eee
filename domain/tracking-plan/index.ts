/** The tracking plan's rules: what a schema is, what it lets pass, what may change, and how it is written and read. */
export * from './event-schema.ts';
export { parseEventSchema } from './parse.ts';
