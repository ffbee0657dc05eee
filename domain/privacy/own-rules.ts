/**
 * What an environment takes out in addition: properties by name, and values by form. A form is written as its characters
 * with `#` for a digit, `@` for a letter and `*` for either (`EMP-######`); `\` takes the next character as it is. Forms
 * have a fixed length, so no form can make scrubbing slow.
 */

export const OWN_RULE_LIMITS = { names: 100, nameLength: 100, forms: 50, shortestForm: 4, longestForm: 64 } as const;

export type OwnRules = { readonly names: readonly string[]; readonly forms: readonly string[] };

const WILDCARDS: Readonly<Record<string, string>> = { '#': '\\d', '@': '\\p{L}', '*': '[\\p{L}\\d]' };
/** With fewer, a form is a word, and would take ordinary words out of every text. */
const FEWEST_WILDCARDS = 3;

/** What is wrong with a form, as a sentence; `undefined` where nothing is. */
export function refusalOfForm(form: string): string | undefined {
  const characters = charactersOf(form);
  const { shortestForm, longestForm } = OWN_RULE_LIMITS;
  if (characters === undefined) return 'A form must not end with a single backslash.';
  if (characters.length < shortestForm || characters.length > longestForm) {
    return `A form stands for ${shortestForm} to ${longestForm} characters; this one stands for ${characters.length}.`;
  }
  if (characters.filter(({ isWildcard }) => isWildcard).length < FEWEST_WILDCARDS) {
    return `A form needs at least ${FEWEST_WILDCARDS} of # (a digit), @ (a letter) and * (either), as EMP-####.`;
  }
  return undefined;
}

/** One expression for all forms; `undefined` without any. Throws on a form that `refusalOfForm` refuses. */
export function expressionOf(forms: readonly string[]): RegExp | undefined {
  if (forms.length === 0) return undefined;
  const sources = forms.map((form) => {
    const refusal = refusalOfForm(form);
    if (refusal !== undefined) throw new RangeError(`${form}: ${refusal}`);
    return charactersOf(form)!
      .map(({ character, isWildcard }) => (isWildcard ? WILDCARDS[character]! : escaped(character)))
      .join('');
  });
  return new RegExp(`(?<![\\p{L}\\d])(?:${sources.join('|')})(?![\\p{L}\\d])`, 'giu');
}

function charactersOf(form: string): { character: string; isWildcard: boolean }[] | undefined {
  const characters: { character: string; isWildcard: boolean }[] = [];
  const given = [...form];
  for (let at = 0; at < given.length; at++) {
    const isEscape = given[at] === '\\';
    if (isEscape) at++;
    const character = given[at];
    if (character === undefined) return undefined;
    characters.push({ character, isWildcard: !isEscape && Object.hasOwn(WILDCARDS, character) });
  }
  return characters;
}

function escaped(character: string): string {
  return /[\p{L}\p{N}]/u.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
