/**
 * Promises 1 and 2: what was accepted survives SIGKILL at any moment, is counted exactly once, and a resend changes nothing. What
 * was rejected is as durable: it shares batches and commits with what was accepted, and each has one letter.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  firstScope,
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  startServerProcess,
  WRITE_KEY,
} from '../server-process/index.ts';

/** As many as are asked for at least: fewer would be quicker and show less. */
const KILLS = 20;
const BATCH = 100;
/** Beside them in each batch, and never sent again. */
const REFUSED = 10;
/** Between a client's batches: kills are to meet appends and inserts under way, not a machine at its limit. */
const PAUSE_MS = 30;
const PAGE = 200;
const directory = scratchDirectory();
afterAll(() => directory.remove());

type Ledger = {
  /** Ids the server has answered for: accepted, or duplicate of one it accepted. */
  readonly acknowledged: Set<string>;
  /** Ids sent at least once. What was sent but never answered may be stored or not, but at most once. */
  readonly sent: Set<string>;
  /** Batches to send again: answered ones at random, unanswered ones always. */
  readonly again: string[][];
  /** What the server has answered for as rejected, and what of that kind was sent at all. */
  readonly refused: { readonly answered: Set<string>; readonly sent: Set<string> };
};

async function sendBatch(url: string, ids: string[], ledger: Ledger): Promise<void> {
  for (const id of ids) ledger.sent.add(id);
  const events = ids.map((event_id) => ({
    event_id,
    event_name: 'durable_event',
    user_id: `user-${event_id[0]}`,
    properties: { n: 1 },
  }));
  const refused = Array.from({ length: REFUSED }, () => randomUUID());
  for (const id of refused) ledger.refused.sent.add(id);
  const refusable = refused.map((event_id) => ({ event_id, event_name: 'durable_event', platform: 'toaster' }));
  let reply: { accepted: number; duplicates: number; rejected: number };
  try {
    const response = await fetch(`${url}/api/v1/telemetry/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ events: [...refusable, ...events] }),
    });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    reply = (await response.json()) as typeof reply;
  } catch {
    // Killed before the answer: a client would send the batch again, and so does the test.
    ledger.again.push(ids);
    return;
  }
  expect([reply.accepted + reply.duplicates, reply.rejected]).toEqual([ids.length, REFUSED]);
  for (const id of refused) ledger.refused.answered.add(id);
  for (const id of ids) ledger.acknowledged.add(id);
  if (randomInt(5) === 0) ledger.again.push(ids);
}

/** Several clients at once until the process is killed: fresh batches, whole resends, and batches half old and half new. */
async function loadUntilKilled(server: ServerProcess, ledger: Ledger, lifeMs: number): Promise<void> {
  let alive = true;
  const client = async () => {
    while (alive) {
      const old = randomInt(3) === 0 ? ledger.again.splice(randomInt(ledger.again.length + 1), 1)[0] : undefined;
      const keep = old !== undefined && randomInt(2) === 0 ? old : (old ?? []).slice(0, BATCH / 2);
      const fresh = Array.from({ length: Math.max(0, BATCH - keep.length) }, () => randomUUID());
      await sendBatch(server.url, [...keep, ...fresh], ledger);
      if (old !== undefined && keep.length < old.length) ledger.again.push(old);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const clients = Array.from({ length: 4 }, client);
  await new Promise((resolve) => setTimeout(resolve, lifeMs));
  await server.kill();
  alive = false;
  await Promise.all(clients);
}

async function ask<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${SECRET_KEY}` } });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

async function storedIds(url: string): Promise<Map<string, number>> {
  const response = await fetch(`${url}/api/v1/export`, { headers: { authorization: `Bearer ${SECRET_KEY}` } });
  expect(response.status).toBe(200);
  const counts = new Map<string, number>();
  for (const line of (await response.text()).split('\n')) {
    if (line === '') continue;
    const id = (JSON.parse(line) as { event_id: string }).event_id;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

async function idsOfLetters(url: string, cause: string, environmentId: string): Promise<string[]> {
  const ids: string[] = [];
  let next: string | null = null;
  do {
    const after = next === null ? '' : `&after=${encodeURIComponent(next)}`;
    const path = `/api/v1/dead-letters/${cause}/letters?environment_id=${environmentId}&limit=${PAGE}${after}`;
    const page: { letters: { event_id: string }[]; next: string | null } = await ask(url + path);
    ids.push(...page.letters.map(({ event_id }) => event_id));
    next = page.next;
  } while (next !== null);
  return ids;
}

async function untilWritten(url: string): Promise<void> {
  for (;;) {
    const { freshness } = await ask<{ freshness: { behind_ms: number } }>(`${url}/api/v1/telemetry/health`);
    if (freshness.behind_ms === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe(`after ${KILLS} SIGKILLs under load with resends`, () => {
  const ledger: Ledger = {
    acknowledged: new Set(),
    sent: new Set(),
    again: [],
    refused: { answered: new Set(), sent: new Set() },
  };
  const start = () => startServerProcess(directory.path, { TELEMETRY_FLUSH_INTERVAL: '100' });
  let server: ServerProcess;

  beforeAll(async () => {
    // Counts of what was rejected are handed over about once a second: one life is long enough for that.
    for (let kill = 0; kill < KILLS; kill += 1)
      await loadUntilKilled(await start(), ledger, kill === 0 ? 2_500 : randomInt(150, 1_500));
    server = await start();
    expect(ledger.acknowledged.size).toBeGreaterThan(KILLS * BATCH);
    for (const ids of ledger.again.splice(0)) await sendBatch(server.url, ids, ledger);
    await untilWritten(server.url);
  }, 480_000);
  afterAll(() => server.stop());

  test('every accepted event is there exactly once', async () => {
    const stored = await storedIds(server.url);
    const lost = [...ledger.acknowledged].filter((id) => !stored.has(id));
    const doubled = [...stored].filter(([, count]) => count > 1).map(([id]) => id);
    const invented = [...stored.keys()].filter((id) => !ledger.sent.has(id));
    expect({ lost, doubled, invented }).toEqual({ lost: [], doubled: [], invented: [] });

    type Analytics = { total_events: number };
    const path = '/api/v1/telemetry/analytics?event_name=durable_event';
    expect((await ask<Analytics>(server.url + path)).total_events).toBe(stored.size);
  });

  test('every rejected event has exactly one letter', async () => {
    const { answered, sent } = ledger.refused;
    const { environmentId } = await firstScope(server.url, SECRET_KEY);
    const path = `/api/v1/dead-letters?environment_id=${environmentId}`;
    const { groups } = await ask<{ groups: { cause: string; kept: number }[] }>(server.url + path);
    expect(groups).toHaveLength(1);
    const kept = await idsOfLetters(server.url, groups[0]!.cause, environmentId);
    const distinct = new Set(kept);
    const lost = [...answered].filter((id) => !distinct.has(id));
    const invented = kept.filter((id) => !sent.has(id));
    expect({ lost, doubled: kept.length - distinct.size, invented }).toEqual({ lost: [], doubled: 0, invented: [] });
    expect(groups[0]!.kept).toBe(kept.length);
    // Counts of the last second before a kill may be lost, and none may be there twice.
    const quality = `/api/v1/telemetry/quality?environment_id=${environmentId}&period=1h`;
    const counted = await ask<{ rejected: number }>(server.url + quality);
    expect(counted.rejected).toBeLessThanOrEqual(kept.length);
    expect(counted.rejected).toBeGreaterThan(0);
  });
});
