/** Arguments of pages: how many rows, and after which. */
import { Problem } from '@uptake/domain/contract';
import type { GraphArgument } from '@uptake/io/graphql';
import type { Page } from '../port.ts';

/** The largest portfolio that is answered in one piece. */
const MAX_ROWS = 1_000;

export function firstArgument(argument: GraphArgument, usual: number) {
  return argument.int({ defaultValue: usual, description: `How many rows, at most ${MAX_ROWS}.` });
}

export function pageArguments(argument: GraphArgument, usual: number) {
  return {
    first: firstArgument(argument, usual),
    after: argument.string({ description: 'The `endCursor` of the page before.' }),
  };
}

/** Throws `Problem`. */
export function firstOf(first: number | null | undefined): number {
  if (typeof first === 'number' && first >= 1 && first <= MAX_ROWS) return first;
  throw new Problem('invalid_request', `first is a whole number from 1 to ${MAX_ROWS}.`);
}

export function pageOf(asked: {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}): Page {
  return { first: firstOf(asked.first), after: asked.after ?? undefined };
}
