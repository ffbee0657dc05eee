/** Small readers of text that the decoder leans on: UUIDs, well-formedness, JSON pointers and suggestions. */

/** Canonical form of any version. The nil and the max UUID are refused: they would make every event a repeat of the first. */
export const UUID_PATTERN =
  '^(?!(?:0{8}-0{4}-0{4}-0{4}-0{12}|[fF]{8}-[fF]{4}-[fF]{4}-[fF]{4}-[fF]{12})$)[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';

const NIL_UUID = '00000000-0000-0000-0000-000000000000';
const MAX_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The UUID in lower case, or `undefined`. By hand, since it runs for every event and costs a third of the pattern. */
export function parseUuid(text: string): string | undefined {
  if (text.length !== 36) return undefined;
  let hasUpperCase = false;
  for (let at = 0; at < 36; at++) {
    const code = text.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (code !== 45 /* - */) return undefined;
    } else if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) {
      if (!(code >= 65 && code <= 70)) return undefined;
      hasUpperCase = true;
    }
  }
  const uuid = hasUpperCase ? text.toLowerCase() : text;
  return uuid === NIL_UUID || uuid === MAX_UUID ? undefined : uuid;
}

/** Well-formed Unicode without NUL: what every store and every client can hold. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** A JSON pointer (RFC 6901), cut where a hostile name would make it long, and always well-formed. */
export function jsonPointer(segments: readonly (string | number)[]): string {
  let pointer = '';
  for (const segment of segments) {
    pointer += `/${quotable(String(segment)).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return pointer;
}

/** A piece of what was sent, safe to say back: short, well-formed, without control characters. */
export function quotable(text: string): string {
  const short = text.length > 100 ? `${text.slice(0, 99)}…` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being taken out.
  return short.toWellFormed().replace(/[\u0000-\u001f\u007f]/g, '\ufffd');
}

/** The name nearest to `text` if a slip of the keyboard (at most two, and less than half of it) could have made the one of the other. */
export function nearestName(text: string, names: Iterable<string>): string | undefined {
  if (text.length > 40) return undefined;
  const wanted = text.toLowerCase().replace(/[-\s.]/g, '_');
  const snake = text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  let nearest: string | undefined;
  let nearestDistance = Math.min(2, Math.floor(text.length / 3)) + 1;
  for (const name of names) {
    if (name === snake || name === wanted) return name;
    const distance = editDistance(wanted, name);
    if (distance < nearestDistance) {
      nearest = name;
      nearestDistance = distance;
    }
  }
  return nearest;
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours each cost one. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let cost = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (isSame ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, beforePrevious[column - 2]! + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}
