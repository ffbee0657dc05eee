/** The closed list of what lint looks at. */
import type { SchemaRule } from './event-schema.ts';

/** Errors keep a schema from being stored; warnings are advice. */
export type Severity = 'error' | 'warning';

/** What a sound document can still get wrong. The table is the documentation of the rules. */
export const LINT_RULES = {
  owner_missing: 'Somebody answers for the event: `owner` is filled.',
  description_missing: 'The event and each of its properties say what they are.',
  feature_area_missing: 'The event belongs to a part of the product.',
  file_name: 'A file is named `<event_name>.json`.',
  duplicate_event: 'One file per event.',
  duplicate_key: 'No name stands twice in one JSON object.',
  invalid_json: 'The file is JSON.',
  class_missing: 'Each property says how personal it is: `x-pii-class`.',
  class_too_low: 'An event is classed no lower than its properties.',
  personal_name: 'What sounds like an email, a phone number, an address … is not classed `none`.',
  object_open: 'Objects are allowlists: no `additionalProperties`.',
  value_untyped: 'A property has a type, a list of values, or alternatives.',
  items_untyped: 'A list says what its items are.',
  text_unbounded: 'Free text has a `maxLength`.',
  name_style: 'Properties are called in snake_case.',
  name_case: 'No two names differ by upper and lower case alone.',
  enum_duplicate: 'No value stands twice in an `enum`.',
  enum_contradicts: 'Listed values fit the rest of their schema.',
  bounds_contradict: 'No lower bound lies above its upper bound.',
  keyword_without_effect: 'A keyword applies to a type the property may have.',
  required_unknown: 'What is required is described.',
  example_invalid: '`default` and `examples` are values the schema allows.',
  definition_unused: 'Definitions are used.',
  step_fraction: '`multipleOf` is a whole number: fractions cannot be divided exactly.',
} as const;

export type LintRule = keyof typeof LINT_RULES | SchemaRule;
export type LintFinding = {
  readonly rule: LintRule;
  readonly severity: Severity;
  readonly path: string;
  readonly message: string;
};
export type AddFinding = (rule: keyof typeof LINT_RULES, severity: Severity, path: string, message: string) => void;
