/** Privacy: what is taken out of events before anything is stored, and what ids become. */
export * from './pseudonyms.ts';
export * from './rules.ts';
export * from './scrubber.ts';
export { scrubText } from './text.ts';
