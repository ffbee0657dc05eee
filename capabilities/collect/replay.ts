/**
 * The way of an event that comes again out of a dead letter: the pipeline's own steps in their own order, told of each
 * event what was known when it first arrived. What is refused again makes no second letter, and nothing of it is counted
 * among what the doors let in.
 */
import {
  type EnvironmentSettings,
  type Event,
  type EventResult,
  type EventScope,
  REASONS,
  type Reason,
} from '@uptake/domain/contract';
import type { ProductPlan } from '../govern/read-model.ts';
import { Batch, type ClientHints, type Origin, type RequestContext, type Sender, type Verdict } from './batch.ts';
import { append, judge, type PipelineDependencies, probe } from './pipeline.ts';

export type ReplayScope = EventScope & { readonly environment: EnvironmentSettings };

export type ReplayedLetter = {
  readonly letterId: string;
  /** As it was sent, mended and without marks. */
  readonly event: unknown;
  /** What in it is a pseudonym already. */
  readonly pseudonyms: ReadonlySet<string>;
  readonly receivedAtMs: number;
  /** By the kind of the key it was sent with. */
  readonly defaultSource: 'client' | 'server';
  readonly sentAtMs?: number | undefined;
  readonly consent?: string | undefined;
  readonly traceId: string;
  readonly client: ClientHints;
};

export type ReplayOptions = {
  readonly mode: 'store' | 'validate';
  /** Judges by this plan and not by the one in force. */
  readonly plan?: ProductPlan | undefined;
  /**
   * Told which letters repeat what the log holds already, before anything is appended. Whoever keeps that and hands it
   * back as `known` after a crash is told the same verdicts again: what the log holds then, it holds of this very replay.
   */
  readonly beforeAppend?: ((repeats: readonly string[]) => Promise<void>) | undefined;
  readonly known?: ReadonlySet<string> | undefined;
  /** Which of these the event store holds, as `source/event_id`: the log forgets ids long before letters are forgotten. */
  readonly storedAlready?: ((candidates: readonly Candidate[]) => Promise<ReadonlySet<string>>) | undefined;
};

export type Candidate = {
  readonly eventId: string;
  readonly source: string;
  readonly timestampMs: number;
  /** False where the time of receipt stands in, which is another each time it is sent. */
  readonly hasOwnTime: boolean;
};

export type ReplayVerdict = {
  readonly letterId: string;
  readonly result: EventResult;
  /** Empty where the event was accepted, as are path and detail. */
  readonly reason: Reason | '';
  readonly path: string;
  readonly detail: string;
};

export type Replay = (
  scope: ReplayScope,
  letters: readonly ReplayedLetter[],
  options: ReplayOptions,
) => Promise<readonly ReplayVerdict[]>;

const NO_REQUEST: Omit<RequestContext, 'receivedAtMs'> = {
  traceId: '',
  client: { browserFamily: '', osFamily: '', deviceType: '', country: '' },
  text: { isStorable: false, needsNoEscapes: false },
};

/** Throws `Problem` (`log_unavailable`, `store_unavailable`) where nothing was appended, or may be appended again. */
export function createReplay(dependencies: PipelineDependencies, nowMs: () => number): Replay {
  return async (scope, letters, { mode, plan, beforeAppend, known, storedAlready }) => {
    const sender = senderOf(scope);
    const raw = letters.map(({ event }) => event);
    const request = { ...NO_REQUEST, receivedAtMs: nowMs() };
    const batch = new Batch(sender, raw, request, mode, letters.map(originOf));
    judge(batch, dependencies, plan ?? (await dependencies.planOf(sender)));
    refuseRepeatsWithin(batch);
    if (known === undefined) {
      const before = [...batch.verdicts];
      await probe(batch, dependencies);
      if (storedAlready !== undefined) await refuseStored(batch, storedAlready);
      const repeats = letters.filter((_, index) => before[index] === undefined && batch.verdicts[index] !== undefined);
      if (mode === 'store') await beforeAppend?.(repeats.map(({ letterId }) => letterId));
    } else {
      batch.judge((_, index) => (known.has(letters[index]!.letterId) ? REPEATED : undefined));
    }
    if (mode === 'store') await appendOwn(batch, dependencies, known !== undefined);
    return letters.map(({ letterId }, index) => verdictOf(letterId, batch.verdicts[index]));
  };
}

/** An attempt before this one may have appended some of them: those are no repeats of anybody else's. */
async function appendOwn(batch: Batch, dependencies: PipelineDependencies, isAnotherAttempt: boolean): Promise<void> {
  const before = [...batch.verdicts];
  await append(batch, dependencies);
  if (!isAnotherAttempt) return;
  for (let index = 0; index < batch.raw.length; index++) batch.verdicts[index] = before[index];
}

async function refuseStored(batch: Batch, storedAlready: NonNullable<ReplayOptions['storedAlready']>): Promise<void> {
  const candidates: Candidate[] = [];
  batch.judge(({ eventId, source, timestampMs, receivedAtMs }) => {
    candidates.push({ eventId, source, timestampMs, hasOwnTime: timestampMs !== receivedAtMs });
    return undefined;
  });
  const stored = await storedAlready(candidates);
  batch.judge(({ eventId, source }) => (stored.has(`${source}/${eventId}`) ? REPEATED : undefined));
}

/** A client that sent an event three times in vain left three letters; the first of them stands for all. */
function refuseRepeatsWithin(batch: Batch): void {
  const seen = new Set<string>();
  batch.judge(({ source, eventId }: Event) => {
    const key = `${source}/${eventId}`;
    if (seen.has(key)) return REPEATED;
    seen.add(key);
    return undefined;
  });
}

const REPEATED: Verdict = {
  reason: 'duplicate_event_id',
  path: '/event_id',
  detail: 'An event with this id was accepted before; nothing was stored again.',
};

/** Holds no key: it never passes a door, and whoever lets it act was asked before. */
function senderOf({ environment, ...scope }: ReplayScope): Sender {
  return { kind: 'secret_key', keyId: scope.environmentId, ...scope, scopes: ['write'], environment };
}

function originOf(letter: ReplayedLetter): Origin {
  const { receivedAtMs, sentAtMs, defaultSource, consent, pseudonyms, traceId, client } = letter;
  // An event without an id has from now on that of its letter, so that it cannot come twice out of the same one.
  const decoding = { receivedAtMs, sentAtMs, defaultSource, consent, newEventId: () => letter.letterId };
  return { decoding, pseudonyms, traceId, client };
}

function verdictOf(letterId: string, verdict: Verdict): ReplayVerdict {
  if (verdict === undefined) return { letterId, result: 'accepted', reason: '', path: '', detail: '' };
  return { letterId, result: REASONS[verdict.reason].result, ...verdict };
}
