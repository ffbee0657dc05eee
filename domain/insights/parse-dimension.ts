/** Reads what a question looks at: `{"field": …}` from the closed list, or `{"property": …}` with any lawful name. */
import { LIMITS } from '../contract/index.ts';
import { DEFINITION_LIMITS, type Dimension } from './definition.ts';
import { fieldRefusal, insightField, isPersonalField } from './fields.ts';
import type { InputReader } from './reader.ts';

export function parsePropertyName(reader: InputReader, value: unknown, path: string): string | undefined {
  return reader.text(value, path, LIMITS.propertyNameLength, 1);
}

/** `{"field": …}` or `{"property": …}`, with `alongside` as the keys the caller reads itself. */
export function parseDimension(
  reader: InputReader,
  value: unknown,
  path: string,
  alongside: readonly string[],
): Dimension | undefined {
  const object = reader.object(value, path, ['field', 'property', ...alongside], []);
  if (object === undefined) return undefined;
  if ((object.field === undefined) === (object.property === undefined)) {
    reader.refuse(path, 'must have either "field" or "property"');
    return undefined;
  }
  if (object.property !== undefined) {
    const property = parsePropertyName(reader, object.property, `${path}/property`);
    return property === undefined ? undefined : { property };
  }
  const name = reader.text(object.field, `${path}/field`, DEFINITION_LIMITS.textLength, 1);
  if (name === undefined) return undefined;
  if (reader.mayNamePeople && isPersonalField(name)) return { field: name };
  const field = insightField(name);
  if (field === undefined) reader.refuse(`${path}/field`, fieldRefusal(name));
  return field && { field: field.name };
}
