/** Tenants with events that no bound value counts yet: each is asked for once the event store has what was seen of it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Freshness } from '../insights/read-model.ts';
import type { AdoptionDependencies } from './dependencies.ts';
import type { SourceRow } from './source-rows.ts';

/** One tenant of one workspace, with everything that is bound to its events. */
export type BoundTenant = {
  readonly key: string;
  readonly sources: readonly SourceRow[];
};

export type WaitingSettings = {
  /** Between two questions for one tenant, however many events come. */
  readonly pauseMs: number;
  /** After a start others have more urgent questions. */
  readonly afterStartMs: number;
  /** Where the store does not come to have an event (it is out of order, the clock was put back) its value is asked for anyway. */
  readonly longestWaitMs: number;
  /** Before a question that failed is asked again. */
  readonly retryMs: number;
  readonly maxTries: number;
};

/** While anything waits; how long an answer takes is tens of milliseconds. */
const CHECK_MS = 50;

export type WaitingTenants = {
  /** An event that was kept at this time is to be counted. */
  note(key: string, appendedAtMs: number): void;
  /** As `note`, after everything that is more urgent. */
  noteStart(key: string, appendedAtMs: number): void;
  /** Resolves when the question under way is answered; no other is asked. */
  stop(): Promise<void>;
};

type Waiting = {
  /** Once the store has everything up to here, the next question counts it. Wall clock, as the log has it. */
  targetMs: number;
  /** Of the newest event seen; what came after the target needs one more question. */
  newestMs: number;
  isUrgent: boolean;
  tries: number;
  // Monotonic, as the clock may be put back.
  notBeforeMs: number;
  deadlineMs: number;
};

type WaitingDependencies = Pick<AdoptionDependencies, 'logger'> & {
  readonly freshness: () => Promise<Freshness>;
  /** Asks for the value of a binding and keeps it where it changed. */
  readonly renew: (source: SourceRow) => Promise<void>;
  /** `undefined` where nothing is bound to it any more. */
  readonly tenantOf: (key: string) => BoundTenant | undefined;
  readonly settings: WaitingSettings;
};

export function createWaitingTenants(dependencies: WaitingDependencies): WaitingTenants {
  const { freshness, logger, tenantOf, settings } = dependencies;
  const waiting = new Map<string, Waiting>();
  const askedAtMs = new Map<string, number>();
  const stopping = new AbortController();
  let working: Promise<void> | undefined;

  function add(key: string, appendedAtMs: number, isUrgent: boolean): void {
    const known = waiting.get(key);
    if (known === undefined) {
      const now = performance.now();
      const afterLast = (askedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) + settings.pauseMs;
      waiting.set(key, {
        targetMs: appendedAtMs,
        newestMs: appendedAtMs,
        isUrgent,
        tries: 0,
        notBeforeMs: Math.max(afterLast, isUrgent ? 0 : now + settings.afterStartMs),
        deadlineMs: now + settings.longestWaitMs,
      });
    } else {
      known.newestMs = Math.max(known.newestMs, appendedAtMs);
      if (isUrgent && !known.isUrgent) Object.assign(known, { isUrgent, notBeforeMs: 0 });
    }
    working ??= work().finally(() => {
      working = undefined;
    });
  }

  async function work(): Promise<void> {
    while (waiting.size > 0 && !stopping.signal.aborted) {
      const due = await nextDue().catch((error: unknown) => {
        logger.warn({ error }, 'how far the event store is could not be told; it is asked again');
        return undefined;
      });
      if (due !== undefined) await ask(due.key, due.entry, due.asOfMs);
      else await pause(CHECK_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  async function nextDue() {
    const asOfMs = (await freshness()).asOf.getTime();
    const now = performance.now();
    let found: { readonly key: string; readonly entry: Waiting; readonly asOfMs: number } | undefined;
    for (const [key, entry] of waiting) {
      // What was kept within the same millisecond as the checkpoint may be behind it.
      const isDue = now >= entry.notBeforeMs && (asOfMs > entry.targetMs || now >= entry.deadlineMs);
      if (isDue && entry.isUrgent) return { key, entry, asOfMs };
      if (isDue) found ??= { key, entry, asOfMs };
    }
    return found;
  }

  async function ask(key: string, entry: Waiting, asOfMs: number): Promise<void> {
    const now = performance.now();
    // Before the question: what is seen while it is asked waits for the next one.
    if (asOfMs > entry.newestMs) waiting.delete(key);
    else {
      entry.targetMs = entry.newestMs;
      entry.notBeforeMs = now + settings.pauseMs;
      entry.deadlineMs = now + settings.longestWaitMs;
    }
    const tenant = tenantOf(key);
    if (tenant === undefined) {
      waiting.delete(key);
      askedAtMs.delete(key);
      return;
    }
    askedAtMs.set(key, now);
    if (await renewAll(tenant)) return;
    if (entry.tries + 1 >= settings.maxTries) {
      logger.warn({ tries: settings.maxTries }, 'a bound value is left to the next event or the nightly run');
      return;
    }
    add(key, entry.newestMs, entry.isUrgent);
    Object.assign(waiting.get(key)!, { tries: entry.tries + 1, notBeforeMs: performance.now() + settings.retryMs });
  }

  /** Whether every answer was had; one that cannot be given does not keep those of others. */
  async function renewAll({ sources }: BoundTenant): Promise<boolean> {
    let isDone = true;
    for (const source of sources) {
      if (stopping.signal.aborted) return true;
      try {
        await dependencies.renew(source);
      } catch (error) {
        isDone = false;
        logger.warn({ error, source_id: source.id }, 'a bound value could not be renewed');
      }
    }
    return isDone;
  }

  return {
    note: (key, appendedAtMs) => add(key, appendedAtMs, true),
    noteStart: (key, appendedAtMs) => add(key, appendedAtMs, false),
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
