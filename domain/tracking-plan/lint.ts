/** Says what is wrong with an event schema, or unwise, each with its place: what CI and the console show before it is kept. */
import { DATA_SENSITIVITIES, PII_CLASSIFICATIONS } from '@uptake/domain/contract';
import { everySchema } from './children.ts';
import type { EventSchema, ObjectSchema } from './event-schema.ts';
import { lintProperty } from './lint-property.ts';
import type { AddFinding, LintFinding, Severity } from './lint-rules.ts';
import { parseEventSchema } from './parse.ts';
import { pointer } from './pointer.ts';

/** All findings, errors of reading first; empty for a schema without fault. */
export function lintEventSchema(document: unknown): LintFinding[] {
  const schema = parseEventSchema(document);
  if (Array.isArray(schema)) return schema.map((problem) => ({ ...problem, severity: 'error' }));
  const findings: LintFinding[] = [];
  const add: AddFinding = (rule, severity, path, message) => findings.push({ rule, severity, path, message });
  // A draft is where one begins; what it lacks becomes an error when it is to be enforced.
  const lacking: Severity = schema.state === 'draft' ? 'warning' : 'error';
  if (schema.owner.trim() === '')
    add('owner_missing', lacking, '/owner', 'Name the team or person who answers for it.');
  if (schema.description.trim() === '') {
    add('description_missing', lacking, '/description', 'Say in a sentence when the event is sent.');
  }
  if (schema.feature_area.trim() === '') {
    add('feature_area_missing', lacking, '/feature_area', 'Name the part of the product it belongs to.');
  }
  lintClasses(schema, add);
  lintDefinitions(schema.properties, add);
  lintProperty(schema.properties, '/properties', { add, lacking, root: schema.properties });
  return findings;
}

function lintClasses(schema: EventSchema, add: AddFinding): void {
  const compare = (field: 'pii_class' | 'data_sensitivity', keyword: 'x-pii-class' | 'x-data-sensitivity') => {
    const order: readonly string[] = field === 'pii_class' ? PII_CLASSIFICATIONS : DATA_SENSITIVITIES;
    const highest = Math.max(0, ...everySchema(schema.properties).map((each) => order.indexOf(each[keyword] ?? '')));
    if (highest <= order.indexOf(schema[field])) return;
    add('class_too_low', 'error', `/${field}`, `A property is "${order[highest]}", so the event is at least that.`);
  };
  compare('pii_class', 'x-pii-class');
  compare('data_sensitivity', 'x-data-sensitivity');
}

function lintDefinitions(root: ObjectSchema, add: AddFinding): void {
  const used = new Set(everySchema(root).map(({ $ref }) => $ref));
  for (const name of Object.keys(root.$defs ?? {})) {
    const isUsed = used.has(`#/$defs${pointer(name)}`);
    if (!isUsed) add('definition_unused', 'warning', `/properties/$defs${pointer(name)}`, 'Nothing refers to it.');
  }
}
