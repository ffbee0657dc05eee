/**
 * JSONPath (RFC 9535) where a person says which part of an answer is meant. Expressions that can take longer than the answer is
 * large are refused when they are written: both the expression and the answer come from others.
 */
import { query } from 'jsonpath-rfc9535';
import parse from 'jsonpath-rfc9535/parser';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const MAX_LENGTH = 300;

/** Why the expression cannot be used; `undefined` where it can. */
export function wrongPath(path: unknown): string | undefined {
  if (typeof path !== 'string' || path.length > MAX_LENGTH)
    return `must be a JSONPath of at most ${MAX_LENGTH} characters`;
  let parsed: unknown;
  try {
    parsed = parse(path);
  } catch {
    return 'is no JSONPath; write $.items[*] for every item, or $.usage.seats for one value (RFC 9535)';
  }
  const cost = { descents: 0, unions: 0 };
  return walk(parsed, false, cost) ?? (cost.descents > 1 || cost.unions > 1 ? TOO_COSTLY : undefined);
}

const TOO_COSTLY = 'may hold ".." once and one list of selectors in brackets, since each multiplies the work';
const IN_FILTERS = new Set(['FunctionExpr', 'DescendantSegment', 'JsonPathQuery', 'FilterSelector']);

function walk(node: unknown, isInFilter: boolean, cost: { descents: number; unions: number }): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { type, selectors } = node as { type?: unknown; selectors?: readonly unknown[] };
  if (isInFilter && IN_FILTERS.has(String(type))) {
    return 'may compare what is below @ with a value in a filter, and nothing more: no functions, "..", "$" or further filters';
  }
  if (type === 'DescendantSegment') cost.descents += 1;
  if (selectors !== undefined && selectors.length > 1) cost.unions += 1;
  for (const child of Object.values(node)) {
    const wrong = walk(child, isInFilter || type === 'FilterSelector', cost);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Everything the path leads to, in the order of the document. */
export function select(document: Json, path: string): readonly Json[] {
  return query(document, path) as Json[];
}
