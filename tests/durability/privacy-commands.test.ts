import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  startServerProcess,
  WRITE_KEY,
} from '../server-process/index.ts';

const LAUNCHER = fileURLToPath(new URL('../../apps/cli/uptake.js', import.meta.url));
const scratch = scratchDirectory();
const dataDirectory = join(scratch.path, 'data');
let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess(dataDirectory);
}, 180_000);
afterAll(async () => {
  await server.stop();
  scratch.remove();
}, 60_000);

type Ended = { readonly code: number | null; readonly out: string; readonly said: string };

function uptake(...parameters: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [LAUNCHER, ...parameters], { cwd: scratch.path });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, said })));
}
const atServer = () => ['--url', server.url, '--key', SECRET_KEY];

async function send(userIds: readonly string[]): Promise<void> {
  const events = userIds.map((user_id) => ({ event_name: 'task_created', user_id, tenant_id: 'skärgård-media' }));
  const reply = await fetch(`${server.url}/api/v1/telemetry/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  expect(await reply.json()).toMatchObject({ accepted: userIds.length });
}

describe('one person on the command line', () => {
  test('is handed out, erased with a certificate, and then there is nothing to hand out', async () => {
    await send(['4711', '4711', '4712']);
    const handOut = async () => (await uptake('export', ...atServer(), '-q', '--person', '4711')).out;
    let lines = await handOut();
    for (let tries = 0; lines.split('\n').length < 3 && tries < 20; tries++) lines = await handOut();
    expect(
      lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).store),
    ).toEqual(['events', 'events']);

    const refused = await uptake('erase', ...atServer(), '--person', '4711');
    expect(refused).toMatchObject({ code: 2, said: expect.stringContaining('Pass --yes') });
    const erased = await uptake('erase', ...atServer(), '--person', '4711', '--yes', '--certificate', 'erased.json');
    expect([erased.code, erased.said]).toEqual([0, expect.stringContaining('The certificate is in erased.json')]);
    const { certificate } = JSON.parse(readFileSync(join(scratch.path, 'erased.json'), 'utf8'));
    expect(certificate.stores).toContainEqual({ store: 'events', before: 2, after: 0 });
    expect(await handOut()).toBe('');
    expect((await uptake('export', ...atServer(), '-q', '--person', '4712')).out).not.toBe('');
  }, 120_000);

  test('must be named', async () => {
    expect(await uptake('erase', ...atServer(), '--yes')).toMatchObject({ code: 2 });
    const both = await uptake('export', ...atServer(), '--person', '1', '--from', '2026-11-01');
    expect(both).toMatchObject({ code: 2, said: expect.stringContaining('--from') });
  });
});

test('pruning says what would go, and that nothing older is left', async () => {
  const preview = await uptake('prune', ...atServer(), '--dry-run');
  expect(preview).toMatchObject({ code: 0, out: expect.stringContaining('0 rows would go') });
  const pruned = await uptake('prune', ...atServer(), '--json');
  expect(pruned.code).toBe(0);
  for (const { remaining } of JSON.parse(pruned.out).removed) expect(remaining).toBe(0);
}, 60_000);

describe('the audit log on the command line', () => {
  test('is checked through the running server, and against anchors without it', async () => {
    const asked = await uptake('doctor', '--audit', ...atServer(), '--write-anchors', 'anchors.txt');
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('whole up to') });
    const held = await uptake('doctor', '--audit', '--data-dir', dataDirectory);
    expect(held).toMatchObject({ code: 1, out: expect.stringContaining('--key-file') });
    await server.stop();
    const whole = await uptake('doctor', '--audit', '--data-dir', dataDirectory, '--anchors', 'anchors.txt');
    expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('installation') });

    const [chain, anchor] = readFileSync(join(scratch.path, 'anchors.txt'), 'utf8').trim().split(' ');
    const [sequence] = anchor!.split(':');
    writeFileSync(join(scratch.path, 'later.txt'), `${chain} ${Number(sequence) + 100}:${'ab'.repeat(32)}\n`);
    const cut = await uptake('doctor', '--audit', '--data-dir', dataDirectory, '--anchors', 'later.txt');
    expect(cut).toMatchObject({ code: 1, out: expect.stringContaining('the chain ends with entry') });
    server = await startServerProcess(dataDirectory);
  }, 120_000);
});
