/** The contract of an event log as tests: LMDB runs it today, Kafka will run it unchanged. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { drain, eventsOf, idsOf, newIds } from './event-rows.fixture.ts';
import { type EventLog, type EventLogOptions, LogUnavailable } from './port.ts';

type SuiteOptions = Pick<EventLogOptions, 'maxBytes' | 'duplicateWindowMs' | 'nowMs'>;

/** One log that can be closed and opened again. */
export type EventLogHarness = {
  open(options: SuiteOptions): Promise<EventLog>;
  /** Removes what the log left behind. */
  remove(): Promise<void>;
};

const HOUR_MS = 3_600_000;
const WINDOW_MS = 7 * 24 * HOUR_MS;
const NO_LIMITS = { maxEvents: 1_000_000, maxBytes: 1_000_000_000 };

export function describeEventLog(name: string, createHarness: () => Promise<EventLogHarness>): void {
  describe(`event log on ${name}`, () => {
    let harness: EventLogHarness;
    let log: EventLog;
    let nowMs = 0;
    const options: SuiteOptions = { maxBytes: 64 * 1024 * 1024, duplicateWindowMs: WINDOW_MS, nowMs: () => nowMs };

    beforeEach(async () => {
      nowMs = Date.UTC(2026, 10, 21);
      harness = await createHarness();
      log = await harness.open(options);
    });
    afterEach(async () => {
      await log.close();
      await harness.remove();
    });

    const append = (ids: readonly string[], scope = 'production/server', workspaceId = 'workspace-1') =>
      log.append({ workspaceId, dedupeScope: scope, events: eventsOf(ids) });
    const reopen = async (changed: Partial<SuiteOptions> = {}) => {
      await log.close();
      log = await harness.open({ ...options, ...changed });
    };

    describe('append', () => {
      test('keeps rows byte for byte, in order, with what a consumer needs to know of them', async () => {
        const rows = ['["ä","日本語 🙂"]', `["${'x'.repeat(64 * 1024)}"]`, '["\\u0000","\\ud83d"]'];
        const events = rows.map((row) => ({ eventId: randomUUID(), row }));
        await log.append({ workspaceId: 'wörkspace', dedupeScope: 's', events });
        const claim = (await log.consumer('writer', 'oldest').claim(NO_LIMITS))!;
        expect(claim.records).toHaveLength(1);
        expect(claim.records[0]).toMatchObject({ workspaceId: 'wörkspace', appendedAtMs: nowMs, eventCount: 3 });
        expect(Buffer.from(claim.records[0]!.rows).toString('utf8')).toBe(rows.map((row) => `${row}\n`).join(''));
      });

      test('keeps rows that are no events beside them, in order, each kind told apart, also after a restart', async () => {
        const [id] = newIds(1);
        await Promise.all([
          append([id!]),
          log.appendRows({ workspaceId: 'workspace-1', kind: 'dead_letters', rows: ['["a"]', '["a"]'] }),
          log.appendRows({ workspaceId: 'workspace-1', kind: 'tallies', rows: ['["ü"]'] }),
          log.appendRows({ workspaceId: 'workspace-1', kind: 'tallies', rows: [] }),
        ]);
        await reopen();
        const consumer = log.consumer('writer', 'oldest');
        expect(consumer.lag().events).toBe(4);
        const claim = (await consumer.claim(NO_LIMITS))!;
        const rowsOf = (kind: string) =>
          claim.records
            .filter((record) => record.kind === kind)
            .map((record) => Buffer.from(record.rows).toString('utf8'));
        expect(rowsOf('events')).toHaveLength(1);
        // What has no id is never a repeat.
        expect(rowsOf('dead_letters')).toEqual(['["a"]\n["a"]\n']);
        expect(rowsOf('tallies')).toEqual(['["ü"]\n']);
      });

      test('an empty batch is nothing', async () => {
        expect(await append([])).toEqual({ duplicates: [] });
        expect(log.stats().records).toBe(0);
      });

      test('keeps every event of many appends at once, each once', async () => {
        const batches = Array.from({ length: 60 }, (_, index) => newIds(1 + (index % 5)));
        await Promise.all(batches.map((ids) => append(ids)));
        const kept = await drain(log.consumer('writer', 'oldest'));
        expect(kept.toSorted()).toEqual(batches.flat().toSorted());
      });

      test('positions ascend without gaps and go on after a restart', async () => {
        await append(newIds(1));
        await append(newIds(1));
        await reopen();
        await append(newIds(1));
        const claim = (await log.consumer('writer', 'oldest').claim(NO_LIMITS))!;
        const [first, second, third] = claim.records.map((record) => record.position);
        expect([second, third]).toEqual([first! + 1n, first! + 2n]);
      });

      test('is refused once the log is closed', async () => {
        await log.close();
        await expect(append(newIds(1))).rejects.toMatchObject({ name: 'LogUnavailable', reason: 'closing' });
      });
    });

    describe('duplicates', () => {
      test('a batch sent again changes nothing, also after a restart', async () => {
        const ids = newIds(5);
        expect(await append(ids)).toEqual({ duplicates: [] });
        expect(await append(ids)).toEqual({ duplicates: [0, 1, 2, 3, 4] });
        await reopen();
        expect(await append(ids)).toEqual({ duplicates: [0, 1, 2, 3, 4] });
        expect(await drain(log.consumer('writer', 'oldest'))).toEqual(ids);
      });

      test('of a batch sent again in part only the new events are kept', async () => {
        const [old1, new1, old2, new2] = newIds(4) as [string, string, string, string];
        await append([old1, old2]);
        expect(await append([old1, new1, old2, new2])).toEqual({ duplicates: [0, 2] });
        expect(await drain(log.consumer('writer', 'oldest'))).toEqual([old1, old2, new1, new2]);
      });

      test('within one batch the first of equal ids is kept', async () => {
        const [a, b] = newIds(2) as [string, string];
        expect(await append([a, b, a, a])).toEqual({ duplicates: [2, 3] });
        expect(await drain(log.consumer('writer', 'oldest'))).toEqual([a, b]);
      });

      test('the same id in another scope or workspace is another event', async () => {
        const ids = newIds(2);
        await append(ids);
        expect(await append(ids, 'production/client')).toEqual({ duplicates: [] });
        expect(await append(ids, 'production/server', 'workspace-2')).toEqual({ duplicates: [] });
      });

      test('of equal appends at once exactly one keeps the events, and no answer comes before they are durable', async () => {
        const ids = newIds(3);
        const consumer = log.consumer('writer', 'oldest');
        const lags: number[] = [];
        const results = await Promise.all(
          Array.from({ length: 8 }, async () => {
            const result = await append(ids);
            lags.push(consumer.lag().events);
            return result.duplicates.length;
          }),
        );
        expect(results.toSorted()).toEqual([0, 3, 3, 3, 3, 3, 3, 3]);
        expect(lags).toEqual(Array(8).fill(3));
      });

      test('appends at once that overlap in different orders keep each id once', async () => {
        const ids = newIds(40);
        const batches = Array.from({ length: 20 }, (_, index) => [
          ...ids.slice(index),
          ...ids.slice(0, index),
          randomUUID(),
        ]);
        await Promise.all(batches.map((batch) => append(batch)));
        const kept = await drain(log.consumer('writer', 'oldest'));
        expect(kept.toSorted()).toEqual([...new Set(batches.flat())].toSorted());
      });

      test('are recognised for the whole window and not after it', async () => {
        const ids = newIds(2);
        await append(ids);
        nowMs += WINDOW_MS;
        expect(await append(ids)).toEqual({ duplicates: [0, 1] });
        nowMs += 2_000;
        expect(await append(ids)).toEqual({ duplicates: [] });
        expect(await append(ids)).toEqual({ duplicates: [0, 1] });
      });

      test('can be asked for without storing anything', async () => {
        const [known, unknown] = newIds(2) as [string, string];
        await append([known]);
        const ask = { workspaceId: 'workspace-1', dedupeScope: 'production/server' };
        expect(await log.probeDuplicates({ ...ask, eventIds: [unknown, known, unknown] })).toEqual([1, 2]);
        expect(await append([unknown])).toEqual({ duplicates: [] });
      });
    });

    describe('consumers', () => {
      test('a claim keeps to its limits without splitting a record', async () => {
        for (const size of [3, 3, 10, 1]) await append(newIds(size));
        const consumer = log.consumer('writer', 'oldest');
        const sizes: number[][] = [];
        for (;;) {
          const claim = await consumer.claim({ maxEvents: 6, maxBytes: 1_000_000 });
          if (!claim) break;
          sizes.push(claim.records.map((record) => record.eventCount));
          expect(claim.eventCount).toBe(sizes.at(-1)!.reduce((sum, size) => sum + size, 0));
          await consumer.confirm(claim.token);
        }
        expect(sizes).toEqual([[3, 3], [10], [1]]);
      });

      test('a claim is bounded in bytes too', async () => {
        for (let record = 0; record < 4; record++) await append(newIds(10));
        const { records } = (await log.consumer('sizer', 'oldest').claim(NO_LIMITS))!;
        const maxBytes = 2 * records[0]!.rows.length;
        const claim = await log.consumer('writer', 'oldest').claim({ maxEvents: 1_000, maxBytes });
        expect(claim?.records).toHaveLength(2);
      });

      test('an unconfirmed claim is given again, the same after a restart, whatever was appended since', async () => {
        await append(newIds(2));
        await append(newIds(2));
        const before = (await log.consumer('writer', 'oldest').claim(NO_LIMITS))!;
        await append(newIds(2));
        const again = await log.consumer('writer', 'oldest').claim({ maxEvents: 1, maxBytes: 1 });
        expect(again).toEqual(before);
        await reopen();
        expect(await log.consumer('writer', 'oldest').claim(NO_LIMITS)).toEqual(before);
      });

      test('claims asked for at once are one claim', async () => {
        await append(newIds(2));
        const consumer = log.consumer('writer', 'oldest');
        const [one, two] = await Promise.all([consumer.claim(NO_LIMITS), consumer.claim(NO_LIMITS)]);
        expect(one).toEqual(two);
      });

      test('confirming moves the cursor for good; twice is harmless', async () => {
        await append(newIds(2));
        const consumer = log.consumer('writer', 'oldest');
        const { token } = (await consumer.claim(NO_LIMITS))!;
        await consumer.confirm(token);
        await consumer.confirm(token);
        await reopen();
        await log.consumer('writer', 'oldest').confirm(token);
        expect(await log.consumer('writer', 'oldest').claim(NO_LIMITS)).toBeUndefined();
      });

      test("a token that is not this consumer's open claim is refused and moves nothing", async () => {
        await append(newIds(2));
        const consumer = log.consumer('writer', 'oldest');
        const foreign = (await log.consumer('deliverer', 'oldest').claim(NO_LIMITS))!.token;
        const { token } = (await consumer.claim(NO_LIMITS))!;
        await expect(consumer.confirm(foreign)).rejects.toThrow(/no claim of consumer writer/);
        await expect(consumer.confirm('made-up')).rejects.toThrow(/no claim of consumer writer/);
        expect((await consumer.claim(NO_LIMITS))?.token).toBe(token);
      });

      test('each has its own cursor, starting at the oldest record or behind the newest', async () => {
        const early = newIds(2);
        await append(early);
        const newest = log.consumer('live', 'newest');
        const oldest = log.consumer('writer', 'oldest');
        expect(await newest.claim(NO_LIMITS)).toBeUndefined();
        const late = newIds(2);
        await append(late);
        expect(await drain(newest)).toEqual(late);
        expect(await drain(oldest)).toEqual([...early, ...late]);
      });

      test('lag says how far a consumer is behind', async () => {
        const consumer = log.consumer('writer', 'oldest');
        expect(consumer.lag()).toEqual({ events: 0, bytes: 0, oldestAppendedAtMs: undefined });
        await append(newIds(3));
        const firstAtMs = nowMs;
        nowMs += HOUR_MS;
        await append(newIds(4));
        expect(consumer.lag()).toMatchObject({ events: 7, oldestAppendedAtMs: firstAtMs });
        const claim = (await consumer.claim({ maxEvents: 3, maxBytes: 1_000_000 }))!;
        await consumer.confirm(claim.token);
        expect(consumer.lag()).toMatchObject({ events: 4, oldestAppendedAtMs: nowMs });
        await drain(consumer);
        expect(consumer.lag()).toEqual({ events: 0, bytes: 0, oldestAppendedAtMs: undefined });
      });

      test('waiting ends when a record comes, at once where one waits already, and when it is called off', async () => {
        const consumer = log.consumer('writer', 'oldest');
        const { signal } = new AbortController();
        const waiting = consumer.waitForRecords(signal);
        await append(newIds(1));
        await waiting;
        await consumer.waitForRecords(signal);
        await drain(consumer);
        const controller = new AbortController();
        const calledOff = consumer.waitForRecords(controller.signal);
        controller.abort();
        await calledOff;
      });
    });

    describe('size', () => {
      test('records leave the log only behind every cursor', async () => {
        const slow = log.consumer('deliverer', 'oldest');
        const quick = log.consumer('writer', 'oldest');
        const ids = newIds(6);
        for (const id of ids) await append([id]);
        await drain(quick);
        await reopen();
        expect(log.stats().records).toBe(6);
        expect(await drain(log.consumer('deliverer', 'oldest'))).toEqual(ids);
        await expect.poll(() => log.stats().records).toBe(0);
        expect(log.stats().bytes).toBe(0);
        void slow;
      });

      test('a consumer that is forgotten no longer holds records back', async () => {
        log.consumer('gone', 'oldest');
        const writer = log.consumer('writer', 'oldest');
        await append(newIds(3));
        await drain(writer);
        expect(log.stats().records).toBe(1);
        await log.removeConsumer('gone');
        await expect.poll(() => log.stats().records).toBe(0);
      });

      test('a full log refuses, keeps nothing of what it refused, and takes events again once they are consumed', async () => {
        await reopen({ maxBytes: 64 * 1024 });
        const consumer = log.consumer('writer', 'oldest');
        const accepted: string[] = [];
        let refused: string[] = [];
        let refusal: unknown;
        for (let batch = 0; batch < 100 && !refusal; batch++) {
          const ids = newIds(50);
          refusal = await append(ids).then(
            () => void accepted.push(...ids),
            (error: unknown) => {
              refused = ids;
              return error;
            },
          );
        }
        expect(refusal).toBeInstanceOf(LogUnavailable);
        expect(refusal).toMatchObject({ reason: 'log_full', retryAfterSeconds: expect.any(Number) });
        expect(log.stats().bytes).toBeLessThanOrEqual(64 * 1024);
        expect(await drain(consumer)).toEqual(accepted);
        expect(await append(refused)).toEqual({ duplicates: [] });
        expect(await drain(consumer)).toEqual(refused);
      });
    });

    describe('tail', () => {
      test('shows records as they become durable, until it is unsubscribed', async () => {
        await append(newIds(1));
        const seen: string[] = [];
        const stop = log.tail((record) => seen.push(...idsOf({ records: [record] })));
        const ids = newIds(3);
        await append(ids);
        await expect.poll(() => seen).toEqual(ids);
        stop();
        await append(newIds(1));
        expect(seen).toEqual(ids);
      });
    });
  });
}
