/**
 * One replay, page by page: read letters, append what passes, write down the outcomes, move the cursor, in this order.
 *
 * Killed before the append, a page is simply read again. Killed after it, the same letters are judged again and the log
 * knows every event of them by its id, so nothing is stored twice; what was noted before the append tells these from
 * repeats of other senders. Killed after the outcomes, they are written again under the same token, without effect. Were the
 * outcomes first, a kill in between would leave letters that are settled and events that are nowhere; were the cursor
 * first, letters that nobody goes back to.
 */
import { createHash } from 'node:crypto';
import type { EventResult } from '@uptake/domain/contract';
import type { EventStore, LetterOutcome } from '@uptake/io/event-store';
import type { AccessReadModel, CollectingEnvironment } from '../../access/read-model.ts';
import type { LetterPlace } from './filter.ts';
import { type CountRow, type LetterRow, pageQuestion, replayableQuestion } from './letters.query.ts';
import { toReplayed } from './mending.ts';
import type { Replay, ReplayVerdict } from './replaying.ts';
import type { Counts, ReplayRun, ReplayRuns } from './runs.ts';
import { createStoredAlready } from './stored.query.ts';

const PAGE_LETTERS = 1_000;
const PAGE_PAYLOAD_BYTES = 8 * 1024 * 1024;

export type RunDependencies = {
  readonly runs: ReplayRuns;
  readonly eventStore: Pick<EventStore, 'ask' | 'insertOutcomes'>;
  readonly access: Pick<AccessReadModel, 'collectingEnvironment'>;
  readonly replay: Replay;
  readonly nowMs: () => number;
};

/** Resolves when the run has ended, however it did. Rejects where going on later may help; nothing is lost then. */
export async function runReplay(given: ReplayRun, dependencies: RunDependencies, signal: AbortSignal): Promise<void> {
  const { runs, eventStore, nowMs } = dependencies;
  const environment = await environmentOf(given, dependencies);
  if (environment === undefined) {
    return runs.finish(
      given,
      'failed',
      'The environment is gone, or a ledger by now: a ledger is not replayed.',
      nowMs(),
    );
  }
  const scope = { workspaceId: given.workspaceId, environmentId: given.environmentId };
  let run = given;
  if (run.state === 'waiting') {
    const [count] = await eventStore.ask<CountRow>(replayableQuestion(run.filter, scope));
    run = await runs.begin(run, count?.letters ?? 0, nowMs());
  }
  for (;;) {
    signal.throwIfAborted();
    if (run.isCancelRequested) return runs.finish(run, 'cancelled', null, nowMs());
    const letters = await eventStore.ask<LetterRow>(pageQuestion(nextPage(run), scope));
    if (letters.length === 0 && run.pending === null) return runs.finish(run, 'succeeded', null, nowMs());
    run = await replayPage(run, environment, letters, dependencies);
  }
}

async function environmentOf(
  { workspaceId, environmentId }: ReplayRun,
  { access }: RunDependencies,
): Promise<CollectingEnvironment | undefined> {
  const found = await access.collectingEnvironment(workspaceId, environmentId);
  return found?.environment.policy === 'ledger' ? undefined : found;
}

function nextPage({ id, filter, cursor, pending }: ReplayRun) {
  const page = { run: id, filter, after: cursor ?? undefined };
  if (pending !== null) return { ...page, upTo: pending.upTo };
  return { ...page, letters: PAGE_LETTERS, payloadBytes: PAGE_PAYLOAD_BYTES };
}

async function replayPage(
  run: ReplayRun,
  environment: CollectingEnvironment,
  letters: readonly LetterRow[],
  { runs, eventStore, replay, nowMs }: RunDependencies,
): Promise<ReplayRun> {
  const upTo = run.pending?.upTo ?? placeOf(letters.at(-1)!);
  const replayed = letters.map((row) => toReplayed(row, run.mapping ?? undefined));
  const verdicts = await replay(environment, replayed, {
    mode: 'store',
    beforeAppend: (repeats) => runs.beginPage(run, { upTo, repeats }),
    known: run.pending === null ? undefined : new Set(run.pending.repeats),
    storedAlready: createStoredAlready(eventStore, environment, nowMs),
  });
  if (verdicts.length > 0) {
    const decidedAtMs = nowMs();
    const outcomes = verdicts.map((verdict) => outcomeOf(run, verdict, decidedAtMs));
    await eventStore.insertOutcomes({ token: tokenOf(run, verdicts), outcomes });
  }
  return runs.finishPage(run, upTo, countsOf(verdicts));
}

/** Of the letters and not of the page's number alone: one that an erasure took from a page makes it another page. */
function tokenOf({ id, pages }: ReplayRun, verdicts: readonly ReplayVerdict[]): string {
  const letters = createHash('sha256');
  for (const { letterId, result } of verdicts) letters.update(`${letterId} ${result}\n`);
  return `${id}:${pages}:${letters.digest('hex').slice(0, 16)}`;
}

function outcomeOf(run: ReplayRun, verdict: ReplayVerdict, decidedAtMs: number): LetterOutcome {
  const { workspaceId, environmentId } = run;
  return { workspaceId, environmentId, runId: run.id, decidedAtMs, ...verdict };
}

function placeOf({ cause, received_ms, letter_id }: LetterRow): LetterPlace {
  return { cause, receivedMs: received_ms, letterId: letter_id };
}

function countsOf(verdicts: readonly ReplayVerdict[]): Counts {
  const counts: Record<EventResult, number> = { accepted: 0, duplicate: 0, rejected: 0, sampled: 0, dropped: 0 };
  for (const { result } of verdicts) counts[result]++;
  return counts;
}
