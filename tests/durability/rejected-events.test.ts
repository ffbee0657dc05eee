/** What was answered as rejected is as durable as what was accepted: SIGKILL at any moment loses no letter and doubles none. */
import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import {
  firstScope,
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  startServerProcess,
  WRITE_KEY,
} from '../server-process/index.ts';

const KILLS = 3;
const BATCH = 50;
const CLIENTS = 2;
const PAUSE_MS = 30;
const PAGE = 200;
const directory = scratchDirectory();
afterAll(() => directory.remove());

type Sent = { readonly answered: Set<string>; readonly all: Set<string> };

/** Half of it is accepted, so that letters and events share the log's commits. Nothing is sent twice. */
async function sendBatch(url: string, { answered, all }: Sent): Promise<void> {
  const ids = Array.from({ length: BATCH }, () => randomUUID());
  for (const id of ids) all.add(id);
  const refused = ids.map((event_id) => ({ event_id, event_name: 'durable_event', platform: 'toaster' }));
  const accepted = ids.map(() => ({ event_name: 'durable_event', platform: 'web' }));
  try {
    const response = await fetch(`${url}/api/v1/telemetry/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ events: [...refused, ...accepted] }),
    });
    if (response.status !== 200) return;
    expect(await response.json()).toMatchObject({ accepted: BATCH, rejected: BATCH });
  } catch (error) {
    // Killed before the answer, or in the middle of it.
    if (error instanceof TypeError || error instanceof SyntaxError) return;
    throw error;
  }
  for (const id of ids) answered.add(id);
}

async function loadUntilKilled(server: ServerProcess, sent: Sent, lifeMs: number): Promise<void> {
  let isAlive = true;
  const client = async () => {
    while (isAlive) {
      await sendBatch(server.url, sent);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await new Promise((resolve) => setTimeout(resolve, lifeMs));
  await server.kill();
  isAlive = false;
  await Promise.all(clients);
}

async function ask<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${SECRET_KEY}` } });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

async function untilWritten(url: string): Promise<void> {
  for (;;) {
    const { freshness } = await ask<{ freshness: { behind_ms: number } }>(`${url}/api/v1/telemetry/health`);
    if (freshness.behind_ms === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function keptIds(url: string, cause: string, environmentId: string): Promise<string[]> {
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

test(`every rejected event has exactly one letter after ${KILLS} SIGKILLs under load`, async () => {
  const sent: Sent = { answered: new Set(), all: new Set() };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const server = await startServerProcess(directory.path, { TELEMETRY_FLUSH_INTERVAL: '100' });
    // Counts are handed over about once a second: one life is long enough for that.
    await loadUntilKilled(server, sent, kill === 0 ? 2_500 : randomInt(150, 1_200));
  }
  const server = await startServerProcess(directory.path, { TELEMETRY_FLUSH_INTERVAL: '100' });
  try {
    expect(sent.answered.size).toBeGreaterThan(KILLS * BATCH);
    await untilWritten(server.url);
    const { environmentId } = await firstScope(server.url, SECRET_KEY);
    const path = `/api/v1/dead-letters?environment_id=${environmentId}`;
    const { groups } = await ask<{ groups: { cause: string; kept: number; events: number }[] }>(server.url + path);
    expect(groups).toHaveLength(1);
    const kept = await keptIds(server.url, groups[0]!.cause, environmentId);
    const distinct = new Set(kept);
    const lost = [...sent.answered].filter((id) => !distinct.has(id));
    const invented = kept.filter((id) => !sent.all.has(id));
    expect({ lost, doubled: kept.length - distinct.size, invented }).toEqual({ lost: [], doubled: 0, invented: [] });
    expect(groups[0]!.kept).toBe(kept.length);
    // Counts of the last second before a kill may be lost, and none may be there twice.
    type Quality = { rejected: number; accepted: number };
    const counted = await ask<Quality>(
      `${server.url}/api/v1/telemetry/quality?environment_id=${environmentId}&period=1h`,
    );
    expect(counted.rejected).toBeLessThanOrEqual(kept.length);
    expect(counted.rejected).toBeGreaterThan(0);
  } finally {
    await server.stop();
  }
}, 240_000);
