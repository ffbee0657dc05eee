/** A replay of dead letters survives SIGKILL at any moment: every event is counted once, and every letter has its outcome. */
import { randomInt } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import {
  firstScope,
  misnamed,
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  seedDeadLetters,
  startServerProcess,
  WRITE_KEY,
} from '../server-process/index.ts';

const LETTERS = 12_000;
/** Sent again by their clients, mended, before the replay. */
const SENT_MEANWHILE = 300;
const LEAST_KILLS = 3;
/** Small pages would take longer than the kills need; this is about as long as a page of a thousand takes. */
const LONGEST_LIFE_MS = 1_200;
const directory = scratchDirectory();
afterAll(() => directory.remove());

type Run = Record<'total' | 'done' | 'accepted' | 'duplicates' | 'rejected', number> & { id: string; state: string };

async function ask(server: ServerProcess, path: string, body?: object, key = SECRET_KEY): Promise<unknown> {
  const response = await fetch(server.url + path, {
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  return response.json();
}

async function untilWritten(server: ServerProcess): Promise<void> {
  for (;;) {
    const { freshness } = (await ask(server, '/api/v1/telemetry/health')) as { freshness: { behind_ms: number } };
    if (freshness.behind_ms === 0) return;
    await pause(50);
  }
}

async function count(server: ServerProcess, kind: object): Promise<number> {
  const measured = await ask(server, '/api/v1/insights/query', {
    kind: 'trend',
    series: [{ event: 'project_created', measure: kind }],
    period: { last: 2, unit: 'day' },
    interval: 'day',
    time_zone: 'UTC',
  });
  return (measured as { series: { total: number }[] }).series[0]!.total;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const start = () => startServerProcess(directory.path, { TELEMETRY_FLUSH_INTERVAL: '100' });
const runOf = async (server: ServerProcess, id: string) =>
  (await ask(server, `/api/v1/dead-letters/replays/${id}`)) as Run;

test('a replay that is killed again and again brings every letter back exactly once', async () => {
  let server = await start();
  const scope = await firstScope(server.url, SECRET_KEY);
  const receivedAtMs = Date.now() - 3_600_000;
  await ask(
    server,
    '/api/v1/telemetry/events',
    {
      events: Array.from({ length: SENT_MEANWHILE }, (_, n) => ({
        event_id: misnamed(scope, n, receivedAtMs).eventId,
        event_name: 'project_created',
        properties: { plan: 'pro' },
      })),
    },
    WRITE_KEY,
  );
  await untilWritten(server);
  await server.stop();
  await seedDeadLetters(directory.path, scope, LETTERS, (n) => misnamed(scope, n, receivedAtMs + (n % 60_000)));

  server = await start();
  const mapping = { steps: [{ op: 'rename', from: '/properties/planNmae', to: '/properties/plan' }] };
  const body = { environment_id: scope.environmentId, filter: {}, mapping };
  const { id } = (await ask(server, '/api/v1/dead-letters/replays', body)) as Run;
  let kills = 0;
  let interrupted = 0;
  for (;;) {
    await pause(kills < LEAST_KILLS ? randomInt(50, LONGEST_LIFE_MS) : LONGEST_LIFE_MS);
    const { state, done } = await runOf(server, id);
    if (state === 'succeeded') break;
    expect(['waiting', 'running']).toContain(state);
    if (kills >= LEAST_KILLS && interrupted > 2) continue;
    if (done > 0) interrupted++;
    kills++;
    await server.kill();
    server = await start();
  }
  try {
    // Killed before the first page or after the last, it would show nothing.
    expect(interrupted).toBeGreaterThan(1);
    await untilWritten(server);
    // Not LETTERS + SENT_MEANWHILE: those were repeats. A page that was done half counts as what it was the first time.
    expect(await count(server, { kind: 'total' })).toBe(LETTERS);
    expect(await runOf(server, id)).toMatchObject({
      total: LETTERS,
      done: LETTERS,
      accepted: LETTERS - SENT_MEANWHILE,
      duplicates: SENT_MEANWHILE,
      rejected: 0,
    });
    const { groups } = (await ask(server, `/api/v1/dead-letters?environment_id=${scope.environmentId}`)) as {
      groups: { kept: number; open: number; replayed: number }[];
    };
    const sum = (of: 'kept' | 'open' | 'replayed') => groups.reduce((total, group) => total + group[of], 0);
    expect([sum('kept'), sum('open'), sum('replayed')]).toEqual([LETTERS, 0, LETTERS]);
    const again = (await ask(server, '/api/v1/dead-letters/replays', body)) as Run;
    while ((await runOf(server, again.id)).state !== 'succeeded') await pause(20);
    expect(await runOf(server, again.id)).toMatchObject({ total: 0, done: 0 });
    expect(await count(server, { kind: 'total' })).toBe(LETTERS);
  } finally {
    await server.stop();
  }
}, 240_000);
