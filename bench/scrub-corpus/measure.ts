/** Runs the scrubber over a corpus and counts what it found, missed, and took away though it should have stayed. */
import type { PropertyValue } from '@uptake/domain/contract';
import { Scrubber } from '@uptake/domain/privacy';
import type { Case, Label } from './corpus.ts';

export type Tally = { found: number; missed: number; wronglyTaken: number; kept: number };
export type Mistake = { readonly label: Label; readonly sent: string; readonly kept: string };
export type Measured = {
  readonly overall: Tally;
  readonly byGroup: ReadonlyMap<string, Tally>;
  readonly byKind: ReadonlyMap<string, Tally>;
  readonly mistakes: readonly Mistake[];
};

const emptyTally = (): Tally => ({ found: 0, missed: 0, wronglyTaken: 0, kept: 0 });
export const recallOf = ({ found, missed }: Tally): number => found / (found + missed);
/** Of all that was taken, how much should have been: what is harmless in the corpus outnumbers neither side by far. */
export const precisionOf = ({ found, wronglyTaken }: Tally): number => found / (found + wronglyTaken);

/** A value counts as found when no piece of it this long is left: half a token is a token leaked by half. */
const LONGEST_REMAINDER = 5;

export function measure(cases: readonly Case[]): Measured {
  const scrubber = new Scrubber();
  const overall = emptyTally();
  const byGroup = new Map<string, Tally>();
  const byKind = new Map<string, Tally>();
  const mistakes: Mistake[] = [];
  for (const { properties, labels, around } of cases) {
    const sent = textsOf(properties);
    const kept = textsOf(scrubber.properties(properties));
    for (const label of labels) {
      const isRight = label.mustGo ? isGone(label.value, kept) : kept.includes(label.value);
      // Taking more than the value is a mistake as well: the sentence around it must stay readable.
      const isHarmed = label.mustGo && around.some((piece) => !kept.includes(piece));
      for (const tally of [overall, tallyOf(byGroup, label.group), tallyOf(byKind, label.kind)]) {
        if (label.mustGo) tally[isRight ? 'found' : 'missed']++;
        else tally[isRight ? 'kept' : 'wronglyTaken']++;
        if (isHarmed) tally.wronglyTaken++;
      }
      if (!isRight || isHarmed) mistakes.push({ label, sent, kept });
    }
  }
  return { overall, byGroup, byKind, mistakes };
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  let tally = tallies.get(name);
  if (tally === undefined) {
    tally = emptyTally();
    tallies.set(name, tally);
  }
  return tally;
}

function isGone(value: string, kept: string): boolean {
  if (value.length <= LONGEST_REMAINDER) return !kept.includes(value);
  for (let at = 0; at + LONGEST_REMAINDER < value.length; at++) {
    if (kept.includes(value.slice(at, at + LONGEST_REMAINDER + 1))) return false;
  }
  return true;
}

/** Every name and text in order, a line each. */
function textsOf(value: PropertyValue): string {
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(textsOf).join('\n');
  return Object.entries(value)
    .map(([name, inner]) => `${name}\n${textsOf(inner)}`)
    .join('\n');
}
