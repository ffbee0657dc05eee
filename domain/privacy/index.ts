/** Privacy: what is taken out of events before anything is stored, and what ids become. */
export { OWN_RULE_LIMITS, type OwnRules, refusalOfForm } from './own-rules.ts';
export * from './pseudonyms.ts';
export * from './rotation.ts';
export * from './rules.ts';
export * from './scrubber.ts';
export { scrubText } from './text.ts';
