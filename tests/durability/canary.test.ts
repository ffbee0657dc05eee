/** A thousand personal values go in at every door; none is found in a file, a log line or an answer, in whatever writing. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  firstScope,
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  startServerProcess,
  WRITE_KEY,
} from '../server-process/index.ts';

const OF_EACH_KIND = 100;
const BATCH = 250;
const data = scratchDirectory();
const answers = scratchDirectory();
let server: ServerProcess;
let logged = '';

beforeAll(async () => {
  server = await startServerProcess(data.path, { TELEMETRY_FLUSH_INTERVAL: '100', UPTAKE_LOG_LEVEL: 'debug' });
  for (const stream of [server.child.stdout!, server.child.stderr!]) {
    stream.on('data', (chunk: Buffer) => (logged += chunk.toString()));
  }
}, 60_000);
afterAll(async () => {
  await server.stop();
  data.remove();
  answers.remove();
}, 30_000);

/** `sent` stands in the event; `secret` is the part of it that must not stay. */
type Canary = { readonly kind: string; readonly sent: string; readonly secret: string };

/** Digits and letters that are the same in every run, and in nothing else. */
function digits(seed: string, count: number): string {
  const hash = createHash('sha512').update(`canary ${seed}`).digest('hex');
  return BigInt(`0x${hash}`).toString().slice(-count);
}
const letters = (seed: string, count: number) =>
  createHash('sha512').update(`canary ${seed}`).digest('base64').replace(/[+/=]/g, 'x').slice(0, count);

function withLuhn(payload: string): string {
  const sum = [...payload].reverse().reduce((total, digit, place) => {
    const value = place % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return payload + ((10 - (sum % 10)) % 10);
}
const iban = (account: string) => `DE${String(98n - (BigInt(`${account}131400`) % 97n)).padStart(2, '0')}${account}`;
const base64Url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const KINDS: Readonly<Record<string, (seed: string) => string | { sent: string; secret: string }>> = {
  email: (seed) =>
    `mia.${letters(seed, 12)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, 'x')}@private-${digits(seed, 6)}.example`,
  phone: (seed) => `+49 151 ${digits(seed, 8)}`,
  card: (seed) => withLuhn(`4${digits(seed, 14)}`),
  iban: (seed) => iban(digits(seed, 18)),
  address: (seed) =>
    `2001:db8:${[0, 4, 8, 12].map((from) => `a${digits(seed, 15).slice(from, from + 3)}`).join(':')}::7`,
  token: (seed) => `ghp_${letters(seed, 36)}`,
  jwt: (seed) =>
    `${base64Url({ alg: 'HS256', typ: 'JWT' })}.${base64Url({ sub: digits(seed, 20) })}.${letters(seed, 43)}`,
  url: (seed) => ({ sent: `https://ada:${letters(seed, 16)}@files.example/x`, secret: letters(seed, 16) }),
  authorization: (seed) => ({ sent: `Authorization: Bearer ${letters(seed, 32)}`, secret: letters(seed, 32) }),
  key: (seed) => `sk_live_${letters(seed, 24)}`,
};

const CANARIES: readonly Canary[] = Object.entries(KINDS).flatMap(([kind, make]) =>
  Array.from({ length: OF_EACH_KIND }, (_, n) => {
    const made = make(`${kind} ${n}`);
    return typeof made === 'string' ? { kind, sent: made, secret: made } : { kind, ...made };
  }),
);

/** As it is, for a URL, escaped in JSON, as hexadecimal digits, and in base64 wherever in a longer text it begins. */
function writingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const escaped = [...secret].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const base64 = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // What shares a character with a neighbour is not known.
    return whole.slice(before === 0 ? 0 : before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1);
  });
  return [...new Set([secret, encodeURIComponent(secret), escaped, bytes.toString('hex'), ...base64])];
}

async function ask(path: string, body?: object | string, key = SECRET_KEY, headers: Record<string, string> = {}) {
  const type: Record<string, string> = typeof body === 'object' ? { 'content-type': 'application/json' } : {};
  const response = await fetch(server.url + path, {
    headers: { authorization: `Bearer ${key}`, ...type, ...headers },
    ...(body !== undefined && { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** One that is stored, and four that are refused, each for another reason. */
function eventsOf({ kind, sent }: Canary, n: number): readonly object[] {
  const properties = { note: `about ${sent} of`, nested: { list: [{ deep: sent }] }, [sent]: 1 };
  const event = { event_name: 'canary_seen', user_id: sent, session_id: `${kind} ${sent}`, properties };
  const refused = [
    { event_name: 'Not A Name' },
    { event_name: sent },
    { timestamp: sent },
    { [sent]: sent },
    { event_id: sent },
    { source: sent },
    { properties: sent },
    { surface: { sent } },
  ];
  return [event, ...refused.filter((_, which) => which % 2 === n % 2).map((change) => ({ ...event, ...change }))];
}

async function sendEverywhere(): Promise<void> {
  const events = CANARIES.flatMap((canary, n) => eventsOf(canary, n));
  const statuses = new Set<number>();
  for (let from = 0; from < events.length; from += BATCH) {
    const batch = events.slice(from, from + BATCH);
    const { sent } = CANARIES[from / 5]!;
    const headers = {
      'x-forwarded-for': sent,
      'user-agent': `Canary/${sent}`,
      referer: `https://x.example/?q=${sent}`,
    };
    const path = '/api/v1/telemetry/events';
    const lines = batch.map((event) => JSON.stringify(event)).join('\n');
    const asked = [
      await ask(path, { events: batch }, WRITE_KEY, headers),
      await ask(path, lines, WRITE_KEY, { 'content-type': 'application/x-ndjson' }),
      await ask(path, JSON.stringify({ events: batch }), WRITE_KEY, { 'content-type': 'text/plain' }),
      await ask('/api/v1/telemetry/validate', { events: batch }, WRITE_KEY),
      await ask('/api/v1/import', lines, SECRET_KEY, { 'content-type': 'application/x-ndjson' }),
    ];
    for (const { status } of asked) statuses.add(status);
  }
  // Not one door was closed, or it would have shown nothing.
  expect([...statuses].filter((status) => status >= 300)).toEqual([]);
}

const MAPPING = { steps: [{ op: 'rename_event', to: 'canary_mended' }] };

async function replayAll(environmentId: string): Promise<void> {
  const started = await ask('/api/v1/dead-letters/replays', {
    environment_id: environmentId,
    filter: {},
    mapping: MAPPING,
  });
  const { id } = JSON.parse(started.text) as { id: string };
  for (;;) {
    const run = JSON.parse((await ask(`/api/v1/dead-letters/replays/${id}`)).text) as { state: string; total: number };
    if (run.state === 'succeeded') return expect(run.total).toBeGreaterThan(CANARIES.length);
    expect(['waiting', 'running']).toContain(run.state);
    await delay(50);
  }
}

async function keepAnswers(environmentId: string): Promise<void> {
  const of = `environment_id=${environmentId}`;
  const person = { kind: 'person', user_id: CANARIES[0]!.sent };
  const groups = await ask(`/api/v1/dead-letters?${of}`);
  const { groups: causes } = JSON.parse(groups.text) as { groups: { cause: string }[] };
  const kept = [
    groups,
    await ask('/api/v1/export'),
    await ask(`/api/v1/dead-letters/${causes[0]!.cause}/letters?${of}&limit=100`),
    await ask('/api/v1/dead-letters/preview', { environment_id: environmentId, filter: {}, mapping: MAPPING }),
    await ask('/api/v1/subject-exports', person),
    await ask(`/api/v1/insights/catalogue?${of}`),
    await ask(`/api/v1/insights/values?property=note&${of}`),
    await ask(`/api/v1/telemetry/overview?${of}`),
    await ask('/metrics'),
  ];
  expect(kept.map(({ status }) => status)).toEqual(kept.map(() => 200));
  expect(kept[1]!.text).toContain('canary_mended');
  kept.forEach(({ text }, n) => {
    writeFileSync(join(answers.path, `answer-${n}`), text);
  });
  writeFileSync(join(answers.path, 'log'), logged);
}

test('a thousand personal values are nowhere, accepted, refused, replayed or asked for', async () => {
  expect(new Set(CANARIES.map(({ secret }) => secret)).size).toBe(1_000);
  const { environmentId } = await firstScope(server.url, SECRET_KEY);
  await sendEverywhere();
  const behind = async () =>
    (JSON.parse((await ask('/api/v1/telemetry/health')).text) as { freshness: { behind_ms: number } }).freshness
      .behind_ms;
  await expect.poll(behind, { timeout: 20_000, interval: 50 }).toBe(0);
  await replayAll(environmentId);
  await expect.poll(behind, { timeout: 20_000, interval: 50 }).toBe(0);
  await keepAnswers(environmentId);

  const looked = join(answers.path, 'looked-for');
  mkdirSync(looked);
  const patterns = join(looked, 'patterns');
  const writings = CANARIES.flatMap(({ secret }) => writingsOf(secret));
  writeFileSync(patterns, writings.join('\n'));
  const grep = (path: string) =>
    spawnSync('grep', ['-raoF', '--exclude-dir=looked-for', '-f', patterns, path], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 ** 2,
      env: { LC_ALL: 'C' },
    }).stdout;
  // The search finds what is there.
  writeFileSync(join(answers.path, 'planted'), `x${Buffer.from(`ab${CANARIES[700]!.secret}yz`).toString('base64')}`);
  expect(grep(join(answers.path, 'planted'))).not.toBe('');
  writeFileSync(join(answers.path, 'planted'), '');
  expect([...new Set(grep(answers.path).split('\n'))].slice(0, 20), 'in answers and log lines').toEqual(['']);
  expect([...new Set(grep(data.path).split('\n'))].slice(0, 20), 'in files').toEqual(['']);
}, 120_000);
