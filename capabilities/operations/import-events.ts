/**
 * Feeds batches of events to whatever ingests them, several at a time, and waits as long as it is asked to. Used by the
 * demo loader within the process and by the command line over HTTP.
 */

/** What an ingesting side answers per batch; the events door's reply is one. */
export type BatchReply = {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly sampled: number;
  readonly dropped?: number;
};

export type ImportTotals = { -readonly [Total in keyof Required<BatchReply>]: number } & { batches: number };

export type ImportOptions<Batch, Reply extends BatchReply> = {
  readonly batches: Iterable<Batch> | AsyncIterable<Batch>;
  /**
   * Stores one batch. An error with `retryAfterSeconds` (a `Problem` of 429 or 503) means "later": the same batch is sent
   * again after that time, which is harmless since event ids deduplicate. Any other error ends the import.
   */
  readonly ingest: (batch: Batch) => Promise<Reply>;
  /** Batches under way at once. More than one lets them share an fsync. */
  readonly concurrency: number;
  /** Called once per batch, in the order of the batches and after it is durable: the place for a checkpoint. */
  readonly onIngested?: (batch: Batch, reply: Reply, totals: Readonly<ImportTotals>) => void | Promise<void>;
  readonly onWaiting?: (waitMs: number, error: Error) => void;
  /** Longest time one batch may be asked to wait in all; then the import ends with the error it was given. */
  readonly patienceMs: number;
  /** Rejects when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
  /** Stops the import: batches under way are finished where that needs no waiting, no further one is begun. */
  readonly signal?: AbortSignal;
};

export type ImportOutcome = { readonly totals: Readonly<ImportTotals>; readonly isComplete: boolean };

type UnderWay<Batch, Reply> = { readonly batch: Batch; readonly reply: Promise<Reply> };

/** Resolves when all batches are durable, or with `isComplete: false` when the signal stopped it. */
export async function importEvents<Batch, Reply extends BatchReply>(
  options: ImportOptions<Batch, Reply>,
): Promise<ImportOutcome> {
  const { batches, concurrency, signal, onIngested } = options;
  const totals: ImportTotals = { batches: 0, accepted: 0, duplicates: 0, rejected: 0, sampled: 0, dropped: 0 };
  const underWay: UnderWay<Batch, Reply>[] = [];
  const finishOldest = async (): Promise<void> => {
    const { batch, reply } = underWay.shift()!;
    const answered = await reply;
    addTo(totals, answered);
    await onIngested?.(batch, answered, totals);
  };
  try {
    for await (const batch of batches) {
      if (signal?.aborted) break;
      const reply = ingestPatiently(batch, options);
      // It is awaited in its turn; until then a failure must not count as unhandled.
      reply.catch(() => undefined);
      underWay.push({ batch, reply });
      if (underWay.length >= concurrency) await finishOldest();
    }
    while (underWay.length > 0) await finishOldest();
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    // Nothing of this import may still be running once its caller goes on.
    await Promise.allSettled(underWay.map(({ reply }) => reply));
  }
  return { totals, isComplete: signal?.aborted !== true };
}

const LONGEST_WAIT_MS = 30_000;

/** Waits as asked, and twice as long each time it is asked again for the same batch. */
async function ingestPatiently<Batch, Reply extends BatchReply>(
  batch: Batch,
  { ingest, onWaiting, delay, patienceMs, signal }: ImportOptions<Batch, Reply>,
): Promise<Reply> {
  let waitedMs = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return await ingest(batch);
    } catch (error) {
      const askedMs = waitAskedForMs(error);
      if (askedMs === undefined || waitedMs >= patienceMs || signal?.aborted) throw error;
      const waitMs = Math.max(askedMs, Math.min(LONGEST_WAIT_MS, 2 ** attempt * 100));
      onWaiting?.(waitMs, error as Error);
      await delay(waitMs, signal);
      waitedMs += waitMs;
    }
  }
}

function waitAskedForMs(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { retryAfterSeconds } = error as { retryAfterSeconds?: unknown };
  return typeof retryAfterSeconds === 'number' ? retryAfterSeconds * 1_000 : undefined;
}

function addTo(totals: ImportTotals, reply: BatchReply): void {
  totals.batches++;
  totals.accepted += reply.accepted;
  totals.duplicates += reply.duplicates;
  totals.rejected += reply.rejected;
  totals.sampled += reply.sampled;
  totals.dropped += reply.dropped ?? 0;
}
