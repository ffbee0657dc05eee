/** Promises 1 and 2: what was accepted survives SIGKILL at any moment, is counted exactly once, and a resend changes nothing. */
import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import {
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  startServerProcess,
  WRITE_KEY,
} from '../server-process/index.ts';

const KILLS = 8;
const BATCH = 100;
/** Between a client's batches: kills are to meet appends and inserts under way, not a machine at its limit. */
const PAUSE_MS = 30;
const directory = scratchDirectory();
afterAll(() => directory.remove());

type Ledger = {
  /** Ids the server has answered for: accepted, or duplicate of one it accepted. */
  readonly acknowledged: Set<string>;
  /** Ids sent at least once. What was sent but never answered may be stored or not, but at most once. */
  readonly sent: Set<string>;
  /** Batches to send again: answered ones at random, unanswered ones always. */
  readonly again: string[][];
};

async function sendBatch(url: string, ids: string[], ledger: Ledger): Promise<void> {
  for (const id of ids) ledger.sent.add(id);
  const events = ids.map((event_id) => ({
    event_id,
    event_name: 'durable_event',
    user_id: `user-${event_id[0]}`,
    properties: { n: 1 },
  }));
  let reply: { accepted: number; duplicates: number; rejected: number };
  try {
    const response = await fetch(`${url}/api/v1/telemetry/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ events }),
    });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    reply = (await response.json()) as typeof reply;
  } catch {
    // Killed before the answer: a client would send the batch again, and so does the test.
    ledger.again.push(ids);
    return;
  }
  expect(reply.accepted + reply.duplicates).toBe(ids.length);
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

async function untilWritten(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/api/v1/telemetry/health`, {
      headers: { authorization: `Bearer ${SECRET_KEY}` },
    });
    const { freshness } = (await response.json()) as { freshness: { behind_ms: number } };
    if (freshness.behind_ms === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test(`every accepted event is there exactly once after ${KILLS} SIGKILLs under load with resends`, async () => {
  const ledger: Ledger = { acknowledged: new Set(), sent: new Set(), again: [] };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const server = await startServerProcess(directory.path, { TELEMETRY_FLUSH_INTERVAL: '100' });
    await loadUntilKilled(server, ledger, randomInt(150, 1_500));
  }
  const server = await startServerProcess(directory.path, { TELEMETRY_FLUSH_INTERVAL: '100' });
  try {
    const before = ledger.acknowledged.size;
    expect(before).toBeGreaterThan(KILLS * BATCH);
    for (const ids of ledger.again.splice(0)) await sendBatch(server.url, ids, ledger);
    await untilWritten(server.url);

    const stored = await storedIds(server.url);
    const lost = [...ledger.acknowledged].filter((id) => !stored.has(id));
    const doubled = [...stored].filter(([, count]) => count > 1).map(([id]) => id);
    const invented = [...stored.keys()].filter((id) => !ledger.sent.has(id));
    expect({ lost, doubled, invented }).toEqual({ lost: [], doubled: [], invented: [] });

    const response = await fetch(`${server.url}/api/v1/telemetry/analytics?event_name=durable_event`, {
      headers: { authorization: `Bearer ${SECRET_KEY}` },
    });
    const analytics = (await response.json()) as { total_events: number };
    expect(analytics.total_events).toBe(stored.size);
  } finally {
    await server.stop();
  }
}, 240_000);
