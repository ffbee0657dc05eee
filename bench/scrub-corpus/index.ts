/**
 * Benchmark: how much of a labelled corpus the scrubber finds, how much it takes wrongly, and what an average event costs.
 * The corpus is made anew from seeds; nothing in it belongs to anybody. Both halves come from the same makers of values, so
 * the figures say how the rules do on the kinds and writings listed here, and nothing of those nobody thought of.
 */
import { decodeEvent, type Event, isRefusal } from '@uptake/domain/contract';
import { demoEvents } from '@uptake/domain/demo';
import { Scrubber } from '@uptake/domain/privacy';
import { type BenchOptions, numberOption } from '../options.ts';
import { printTable } from '../table.ts';
import { buildCorpus } from './corpus.ts';
import { measure, precisionOf, recallOf, type Tally } from './measure.ts';

export const name = 'scrub';
export const describe =
  'recall and precision of the scrubber on a labelled corpus, and its cost per event (--events 20_000 --rounds 7)';

export async function run(options: BenchOptions): Promise<void> {
  for (const split of ['tuned', 'held_out'] as const) {
    const { overall, byGroup } = measure(buildCorpus(split));
    const groups = [...byGroup].sort(([a], [b]) => (a < b ? -1 : 1));
    const title =
      split === 'tuned'
        ? 'The half the rules were written with'
        : 'Other seeds and sentences, which they were not written with';
    printTable(
      title,
      ['values', 'labelled', 'found', 'missed', 'recall', 'wrongly taken', 'precision'],
      [...groups, ['all', overall] as const].map(([group, tally]) => rowOf(group, tally)),
    );
  }
  measureCost(numberOption(options, 'events', 20_000), numberOption(options, 'rounds', 7));
}

function rowOf(group: string, tally: Tally): readonly (string | number)[] {
  const { found, missed, wronglyTaken, kept } = tally;
  const isHarmless = found + missed === 0;
  return [
    group,
    isHarmless ? kept + wronglyTaken : found + missed,
    found,
    missed,
    isHarmless ? '–' : recallOf(tally).toFixed(4),
    wronglyTaken,
    isHarmless ? `${((100 * kept) / (kept + wronglyTaken)).toFixed(2)} % kept` : precisionOf(tally).toFixed(4),
  ];
}

/** The demo's events are what products send: some eight properties, most of them names and numbers, some ids, some text. */
function measureCost(count: number, rounds: number): void {
  const events = demoSample(count);
  const scrubber = new Scrubber();
  const microseconds: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const startMs = performance.now();
    for (const event of events) scrubber.event(event);
    // The first round warms the engine up.
    if (round > 0) microseconds.push(((performance.now() - startMs) * 1_000) / events.length);
  }
  microseconds.sort((a, b) => a - b);
  const bytes = events.reduce((sum, event) => sum + JSON.stringify(event.properties).length, 0) / events.length;
  const properties = events.reduce((sum, event) => sum + Object.keys(event.properties).length, 0) / events.length;
  printTable(
    'Cost of an average event, on one core',
    ['events', 'properties each', 'bytes of properties', 'µs median', 'µs slowest round', 'events/s'],
    [[events.length, properties, bytes, median(microseconds), microseconds.at(-1) ?? 0, 1e6 / median(microseconds)]],
  );
}

function demoSample(count: number): Event[] {
  const events: Event[] = [];
  const endMs = Date.UTC(2026, 10, 21);
  for (const batch of demoEvents({ seed: 1, endMs, days: 28, scale: 1 })) {
    for (const incoming of batch.events) {
      const event = decodeEvent(incoming, {
        receivedAtMs: endMs,
        maxAgeMs: 90 * 86_400_000,
        defaultSource: 'client',
        newEventId: () => '5f6c1d7e-8aab-4c0b-9d4a-527c1e4f7a9a',
      });
      if (!isRefusal(event)) events.push(event);
      if (events.length === count) return events;
    }
  }
  return events;
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
