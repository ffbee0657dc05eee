import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drain, newIds } from '../event-rows.fixture.ts';
import type { FromChild, ToChild } from './append-until-killed.ts';
import { openLmdbEventLog } from './open.ts';

const CHILD = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url));
const KILLS = 12;
const IN_FLIGHT = 16;

let directory: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uptake-log-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await rm(directory, { recursive: true, force: true });
});

const options = () => ({ directory, maxBytes: 2 ** 30, duplicateWindowMs: 7 * 86_400_000, nowMs: Date.now });

/** Sends batches to the child, `IN_FLIGHT` at a time, and kills it `afterMs` after its first acknowledgement. */
async function appendUntilKilled(
  nextBatch: () => ToChild,
  seen: { acknowledged: Set<number>; claims: Map<string, string> },
  afterMs: number,
): Promise<void> {
  const process = fork(CHILD, [directory], { execArgv: [] });
  child = process;
  let isDoomed = false;
  process.on('message', (message: FromChild) => {
    if (message.kind === 'claimed') {
      expect(seen.claims.get(message.token) ?? message.digest).toBe(message.digest);
      seen.claims.set(message.token, message.digest);
      return;
    }
    if (message.kind === 'acknowledged') {
      seen.acknowledged.add(message.batch);
      if (!isDoomed) setTimeout(() => process.kill('SIGKILL'), afterMs);
      isDoomed = true;
    }
    const sends = message.kind === 'ready' ? IN_FLIGHT : 1;
    for (let send = 0; send < sends && process.connected; send++) process.send(nextBatch(), () => undefined);
  });
  const [, signal] = (await once(process, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

test(`every acknowledged event is in the log exactly once after ${KILLS} SIGKILLs, with batches sent again throughout`, async () => {
  const batches: string[][] = [];
  const seen = { acknowledged: new Set<number>(), claims: new Map<string, string>() };
  for (let kill = 0; kill < KILLS; kill++) {
    // Every life begins with what the last one did not acknowledge, and every third batch is one sent before.
    const again = batches.map((_, batch) => batch).filter((batch) => !seen.acknowledged.has(batch));
    let sends = 0;
    const nextBatch = (): ToChild => {
      sends += 1;
      const old = again.shift() ?? (sends % 3 === 0 ? (sends * 7919) % batches.length : undefined);
      const batch = old ?? batches.push(newIds(1 + (sends % 20))) - 1;
      return { batch, ids: batches[batch]! };
    };
    await appendUntilKilled(nextBatch, seen, 20 + ((kill * 37) % 150));
  }

  const log = await openLmdbEventLog(options(), { tableIds: 256 });
  const consumer = log.consumer('writer', 'oldest');
  const claim = await consumer.claim({ maxEvents: 1, maxBytes: 1 });
  expect([...seen.claims.keys()]).toContain(claim?.token);
  const kept = await drain(consumer);
  await log.close();

  const sent = new Set(batches.flat());
  const keptOnce = new Set(kept);
  expect(kept.length).toBe(keptOnce.size);
  expect(kept.filter((id) => !sent.has(id))).toEqual([]);
  const lost = [...seen.acknowledged].flatMap((batch) => batches[batch]!).filter((id) => !keptOnce.has(id));
  expect(lost).toEqual([]);
  expect(seen.acknowledged.size).toBeGreaterThan(KILLS * 5);
}, 60_000);

test('a second process is refused by name, and a directory whose holder was killed is free again', async () => {
  child = fork(CHILD, [directory], { execArgv: [] });
  await once(child, 'message');
  await expect(openLmdbEventLog(options())).rejects.toMatchObject({
    name: 'LogDirectoryError',
    reason: 'in_use',
    pid: child.pid,
    message: expect.stringContaining(directory),
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const log = await openLmdbEventLog(options());
  await expect(openLmdbEventLog(options())).rejects.toMatchObject({ reason: 'in_use', pid: process.pid });
  await log.close();
  await (await openLmdbEventLog(options())).close();
});

test('a directory that cannot be made is refused with what to do', async () => {
  const log = openLmdbEventLog({ ...options(), directory: '/dev/null/log' });
  await expect(log).rejects.toMatchObject({
    reason: 'not_writable',
    message: expect.stringContaining('write permission'),
  });
});

// A file size limit cuts writes short as a full disk does, without needing a disk to fill.
test.skipIf(process.platform === 'win32')(
  'a disk without room refuses appends, keeps none of what it refused, and the log goes on when there is room again',
  () => {
    const script = fileURLToPath(new URL('./append-on-full-disk.ts', import.meta.url));
    const limited = ['-c', 'ulimit -f 8192; exec "$0" "$@"', process.execPath, script, directory];
    const run = spawnSync('sh', limited, { encoding: 'utf8' });
    const outcome: unknown = JSON.parse(run.stdout.trim().split('\n').at(-1) || '{}');
    expect(outcome, run.stderr).toEqual({ refusal: 'io_error', lost: 0, doubled: 0, duplicatesOfRefused: 0 });
  },
);
