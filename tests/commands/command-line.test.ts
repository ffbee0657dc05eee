import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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

type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly said: string;
};

function begin(...parameters: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [LAUNCHER, ...parameters], {
    cwd: scratch.path,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, out, said })),
  );
  return { child, ended };
}

const uptake = (...parameters: string[]): Promise<Ended> => begin(...parameters).ended;
const importing = (file: string, ...more: string[]) => [
  'import',
  file,
  '--url',
  server.url,
  '--key',
  WRITE_KEY,
  ...more,
];
const exporting = (...more: string[]) => ['export', '--url', server.url, '--key', SECRET_KEY, '-q', ...more];

/** Written `count` times a millisecond apart, so that their order is known. */
function writeEvents(
  name: string,
  count: number,
  eventName: string,
): { readonly path: string; readonly ids: string[] } {
  const startMs = Date.now() - 86_400_000;
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  const lines = ids.map((id, index) =>
    JSON.stringify({
      event_id: id,
      event_name: eventName,
      timestamp: new Date(startMs + index).toISOString(),
      tenant_id: 'skärgård-media',
      user_id: `u-${index % 50}`,
      properties: { index, note: 'grüße 漢字' },
    }),
  );
  const path = join(scratch.path, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return { path, ids };
}

type Exported = { readonly event_id: string; readonly event_name: string };

/** The stored events of a name, once there are as many as expected. */
async function storedEvents(eventName: string, count: number): Promise<Exported[]> {
  for (let attempt = 0; ; attempt++) {
    const { out, said, code } = await uptake(...exporting());
    expect(said.replace(/^[\d,]+ events exported\.\n$/, ''), `export ended with ${code}`).toBe('');
    const events = out
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Exported)
      .filter((event) => event.event_name === eventName);
    if (events.length >= count || attempt === 20) return events;
    await delay(500);
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(2);
}

describe('uptake import', () => {
  test('stores each good line once, and lists each bad one with its reason', async () => {
    const { path, ids } = writeEvents('mixed.ndjson', 1_200, 'imported_mixed');
    const bad = ['not json', '{"event_name":"Bad Name"}', '', '{"event_name":"imported_mixed","emial":"x"}'];
    writeFileSync(path, `${bad.join('\n')}\n{"event_name":"imported_mixed"}`, { flag: 'a' });
    const first = await uptake(...importing(path));
    expect(first.said).toContain('1,201 accepted, 0 were there already, 3 rejected.');
    expect(first.code).toBe(3);
    const rejected = readFileSync(`${path}.rejected.ndjson`, 'utf8').trimEnd().split('\n');
    expect(rejected.map((line) => JSON.parse(line) as object)).toMatchObject([
      { line: 1_201, reason: 'invalid_json', event: 'not json' },
      { line: 1_202, reason: 'invalid_event_name', path: '/event_name' },
      { line: 1_204, reason: 'unknown_field', path: '/emial', event: { emial: 'x' } },
    ]);
    const second = await uptake(...importing(path));
    expect(second.said).toContain('0 accepted, 1,201 were there already, 3 rejected.');
    const stored = (await storedEvents('imported_mixed', 1_201)).map((event) => event.event_id);
    expect(new Set(stored).size).toBe(stored.length);
    expect(stored).toHaveLength(1_201);
    expect(ids.filter((id) => !stored.includes(id))).toEqual([]);
  });

  test('goes on after a SIGKILL where it was, and loses or doubles nothing', async () => {
    const { path, ids } = writeEvents('killed.ndjson', 25_000, 'imported_killed');
    const checkpoint = `${path}.uptake-import.json`;
    const { child, ended } = begin(...importing(path));
    await until(() => existsSync(checkpoint) || child.exitCode !== null);
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const { offset } = JSON.parse(readFileSync(checkpoint, 'utf8')) as { offset: number };
    expect(offset).toBeGreaterThan(0);
    const again = await uptake(...importing(path));
    expect(again.said).toMatch(/^Going on at line [\d,]+\./);
    expect(again.code).toBe(0);
    expect(existsSync(checkpoint)).toBe(false);
    const stored = (await storedEvents('imported_killed', ids.length)).map((event) => event.event_id);
    expect(stored).toEqual(ids);
  });

  test('stops at Ctrl-C with a code of its own, and goes on when it is asked again', async () => {
    const { path, ids } = writeEvents('stopped.ndjson', 15_000, 'imported_stopped');
    const { child, ended } = begin(...importing(path));
    await until(() => existsSync(`${path}.uptake-import.json`) || child.exitCode !== null);
    child.kill('SIGINT');
    const stopped = await ended;
    expect(stopped.code).toBe(130);
    expect(stopped.said).toContain('The same command goes on from here');
    expect((await uptake(...importing(path))).code).toBe(0);
    const stored = (await storedEvents('imported_stopped', ids.length)).map((event) => event.event_id);
    expect(stored).toEqual(ids);
  });

  test('does not go on in the middle of another file', async () => {
    const { path } = writeEvents('changed.ndjson', 15_000, 'imported_changed');
    const { child, ended } = begin(...importing(path));
    await until(() => existsSync(`${path}.uptake-import.json`) || child.exitCode !== null);
    child.kill('SIGKILL');
    await ended;
    writeEvents('changed.ndjson', 10, 'imported_changed');
    const refused = await uptake(...importing(path));
    expect(refused.said).toContain('has changed since its import was interrupted. Pass --restart');
    expect(refused.code).toBe(1);
    expect((await uptake(...importing(path, '--restart'))).said).toContain('10 accepted');
  });

  test.each([
    [['nowhere.ndjson'], 1, 'There is no file nowhere.ndjson'],
    [['data', '--patience', 'long'], 2, 'not a whole number'],
    [[], 2, "missing required argument 'file'"],
  ])('refuses %j in words', async (parameters, code, message) => {
    const ended = await uptake('import', ...parameters, '--url', server.url, '--key', WRITE_KEY);
    expect(ended.said).toContain(message);
    expect(ended.code).toBe(code);
  });

  test('says what is wrong with the key', async () => {
    const { path } = writeEvents('key.ndjson', 1, 'imported_key');
    const ended = await uptake('import', path, '--url', server.url, '--key', 'upk_w_unknown');
    expect(ended.code).toBe(1);
    expect(ended.said).toContain('key');
    expect(ended.said).not.toContain('at request');
  });
});

describe('uptake export', () => {
  test('goes on with a file that was cut short, to the same bytes', async () => {
    await uptake(...importing(writeEvents('exported.ndjson', 3_000, 'exported').path));
    await storedEvents('exported', 3_000);
    const to = new Date().toISOString();
    const whole = join(scratch.path, 'whole.ndjson');
    const cut = join(scratch.path, 'cut.ndjson');
    expect((await uptake(...exporting('--to', to, '--output', whole))).code).toBe(0);
    const bytes = readFileSync(whole);
    writeFileSync(`${cut}.part`, bytes);
    truncateSync(`${cut}.part`, Math.floor(bytes.length * 0.6));
    expect((await uptake(...exporting('--to', to, '--output', cut, '--resume'))).code).toBe(0);
    expect(readFileSync(cut).equals(bytes)).toBe(true);
    expect(existsSync(`${cut}.part`)).toBe(false);
  });

  test('writes what import takes in again, with a key that may say how many events each stands for', async () => {
    const { path, ids } = writeEvents('returning.ndjson', 20, 'returning');
    await uptake(...importing(path));
    await storedEvents('returning', ids.length);
    const file = join(scratch.path, 'leaving.ndjson');
    expect((await uptake(...exporting('--output', file))).code).toBe(0);
    const refused = await uptake(...importing(file));
    expect([refused.code, refused.said]).toEqual([1, expect.stringContaining('scope "admin"')]);
    const taken = await uptake('import', file, '--url', server.url, '--key', SECRET_KEY, '--restart');
    expect([taken.code, taken.said]).toEqual([0, expect.stringMatching(/^0 accepted, [\d,]+ were there already/m)]);
  });

  test('does not write over a file that exists', async () => {
    const file = join(scratch.path, 'precious.ndjson');
    writeFileSync(file, 'precious');
    const refused = await uptake(...exporting('--output', file));
    expect(refused.said).toContain('exists. Choose another name, or pass --force.');
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  test('needs a secret key', async () => {
    const refused = await uptake('export', '--url', server.url, '--key', WRITE_KEY);
    expect(refused).toMatchObject({ code: 1, out: '', said: expect.stringContaining('A write key may send events') });
  });
});

describe('uptake keys', () => {
  const asked = (...parameters: string[]): Promise<Ended> =>
    uptake('keys', ...parameters, '--url', server.url, '--key', SECRET_KEY);

  test('makes a key that works, replaces it, and ends it', async () => {
    const made = await asked('create', '--kind', 'write', '--name', 'press', '--environment', 'app/production');
    const key = made.out.trim();
    expect(key).toMatch(/^upk_w_\S+$/);
    const { path } = writeEvents('with-key.ndjson', 3, 'imported_with_key');
    const send = (with_: string): Promise<Ended> => uptake('import', path, '--url', server.url, '--key', with_);
    expect((await send(key)).code).toBe(0);
    const id = /\(([0-9a-f-]{36})\)/.exec(made.said)?.[1] ?? '';
    const rotated = JSON.parse((await asked('rotate', id, '--overlap', '600', '--json')).out) as {
      id: string;
      key: string;
    };
    expect((await send(key)).code).toBe(0);
    expect((await send(rotated.key)).code).toBe(0);
    expect((await asked('revoke', rotated.id)).code).toBe(0);
    expect(await send(rotated.key)).toMatchObject({ code: 1, said: expect.stringMatching(/revoked/) });
    const list = (await asked('list')).out.split('\n').filter((line) => line.includes('press'));
    expect(list.map((line) => /(until|revoked)/.exec(line)?.[1]).sort()).toEqual(['revoked', 'until']);
    expect(list.join()).not.toContain(key);
  });

  test('says which environments there are when a write key names none', async () => {
    const refused = await asked('create', '--kind', 'write', '--name', 'press');
    expect(refused).toMatchObject({ code: 2, said: expect.stringContaining('--environment: app/production') });
  });
});

describe('the launcher', () => {
  /** The Node of the shell, not the one that came with the repository. */
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter);

  test('runs on the Node that came with Uptake, whatever Node the shell has', async () => {
    const child = spawn('node', [LAUNCHER, 'doctor', '--data-dir', join(scratch.path, 'none'), '--port', '0'], {
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    for await (const chunk of child.stdout) out += chunk;
    const major = Number(/✓ versions +Uptake \S+ on Node (\d+)/.exec(out)?.[1]);
    expect(major).toBeGreaterThanOrEqual(24);
  });

  test('hands a signal on, and ends as its command ended', async () => {
    const { path: file } = writeEvents('launched.ndjson', 15_000, 'imported_launched');
    const child = spawn('node', [LAUNCHER, ...importing(file)], {
      env: { ...process.env, PATH: path },
      stdio: 'ignore',
    });
    await until(() => existsSync(`${file}.uptake-import.json`) || child.exitCode !== null);
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(130);
  });
});

/** These stop the server, so they come last. */
describe('with the data directory', () => {
  test('doctor asks the server that holds it; keys says to ask it too', async () => {
    const doctor = await uptake('doctor', '--data-dir', dataDirectory, '--port', String(server.port));
    expect(doctor.out).toMatch(/✓ stores +held by the server at .*, which is ready/);
    expect(doctor.code).toBe(0);
    const keys = await uptake('keys', 'list', '--data-dir', dataDirectory);
    expect(keys.said).toContain('A server runs on this data directory. Ask it instead: pass --key');
    expect(keys.code).toBe(1);
  });

  test('doctor opens the stores where no server runs, and keys works on them', async () => {
    await server.stop();
    const doctor = await uptake('doctor', '--data-dir', dataDirectory, '--port', '0', '--json');
    const { healthy, findings } = JSON.parse(doctor.out) as {
      healthy: boolean;
      findings: { name: string; state: string }[];
    };
    expect(healthy, doctor.out).toBe(true);
    expect(findings.filter(({ state }) => state === 'ok').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['versions', 'secret key', 'event log', 'event store', 'control store', 'clock', 'keys']),
    );
    const made = await uptake('keys', 'create', '--kind', 'secret', '--name', 'offline', '--data-dir', dataDirectory);
    expect(made.out).toMatch(/^upk_s_\S+\n$/);
    expect((await uptake('keys', 'list', '--data-dir', dataDirectory)).out).toContain('offline');
  });

  test('doctor finds what is wrong, says what to do, and ends with 1', async () => {
    const secretKey = join(dataDirectory, 'secret.key');
    chmodSync(secretKey, 0o644);
    const open = await uptake('doctor', '--data-dir', dataDirectory, '--port', '0');
    chmodSync(secretKey, 0o600);
    expect(open.out).toMatch(new RegExp(`✗ secret key .*mode 0644.*\\n.*→ chmod 600 ${secretKey}`));
    expect(open.code).toBe(1);
    const port = await uptake('doctor', '--data-dir', dataDirectory, '--port', '99999');
    expect(port.out).toMatch(/✗ configuration +PORT: 99999 is more than 65535\n.*→ Allowed: a whole number/);
    const file = join(scratch.path, 'a-file');
    writeFileSync(file, '');
    const noDirectory = await uptake('doctor', '--data-dir', file, '--port', '0');
    expect(noDirectory.out).toMatch(/✗ data directory .*is a file/);
    expect(noDirectory.code).toBe(1);
  });
});
