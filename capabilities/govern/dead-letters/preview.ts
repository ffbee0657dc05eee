/** What a replay would do, tried on letters that are there: nothing is stored, and the log is only asked. */
import type { EventResult, Reason } from '@uptake/domain/contract';
import { Scrubber } from '@uptake/domain/privacy';
import type { EventMapping } from '@uptake/domain/tracking-plan';
import type { EventStore } from '@uptake/io/event-store';
import type { CollectingEnvironment } from '../../access/read-model.ts';
import type { ProductPlan } from '../read-model.ts';
import type { LetterFilter } from './filter.ts';
import { type CountRow, type LetterRow, replayableQuestion, sampleQuestion } from './letters.query.ts';
import { mend, toReplayed } from './mending.ts';
import type { Replay, ReplayVerdict } from './replaying.ts';
import { createStoredAlready } from './stored.query.ts';

export const PREVIEW_LETTERS = 1_000;
const EXAMPLES_OF_EACH = 2;
const MOST_EXAMPLES = 20;

export type Preview = {
  /** Letters that a replay would try. */
  readonly total: number;
  readonly examined: number;
  /** Of those examined, most frequent first. */
  readonly outcomes: readonly { readonly result: EventResult; readonly reason: Reason | ''; readonly events: number }[];
  readonly examples: readonly Example[];
};

type Example = ReplayVerdict & {
  /** As kept, and as the replay would take it. */
  readonly before: unknown;
  readonly after: unknown;
};

export type PreviewDependencies = {
  readonly eventStore: Pick<EventStore, 'ask'>;
  readonly replay: Replay;
  readonly nowMs: () => number;
};

export async function previewReplay(
  environment: CollectingEnvironment,
  wanted: {
    readonly filter: LetterFilter;
    readonly mapping: EventMapping | undefined;
    readonly plan: ProductPlan | undefined;
  },
  { eventStore, replay, nowMs }: PreviewDependencies,
): Promise<Preview> {
  const { filter, mapping, plan } = wanted;
  const scope = { workspaceId: environment.workspaceId, environmentId: environment.environmentId };
  const [[count], letters] = await Promise.all([
    eventStore.ask<CountRow>(replayableQuestion(filter, scope)),
    eventStore.ask<LetterRow>(sampleQuestion(filter, PREVIEW_LETTERS, scope)),
  ]);
  const replayed = letters.map((row) => toReplayed(row, mapping));
  const verdicts = await replay(environment, replayed, {
    mode: 'validate',
    plan,
    storedAlready: createStoredAlready(eventStore, scope, nowMs),
  });
  return {
    total: count?.letters ?? 0,
    examined: letters.length,
    outcomes: outcomesOf(verdicts),
    examples: examplesOf(letters, verdicts, mapping),
  };
}

function outcomesOf(verdicts: readonly ReplayVerdict[]): Preview['outcomes'] {
  const groups = Map.groupBy(verdicts, ({ result, reason }) => `${result} ${reason}`);
  return [...groups.values()]
    .map((same) => ({ result: same[0]!.result, reason: same[0]!.reason, events: same.length }))
    .sort((a, b) => b.events - a.events);
}

/** A few of each outcome and place, so that the rare ones are seen too. */
function examplesOf(
  letters: readonly LetterRow[],
  verdicts: readonly ReplayVerdict[],
  mapping: EventMapping | undefined,
): readonly Example[] {
  const shown = new Map<string, number>();
  const examples: Example[] = [];
  for (const [index, verdict] of verdicts.entries()) {
    if (examples.length >= MOST_EXAMPLES) break;
    const kind = `${verdict.result} ${verdict.reason} ${verdict.path}`;
    const count = shown.get(kind) ?? 0;
    if (count >= EXAMPLES_OF_EACH) continue;
    shown.set(kind, count + 1);
    const before: unknown = JSON.parse(letters[index]!.payload);
    examples.push({ ...verdict, before, after: scrubbed(mend(before, mapping)) });
  }
  return examples;
}

/** A number that a mapping made a text may be a card's by now; the pipeline takes it out, and so does the example. */
function scrubbed(event: unknown): unknown {
  const { properties } = (event ?? {}) as { properties?: unknown };
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return event;
  const clean = new Scrubber().properties(properties as Parameters<Scrubber['properties']>[0]);
  return { ...(event as object), properties: clean };
}
