/** Refuses what no store can keep and no walk can finish, at the door and with its place: NUL, halves of characters, depth. */
import { type InputError, jsonPointer, Problem } from '@uptake/domain/contract';
import { type DocumentNode, visit } from 'graphql';

/** Values are flat and criteria have few levels; whoever writes JSON does it by recursion, which ends somewhere in the thousands. */
const MAX_DEPTH = 64;
const MAX_ERRORS = 20;

/** Throws `invalid_request`. */
export function refuseUnkeepable(document: DocumentNode, variables: Readonly<Record<string, unknown>>): void {
  const errors = [...mistakesIn(document), ...mistakesUnder(variables)];
  if (errors.length === 0) return;
  const [{ path, message }] = errors as [InputError];
  throw new Problem('invalid_request', `${path} ${message}.`, { errors });
}

/** The text of an operation may write any character by its number. */
function mistakesIn(document: DocumentNode): readonly InputError[] {
  const errors: InputError[] = [];
  visit(document, {
    StringValue: ({ value }) => {
      const message = mistakeOf(value);
      if (message !== undefined && errors.length < MAX_ERRORS) errors.push({ path: '/query', message });
    },
  });
  return errors;
}

type Place = { readonly value: unknown; readonly path: readonly string[] };

function mistakesUnder(variables: Readonly<Record<string, unknown>>): readonly InputError[] {
  const errors: InputError[] = [];
  const left: Place[] = [{ value: variables, path: ['variables'] }];
  for (let place = left.pop(); place !== undefined && errors.length < MAX_ERRORS; place = left.pop()) {
    const { value, path } = place;
    const refuse = (message: string) => errors.push({ path: jsonPointer([...path]), message });
    if (typeof value === 'string') {
      const message = mistakeOf(value);
      if (message !== undefined) refuse(message);
    } else if (isContainer(value)) {
      if (path.length > MAX_DEPTH) refuse(`is nested deeper than ${MAX_DEPTH} levels`);
      else
        for (const [name, inner] of Object.entries(value)) {
          const message = mistakeOf(name);
          if (message !== undefined) refuse(`has a name that ${message}`);
          left.push({ value: inner, path: [...path, name] });
        }
    }
  }
  return errors;
}

/** What JSON makes; a file that was put among the variables is none of it. */
function isContainer(value: unknown): value is object {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && isPlain(value));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function mistakeOf(text: string): string | undefined {
  if (text.includes('\0')) return 'holds the character NUL, which no store can keep';
  return text.isWellFormed() ? undefined : 'holds half a character, which no store can keep';
}
