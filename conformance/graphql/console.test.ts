/** Every operation the console sends fits the schema and is within the limits, so that no screen is left without its answer. */
import type { AdoptionService } from '@uptake/capabilities/adoption/port';
import * as operations from '@uptake/console/adoption/operations';
import { checkOperation, UploadedFile } from '@uptake/io/graphql';
import { createGraphSchema } from '@uptake/server/graph-schema';
import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  parse,
  typeFromAST,
  validate,
} from 'graphql';
import { describe, expect, test } from 'vitest';

// Only types and costs are looked at here; nothing is asked.
const schema = createGraphSchema({ adoption: {} as AdoptionService });
/** The longest page any screen asks for. */
const FIRST = 100;

const sent = Object.entries(operations as Readonly<Record<string, unknown>>).filter(
  (entry): entry is [string, string] => typeof entry[1] === 'string',
);

describe('the console sends', () => {
  test.each(sent)('%s as the schema has it, within the limits', (_name, text) => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    const [operation] = document.definitions as readonly OperationDefinitionNode[];
    const variables = Object.fromEntries(
      (operation?.variableDefinitions ?? []).map(({ variable, type }) => [
        variable.name.value,
        sampleOf(typeFromAST(schema, type) as GraphQLInputType),
      ]),
    );
    expect(() => checkOperation(schema, document, { operationName: undefined, variables })).not.toThrow();
  });

  test('more than a few', () => {
    expect(sent.length).toBeGreaterThan(20);
  });
});

/** Something the type takes, with every field that may be left out left out. */
function sampleOf(type: GraphQLInputType): unknown {
  if (!isNonNullType(type)) return String(type) === 'Int' ? FIRST : null;
  const inner = type.ofType as GraphQLInputType;
  if (isListType(inner)) return [];
  if (isEnumType(inner)) return inner.getValues()[0]?.name;
  if (isInputObjectType(inner)) {
    const required = Object.values(inner.getFields()).filter((field) => isNonNullType(field.type));
    return Object.fromEntries(required.map((field) => [field.name, sampleOf(field.type)]));
  }
  const plain: Readonly<Record<string, unknown>> = {
    Int: FIRST,
    Float: 1,
    Boolean: true,
    Date: '2026-11-21',
    JSON: {},
    Upload: new UploadedFile('values.xlsx', Buffer.alloc(0)),
  };
  return plain[String(inner)] ?? 'x';
}
