/** How large an operation may be, measured before anything is asked, and told with its figures where it is too large. */
import { complexityFromQuery } from '@pothos/plugin-complexity';
import { Problem } from '@uptake/domain/contract';
import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, visit } from 'graphql';

export type OperationLimits = {
  /** Levels of fields below one another. */
  readonly depth: number;
  /** Fields that are selected, those of a fragment as often as it is spread. */
  readonly fields: number;
  /** Fields under another name, which is how one field is asked for many times. */
  readonly aliases: number;
  /** Acts of one mutation; they run one after another. */
  readonly acts: number;
  /** About how many values the answer holds: fields times the rows of the lists they are in. */
  readonly cost: number;
};

export type OperationSize = { readonly [Measure in keyof OperationLimits]: number };

export const GRAPH_LIMITS = {
  /** Of the text of an operation; values belong into variables, which count into the body alone. */
  operationCharacters: 40_000,
  /** Comparing fields for conflicts takes the square of their number, so it is bounded before validation. */
  operationTokens: 2_000,
  operation: { depth: 10, fields: 400, aliases: 40, acts: 10, cost: 250_000 },
} as const;

/** Rows of a list that has no `first` and says nothing of its usual length. */
export const COST_OF_LISTS = 10;

/** For `complexity` of a field that answers pages: rows cost as many as are asked for. */
export function pageSize({ first }: { readonly first?: number | null | undefined }): { multiplier: number } {
  return { multiplier: Math.max(1, first ?? 1) };
}

/** Throws `Problem` with what is too large and how large it may be. */
export function checkOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables }: { operationName: string | undefined; variables: Record<string, unknown> },
  limits: OperationLimits = GRAPH_LIMITS.operation,
): OperationSize {
  const size = measureOperation(schema, chosenOperation(document, operationName), variables);
  const errors = (Object.keys(limits) as (keyof OperationLimits)[])
    .filter((measure) => size[measure] > limits[measure])
    .map((measure) => ({ path: '/query', message: `${WORDS[measure]}: ${size[measure]}, at most ${limits[measure]}` }));
  if (errors.length === 0) return size;
  throw new Problem('operation_too_large', `${errors.map(({ message }) => message).join('; ')}.`, { errors });
}

const WORDS: Readonly<Record<keyof OperationLimits, string>> = {
  depth: 'levels of fields',
  fields: 'selected fields',
  aliases: 'fields under another name',
  acts: 'acts of one mutation',
  cost: 'values the answer may hold',
};

function measureOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown>,
): OperationSize {
  const { depth, breadth, complexity } = complexityFromQuery(document, { schema, variables });
  const operation = document.definitions.find(isOperation);
  let aliases = 0;
  visit(document, {
    Field: ({ alias }) => {
      if (alias !== undefined) aliases += 1;
    },
  });
  const acts = operation?.operation === 'mutation' ? operation.selectionSet.selections.length : 0;
  return { depth, fields: breadth, aliases, acts, cost: complexity };
}

/** The document with the one operation that will run, since only that one is measured. */
function chosenOperation(document: DocumentNode, operationName: string | undefined): DocumentNode {
  const operations = document.definitions.filter(isOperation);
  const chosen = operations.filter(({ name }) => operationName === undefined || name?.value === operationName);
  const [operation] = chosen;
  if (operation === undefined || chosen.length > 1) {
    const names = operations.map(({ name }) => name?.value ?? 'one without a name').join(', ');
    throw new Problem('invalid_request', `operationName says which operation to run; there are: ${names || 'none'}.`);
  }
  return {
    ...document,
    definitions: [operation, ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)],
  };
}

function isOperation(definition: DocumentNode['definitions'][number]): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}
