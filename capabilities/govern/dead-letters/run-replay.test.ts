import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openTestDeadLetters, type TestDeadLetters } from './dead-letters.fixture.ts';
import type { Replay } from './replaying.ts';
import { type RunDependencies, runReplay } from './run-replay.ts';
import { createReplayRuns, type ReplayRun } from './runs.ts';

/** More than a page and less than two. */
const LETTERS = 1_200;
let opened: TestDeadLetters;
let steps: RunDependencies;
/** Stands between the job and the pipeline. */
let meddle: (replay: Replay) => Replay = (replay) => replay;
let serial = 0;

beforeAll(async () => {
  opened = await openTestDeadLetters(
    (replay) =>
      (...given) =>
        meddle(replay)(...given),
  );
  steps = {
    runs: createReplayRuns(opened.door.testAccess.controlStore),
    eventStore: opened.eventStore,
    access: opened.door.testAccess.access.readModel,
    replay: opened.door.collect.replay,
    nowMs: () => opened.door.testAccess.clock.nowMs,
  };
}, 120_000);
afterAll(() => opened.close(), 60_000);

/** Letters of a cause and an event name of their own. */
async function refuse(count: number): Promise<{ cause: string; event: string }> {
  const cause = (++serial).toString(16).padStart(16, '0');
  const event = `event_${serial}`;
  await opened.refuse(
    Array.from({ length: count }, (_, n) => ({
      event: { event_name: event, properties: { n } },
      cause,
      receivedAtMs: opened.door.testAccess.clock.nowMs - n,
    })),
  );
  return { cause, event };
}
const requested = (cause: string): Promise<ReplayRun> =>
  steps.runs.insert({
    workspaceId: opened.workspaceId,
    environmentId: opened.environmentId,
    filter: { causes: [cause] },
    mapping: undefined,
    total: 0,
    actor: { kind: 'system' },
    atMs: opened.door.testAccess.clock.nowMs,
  });
const stateOf = async ({ id }: ReplayRun) => (await steps.runs.find(opened.workspaceId, id))!;
async function stored(event: string): Promise<number> {
  await opened.drained();
  const [row] = await opened.ask<{ events: number }>(
    `SELECT count() AS events FROM events WHERE event_name = '${event}'`,
  );
  return row!.events;
}

class Killed extends Error {}
/** Does what is asked, and dies before anybody hears of it; or dies at once. */
const dying =
  <Given extends unknown[], Result>(work: (...given: Given) => Promise<Result>, when: 'before' | 'after') =>
  async (...given: Given): Promise<Result> => {
    if (when === 'after') await work(...given);
    throw new Killed();
  };
const DEATHS: Readonly<Record<string, (when: 'before' | 'after') => RunDependencies>> = {
  'the page is noted': (when) => ({ ...steps, runs: { ...steps.runs, beginPage: dying(steps.runs.beginPage, when) } }),
  'the events are appended': (when) => ({ ...steps, replay: dying(steps.replay, when) }),
  'the outcomes are written': (when) => ({
    ...steps,
    eventStore: { ...opened.eventStore, insertOutcomes: dying(opened.eventStore.insertOutcomes, when) },
  }),
  'the cursor is moved': (when) => ({
    ...steps,
    runs: { ...steps.runs, finishPage: dying(steps.runs.finishPage, when) },
  }),
};

test.each(Object.keys(DEATHS).flatMap((step) => (['before', 'after'] as const).map((when) => [when, step] as const)))(
  'killed %s %s, it goes on where it stood: each event once, each letter one outcome, true figures',
  async (when, step) => {
    const { cause, event } = await refuse(LETTERS);
    // One of them came in meanwhile, so that repeats of others and repeats of its own have to be told apart.
    const [again] = await opened.ask<{ letter_id: string }>(
      `SELECT letter_id FROM dead_letters WHERE cause = '${cause}' ORDER BY received_at LIMIT 1`,
    );
    const principal = await opened.door.testAccess.access.readModel.authenticateKey(
      opened.door.first.writeKey.value,
      '127.0.0.1',
    );
    await opened.door.collect.ingest(principal, [{ event_name: event, event_id: again!.letter_id, source: 'client' }]);
    const run = await requested(cause);
    const { signal } = new AbortController();
    // Twice, so that the second page dies as well, or the first one again.
    for (let deaths = 0; deaths < 2; deaths++) {
      await expect(runReplay(await stateOf(run), DEATHS[step]!(when), signal)).rejects.toThrow(Killed);
    }
    await runReplay(await stateOf(run), steps, signal);
    expect(await stored(event)).toBe(LETTERS);
    expect(await stateOf(run)).toMatchObject({
      state: 'succeeded',
      total: LETTERS,
      accepted: LETTERS - 1,
      duplicates: 1,
      rejected: 0,
    });
    const [outcomes] = await opened.ask<Record<string, number>>(
      `SELECT uniqExact(letter_id) AS letters, uniqExactIf(letter_id, result = 'accepted') AS accepted
FROM dead_letter_outcomes WHERE run_id = '${run.id}'`,
    );
    expect(outcomes).toEqual({ letters: LETTERS, accepted: LETTERS - 1 });
  },
  60_000,
);

test('what its sender sent again before the log forgot it is a repeat still, and so is the letter of a letter', async () => {
  const { testAccess, collect, first } = opened.door;
  const principal = await testAccess.access.readModel.authenticateKey(first.writeKey.value, '127.0.0.1');
  const { cause, event } = await refuse(3);
  const ids = await opened.ask<{ letter_id: string }>(`SELECT letter_id FROM dead_letters WHERE cause = '${cause}'`);
  const [own, of] = [ids[0]!.letter_id, randomUUID()];
  await collect.ingest(principal, [
    { event_name: event, event_id: own },
    // The same id from another kind of program is another event.
    { event_name: event, event_id: ids[1]!.letter_id, source: 'server' },
  ]);
  const named = { event_id: of, event_name: event, timestamp: new Date(testAccess.clock.nowMs - 5_000).toISOString() };
  await opened.refuse([{ event: named, cause }]);
  const { signal } = new AbortController();
  const before = await requested(cause);
  await runReplay(before, steps, signal);
  expect(await stateOf(before)).toMatchObject({ accepted: 3, duplicates: 1 });
  expect(await stored(event)).toBe(5);

  testAccess.clock.nowMs += 8 * 86_400_000;
  // Long after, the same event comes in vain once more.
  await opened.refuse([{ event: named, cause }]);
  const after = await requested(cause);
  await runReplay(after, steps, signal);
  expect(await stateOf(after)).toMatchObject({ total: 1, accepted: 0, duplicates: 1 });
  expect(await stored(event)).toBe(5);
}, 60_000);

test('letters that an erasure takes from a page that was begun are missed by nobody', async () => {
  const { cause, event } = await refuse(10);
  const run = await requested(cause);
  const { signal } = new AbortController();
  await expect(runReplay(run, DEATHS['the page is noted']!('after'), signal)).rejects.toThrow(Killed);
  const [taken] = await opened.ask<{ letter_id: string }>(
    `SELECT letter_id FROM dead_letters WHERE cause = '${cause}'`,
  );
  const without: RunDependencies = {
    ...steps,
    eventStore: {
      ...opened.eventStore,
      ask: async (question) => {
        const rows = await opened.eventStore.ask<Record<string, unknown>>(question);
        return rows.filter((row) => row.letter_id !== taken!.letter_id) as never;
      },
    },
  };
  await runReplay(await stateOf(run), without, signal);
  expect(await stateOf(run)).toMatchObject({ state: 'succeeded', accepted: 9 });
  expect(await stored(event)).toBe(9);
});

test('is cancelled after the page it is at, and what came back stays', async () => {
  const { cause, event } = await refuse(LETTERS);
  const admin = opened.as(await opened.keyOf(['admin']));
  const path = '/api/v1/dead-letters/replays';
  const cancelled = Promise.withResolvers<number>();
  let id = '';
  meddle =
    (replay) =>
    async (...given) => {
      const verdicts = await replay(...given);
      cancelled.resolve((await admin('POST', `${path}/${id}/cancel`)).status);
      return verdicts;
    };
  const body = { environment_id: opened.environmentId, filter: { causes: [cause] } };
  const run = (await admin('POST', path, body)).body as { id: string };
  const second = (await admin('POST', path, body)).body as { id: string };
  id = run.id;
  // The second waits behind the first, so it ends at once.
  expect(await admin('POST', `${path}/${second.id}/cancel`)).toMatchObject({ body: { state: 'cancelled', done: 0 } });
  await opened.jobs.start();
  expect(await cancelled.promise).toBe(200);
  await vi.waitFor(
    async () => expect((await admin('GET', `${path}/${id}`)).body).toMatchObject({ state: 'cancelled', done: 1_000 }),
    { timeout: 20_000, interval: 20 },
  );
  meddle = (replay) => replay;
  expect(await stored(event)).toBe(1_000);
}, 60_000);

test('goes on after the log was not available, and is given up with its reason where nothing helps', async () => {
  const { cause, event } = await refuse(5);
  const admin = opened.as(await opened.keyOf(['admin']));
  let attempts = 0;
  meddle =
    (replay) =>
    async (...given) => {
      attempts++;
      if (attempts === 1) throw new Error('the log is full');
      return replay(...given);
    };
  const body = { environment_id: opened.environmentId, filter: { causes: [cause] } };
  const { id } = (await admin('POST', '/api/v1/dead-letters/replays', body)).body as { id: string };
  await vi.waitFor(
    async () => {
      // The pause before the second attempt passes by the clock of the test.
      opened.door.testAccess.clock.nowMs += 1_000;
      const run = (await admin('GET', `/api/v1/dead-letters/replays/${id}`)).body;
      expect(run).toMatchObject({ state: 'succeeded', accepted: 5 });
    },
    { timeout: 20_000, interval: 20 },
  );
  expect(attempts).toBe(2);
  expect(await stored(event)).toBe(5);
  meddle = () => async () => {
    throw new Error('it never works');
  };
  const { cause: other } = await refuse(1);
  const hopeless = { environment_id: opened.environmentId, filter: { causes: [other] } };
  const run = (await admin('POST', '/api/v1/dead-letters/replays', hopeless)).body as { id: string };
  await vi.waitFor(
    async () => {
      opened.door.testAccess.clock.nowMs += 20_000_000;
      const { body: is } = await admin('GET', `/api/v1/dead-letters/replays/${run.id}`);
      expect(is).toMatchObject({ state: 'failed', error: 'Error: it never works', accepted: 0 });
    },
    { timeout: 20_000, interval: 20 },
  );
  meddle = (replay) => replay;
}, 60_000);

test('a ledger by the time of the replay is left alone', async () => {
  const { cause, event } = await refuse(3);
  const run = await requested(cause);
  await opened.set('policy', 'ledger');
  await runReplay(run, steps, new AbortController().signal);
  expect(await stateOf(run)).toMatchObject({ state: 'failed', error: expect.stringContaining('ledger') });
  expect(await stored(event)).toBe(0);
});
