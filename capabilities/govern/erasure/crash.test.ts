import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Look } from './erasure-process.fixture.ts';
import { STEPS } from './step-names.ts';

const FIXTURE = join(import.meta.dirname, 'erasure-process.fixture.ts');
const scratch = mkdtempSync(join(tmpdir(), 'uptake-erasure-crash-'));
const seeded = join(scratch, 'seeded');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Ended = {
  readonly signal: string | null;
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
};

function run(parameters: readonly string[], killAfterMs?: number): Promise<Ended> {
  const child = spawn(process.execPath, [FIXTURE, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, out, said })));
}

async function well(...parameters: string[]): Promise<string> {
  const { code, out, said } = await run(parameters);
  expect([code, said]).toEqual([0, expect.any(String)]);
  return out;
}

/** Goes on with what the kill left, after more events came in. */
async function expectErased(directory: string, eventsOfOthers: number): Promise<void> {
  const look = JSON.parse(await well('arrive,erase,look', directory)) as Look;
  expect(look).toMatchObject({ ofPerson: 0, state: 'done', reports: 0, isGenuine: true, events: eventsOfOthers });
  expect(look.hourly).toEqual(look.computed);
  // What was there is counted once, however often the erasure began anew.
  expect(look.before).toEqual({ store: 'events', before: 3, after: 0 });
  expect(look.lettersBefore).toEqual([
    { store: 'dead_letters', before: 2, after: 0 },
    { store: 'dead_letter_outcomes', before: 2, after: 0 },
  ]);
  expect(look.letters).toEqual([1, 1]);
  expect(new Set(look.steps).size).toBe(look.steps.length);
}

beforeAll(async () => {
  await well('seed', seeded);
}, 60_000);

test('killed after each of its steps, with events coming in before it goes on, an erasure ends well', async () => {
  const directory = join(scratch, 'each-step');
  cpSync(seeded, directory, { recursive: true });
  for (const step of STEPS) {
    const { signal, said } = await run(['arrive,erase', directory, step]);
    expect([step, signal, said]).toEqual([step, 'SIGKILL', expect.any(String)]);
  }
  // Three events of others from the beginning, two before each step, and two before the last look.
  await expectErased(directory, 3 + 2 * STEPS.length + 2);
}, 120_000);

test('killed again and again at any moment, an erasure ends well', async () => {
  const directory = join(scratch, 'any-moment');
  cpSync(seeded, directory, { recursive: true });
  const kills: (string | null)[] = [];
  for (let killAfterMs = 900; killAfterMs < 2_400; killAfterMs += 500) {
    kills.push((await run(['erase', directory], killAfterMs)).signal);
  }
  expect(kills[0]).toBe('SIGKILL');
  await expectErased(directory, 3 + 2);
}, 120_000);
