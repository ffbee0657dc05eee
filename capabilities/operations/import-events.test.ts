import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '@uptake/domain/contract';
import { describe, expect, test } from 'vitest';
import { type BatchReply, type ImportOptions, importEvents } from './import-events.ts';

type Batch = { readonly number: number; readonly events: number };

function batches(count: number): Batch[] {
  return Array.from({ length: count }, (_, number) => ({ number, events: 10 }));
}

const accepted = ({ events }: Batch): BatchReply => ({ accepted: events, duplicates: 0, rejected: 0, sampled: 0 });
const busy = (retryAfterSeconds: number): Problem =>
  new Problem('log_unavailable', 'The log is full.', { retryAfterSeconds });

/** Waits without waiting, and keeps what it was asked for. */
function patience(): { waits: number[]; delay: ImportOptions<Batch, BatchReply>['delay'] } {
  const waits: number[] = [];
  return { waits, delay: async (ms) => void waits.push(ms) };
}

describe('importing events', () => {
  test('adds up the replies and tells of each batch in order, whichever is answered first', async () => {
    const order: number[] = [];
    const { totals, isComplete } = await importEvents({
      batches: batches(9),
      concurrency: 4,
      patienceMs: 0,
      delay,
      ingest: async (batch) => {
        await delay(batch.number % 2 === 0 ? 8 : 1);
        return { accepted: 6, duplicates: 2, rejected: 1, sampled: 0, dropped: 1 };
      },
      onIngested: (batch) => void order.push(batch.number),
    });
    expect(isComplete).toBe(true);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(totals).toEqual({ batches: 9, accepted: 54, duplicates: 18, rejected: 9, sampled: 0, dropped: 9 });
  });

  test('has as many batches under way as it may, and reads no further ahead', async () => {
    let underWay = 0;
    let most = 0;
    let read = 0;
    async function* source(): AsyncGenerator<Batch> {
      for (const batch of batches(20)) {
        read++;
        yield batch;
      }
    }
    let finished = 0;
    await importEvents({
      batches: source(),
      concurrency: 3,
      patienceMs: 0,
      delay,
      ingest: async (batch) => {
        most = Math.max(most, ++underWay);
        await delay(2);
        underWay--;
        return accepted(batch);
      },
      onIngested: () => {
        finished++;
        expect(read - finished).toBeLessThanOrEqual(3);
      },
    });
    expect(most).toBe(3);
  });

  test('waits as long as the door asks, longer each time, and sends the same batch again', async () => {
    const { waits, delay: wait } = patience();
    const sent: number[] = [];
    const { totals } = await importEvents({
      batches: batches(3),
      concurrency: 1,
      patienceMs: 60_000,
      delay: wait,
      ingest: async (batch) => {
        sent.push(batch.number);
        if (batch.number === 1 && sent.filter((number) => number === 1).length <= 6) throw busy(2);
        return accepted(batch);
      },
    });
    expect(sent).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 2]);
    expect(waits).toEqual([2_000, 2_000, 2_000, 2_000, 2_000, 3_200]);
    expect(totals.accepted).toBe(30);
  });

  test('gives up with the door’s own words once its patience is spent', async () => {
    const { waits, delay: wait } = patience();
    const refused = importEvents({
      batches: batches(1),
      concurrency: 1,
      patienceMs: 5_000,
      delay: wait,
      ingest: async () => {
        throw busy(2);
      },
    });
    await expect(refused).rejects.toThrow('The log is full.');
    expect(waits).toEqual([2_000, 2_000, 2_000]);
  });

  test('ends at an error that waiting does not mend, after the batches under way have been answered', async () => {
    let begun = 0;
    let answered = 0;
    const ended = importEvents({
      batches: batches(10),
      concurrency: 4,
      patienceMs: 60_000,
      delay,
      ingest: async (batch) => {
        begun++;
        await delay(batch.number === 1 ? 1 : 15);
        if (batch.number === 1) throw new Problem('key_revoked', 'The key was revoked.');
        answered++;
        return accepted(batch);
      },
    });
    await expect(ended).rejects.toThrow('key_revoked');
    expect(answered).toBe(begun - 1);
    expect(begun).toBeLessThanOrEqual(5);
  });

  test('stops when it is told to, without waiting for a door that is busy', async () => {
    const stopping = new AbortController();
    const seen: number[] = [];
    const outcome = await importEvents({
      batches: batches(100),
      concurrency: 2,
      patienceMs: 3_600_000,
      delay: (ms, signal) => delay(ms, undefined, { ...(signal && { signal }) }),
      signal: stopping.signal,
      ingest: async (batch) => {
        if (batch.number < 3) return accepted(batch);
        setTimeout(() => stopping.abort(), 5);
        throw busy(3_600);
      },
      onIngested: (batch) => void seen.push(batch.number),
    });
    expect(outcome.isComplete).toBe(false);
    expect(outcome.totals.batches).toBe(3);
    expect(seen).toEqual([0, 1, 2]);
  });
});
