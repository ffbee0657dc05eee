/** A start that cannot work says why and what to do; a disk that fills while running refuses events and loses none. */
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PROCESS_ENVIRONMENT } from '@uptake/server/launch.js';
import { afterAll, describe, expect, test } from 'vitest';
import {
  layControlStore,
  SECRET_KEY,
  scratchDirectory,
  startModule,
  startServerProcess,
  TEST_ENVIRONMENT,
  WRITE_KEY,
} from '../server-process/index.ts';

const START = fileURLToPath(new URL('../../apps/server/start.ts', import.meta.url));
const MAIN = fileURLToPath(new URL('../server-process/main.ts', import.meta.url));

const scratch = scratchDirectory();
afterAll(() => scratch.remove());

type Ended = { readonly code: number | null; readonly said: string };

/** `npm start` as a person runs it, until it ends. */
function start(environment: Record<string, string>, wrapper: readonly string[] = []): Promise<Ended> {
  const [program, ...parameters] = [...wrapper, process.execPath, START];
  const child = spawn(program!, parameters, {
    env: { PATH: process.env.PATH ?? '', ...PROCESS_ENVIRONMENT, ...TEST_ENVIRONMENT, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

/** A small disk of its own for one process: a tmpfs in a mount namespace, which needs no rights beyond the user's. */
function onSmallDisk(directory: string, options: string): readonly string[] {
  return [
    'unshare',
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    `mount -t tmpfs -o ${options} tmpfs ${directory} && exec "$@"`,
    'sh',
  ];
}
const canMount = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0;

describe('a start that cannot work', () => {
  test('names every wrong variable, what was wrong and what is allowed', async () => {
    const { code, said } = await start({ PORT: '99999', UPTAKE_DEMO: 'perhaps' });
    expect(code).toBe(1);
    expect(said).toContain('PORT: 99999 is more than 65535. Allowed: a whole number from 0 to 65535.');
    expect(said).toContain('UPTAKE_DEMO: "perhaps" is neither on nor off.');
    expect(said).not.toContain('    at ');
  });

  test('says that another process has the data directory, and which', async () => {
    const directory = join(scratch.path, 'taken');
    const first = await startServerProcess(directory);
    try {
      const { code, said } = await start({ PORT: '0', UPTAKE_DATA_DIR: directory });
      expect(code).toBe(1);
      expect(said).toContain(`${first.pid}`);
      expect(said).toMatch(/Stop it, or give this one a data directory of its own/);
      expect(said).not.toContain('    at ');
      // The one that was there is unharmed.
      expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    } finally {
      await first.stop();
    }
  }, 60_000);

  test('says that the port is taken and which variable to set', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const directory = join(scratch.path, 'port');
    await layControlStore(directory);
    try {
      const { code, said } = await start({ PORT: String(port), UPTAKE_DATA_DIR: directory });
      expect(code).toBe(1);
      expect(said).toContain(`Port ${port} on 127.0.0.1 is in use by another program.`);
      expect(said).toContain('set PORT to another one');
    } finally {
      other.close();
    }
  }, 60_000);

  test('says that the data directory is a file', async () => {
    const file = join(scratch.path, 'file');
    writeFileSync(file, '');
    const { code, said } = await start({ PORT: '0', UPTAKE_DATA_DIR: file });
    expect(code).toBe(1);
    expect(said).toMatch(/is a file, or lies below one\. Set UPTAKE_DATA_DIR to a directory\./);
  });

  // Only Linux lets a test have a disk of its own; elsewhere the messages are held by the tests of io/data-directory.
  test.runIf(canMount)('says that the data directory is read-only', async () => {
    const directory = join(scratch.path, 'read-only');
    mkdirSync(directory);
    const { code, said } = await start({ PORT: '0', UPTAKE_DATA_DIR: directory }, onSmallDisk(directory, 'ro'));
    expect(code).toBe(1);
    expect(said).toContain(`The data directory ${directory} is on a read-only file system.`);
    expect(said).toContain('set UPTAKE_DATA_DIR to another directory');
  });

  test.runIf(canMount)('says that the disk is full and how much room it needs', async () => {
    const directory = join(scratch.path, 'full');
    mkdirSync(directory);
    const { code, said } = await start({ PORT: '0', UPTAKE_DATA_DIR: directory }, onSmallDisk(directory, 'size=20m'));
    expect(code).toBe(1);
    expect(said).toMatch(/has \d+ MiB left; Uptake needs at least 64 MiB to start\. Free some space/);
  });
});

async function send(
  url: string,
  ids: readonly string[],
): Promise<{ status: number; retryAfter: string | null; body: Record<string, unknown> }> {
  const response = await fetch(`${url}/api/v1/telemetry/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      events: ids.map((event_id) => ({
        event_id,
        event_name: 'disk_event',
        properties: { filler: randomUUID().repeat(100) },
      })),
    }),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as Record<string, unknown>,
  };
}

async function storedEvents(url: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/telemetry/analytics?event_name=disk_event`, {
    headers: { authorization: `Bearer ${SECRET_KEY}` },
  });
  return response.status === 200 ? ((await response.json()) as { total_events: number }).total_events : -1;
}

test.runIf(canMount)(
  'a disk that fills up refuses events with 503, loses none it accepted, and recovers by itself',
  async () => {
    const directory = join(scratch.path, 'filling');
    mkdirSync(directory);
    const server = await startModule(
      MAIN,
      { ...TEST_ENVIRONMENT, UPTAKE_DATA_DIR: directory },
      onSmallDisk(directory, 'size=600m'),
    );
    // The process's own view of its disk, from outside of its namespace.
    const filler = `/proc/${server.pid}/root${directory}/filler`;
    const batch = () => Array.from({ length: 200 }, () => randomUUID());
    try {
      const before = batch();
      expect((await send(server.url, before)).status).toBe(200);
      let accepted = before.length;
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M'], { stdio: 'ignore' });

      let refused: string[] = [];
      for (let attempt = 0; attempt < 500 && refused.length === 0; attempt += 1) {
        const ids = batch();
        const reply = await send(server.url, ids);
        if (reply.status === 200) accepted += ids.length;
        else {
          expect(reply).toMatchObject({
            status: 503,
            retryAfter: expect.stringMatching(/^\d+$/),
            body: { code: 'log_unavailable' },
          });
          refused = ids;
        }
      }
      expect(refused).toHaveLength(200);
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      expect((await fetch(`${server.url}/readyz`)).status).toBe(503);

      rmSync(filler);
      await expect
        .poll(async () => (await send(server.url, refused)).status, { timeout: 30_000, interval: 500 })
        .toBe(200);
      accepted += refused.length;
      await expect.poll(() => storedEvents(server.url), { timeout: 60_000, interval: 500 }).toBe(accepted);
      await delay(1_500);
      expect(await storedEvents(server.url)).toBe(accepted);
    } finally {
      await server.stop();
    }
  },
  150_000,
);
