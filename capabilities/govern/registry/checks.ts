/** What a document must be before it is kept, and which states follow which. */
import { type InputError, Problem } from '@uptake/domain/contract';
import {
  type EventSchema,
  type LintFinding,
  lintEventSchema,
  parseEventSchema,
  type SchemaState,
} from '@uptake/domain/tracking-plan';

/** Nothing becomes a draft again: events were judged by it. */
const NEXT_STATES: Readonly<Record<SchemaState, readonly SchemaState[]>> = {
  draft: ['active', 'blocked'],
  active: ['deprecated', 'blocked'],
  deprecated: ['active', 'blocked'],
  blocked: ['active', 'deprecated'],
};

/** The document as a schema. Throws `invalid_schema` with every place at which it is not one, or breaks a rule of lint. */
export function parseOrRefuse(document: unknown, root: string): EventSchema {
  const errors = lintEventSchema(document).filter(({ severity }) => severity === 'error');
  const schema = parseEventSchema(document);
  if (Array.isArray(schema) || errors.length > 0) throw invalidSchema(errors, root);
  // Until when it is accepted is for its successor to say.
  const { accepted_until: _, ...kept } = schema;
  return kept;
}

/** Throws `invalid_schema` where a schema that was good enough for its state is not for this one. */
export function checkFitFor(schema: EventSchema, state: SchemaState): void {
  const errors = lintEventSchema({ ...schema, state }).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw invalidSchema(errors, '');
}

function invalidSchema(findings: readonly LintFinding[], root: string): Problem {
  const errors: InputError[] = findings.map(({ path, message }) => ({ path: root + path, message }));
  const first = errors[0];
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new Problem('invalid_schema', `${first?.path}: ${first?.message}${others}`, { errors });
}

/** Throws `conflict` with the states that may follow. */
export function checkTransition(eventName: string, from: SchemaState, to: SchemaState): void {
  const allowed = NEXT_STATES[from];
  if (from === to || allowed.includes(to)) return;
  const detail = `"${eventName}" is ${from}; from there it can become ${allowed.join(' or ')}, not ${to}.`;
  throw new Problem('conflict', detail, { errors: [{ path: '/schema/state', message: detail }] });
}
