/** The tracking plan's rules: what a schema is, what it lets pass, what may change, and how it is written and read. */
export * from './compatibility.ts';
export { compileProperties, type Violation } from './compile.ts';
export * from './event-schema.ts';
export * from './feature-record.ts';
export * from './import-draft.ts';
export * from './import-json-schema.ts';
export { lintEventSchema } from './lint.ts';
export { LINT_RULES, type LintFinding, type LintRule, type Severity } from './lint-rules.ts';
export * from './mapping.ts';
export { parseEventSchema } from './parse.ts';
export { classOfName } from './personal-names.ts';
export * from './plan.ts';
export { segmentsOf } from './pointer.ts';
export * from './propose.ts';
export { typesOf } from './types.ts';
export { formatEventSchema } from './write.ts';
