/** What a property may hold, in words. */
import type { PropertySchema } from '@uptake/domain/tracking-plan';
import { formatNumber } from '../format/numbers.ts';

const MAX_WORDS = 12;

export function shapeInWords(schema: PropertySchema): string {
  if (schema.$ref !== undefined) return `as defined in ${schema.$ref.replace('#/$defs/', '')}`;
  const values = schema.const !== undefined ? [schema.const] : schema.enum;
  if (values !== undefined) {
    const listed = values
      .slice(0, MAX_WORDS)
      .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
    const rest = values.length > MAX_WORDS ? ` and ${values.length - MAX_WORDS} more` : '';
    return values.length === 1 ? `always ${listed[0]}` : `one of ${listed.join(' · ')}${rest}`;
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return alternatives.map(shapeInWords).join(', or ');
  const types = [schema.type ?? []].flat().map((type) => TYPE_WORDS[type] ?? type);
  return [types.length === 0 ? 'anything' : types.join(' or '), ...limitsOf(schema)].join(', ');
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  array: 'list',
};

function limitsOf(schema: PropertySchema): string[] {
  const { format, pattern, minLength, maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum, items } = schema;
  const limits: (string | undefined)[] = [
    format === undefined ? undefined : `a ${format}`,
    minLength === undefined ? undefined : `at least ${formatNumber(minLength)} characters`,
    maxLength === undefined ? undefined : `at most ${formatNumber(maxLength)} characters`,
    pattern === undefined ? undefined : `matching ${pattern}`,
    minimum === undefined ? undefined : `at least ${formatNumber(minimum)}`,
    maximum === undefined ? undefined : `at most ${formatNumber(maximum)}`,
    exclusiveMinimum === undefined ? undefined : `more than ${formatNumber(exclusiveMinimum)}`,
    exclusiveMaximum === undefined ? undefined : `less than ${formatNumber(exclusiveMaximum)}`,
    typeof items === 'object' ? `of ${shapeInWords(items)}` : undefined,
    schema.properties === undefined ? undefined : `with ${Object.keys(schema.properties).join(', ')}`,
  ];
  return limits.filter((limit) => limit !== undefined);
}
