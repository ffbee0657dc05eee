import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADMIN,
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  startServerProcess,
} from '../server-process/index.ts';

const LAUNCHER = fileURLToPath(new URL('../../apps/cli/uptake.js', import.meta.url));
const EXAMPLES = fileURLToPath(new URL('../../domain/tracking-plan/examples', import.meta.url));

const scratch = scratchDirectory();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess(join(scratch.path, 'data'));
}, 180_000);
afterAll(async () => {
  await server.stop();
  scratch.remove();
}, 60_000);

type Ended = { readonly code: number | null; readonly out: string; readonly said: string };

function uptake(...parameters: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [LAUNCHER, 'schema', ...parameters], {
    cwd: scratch.path,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, said })));
}

const remote = (command: string, dir: string, ...more: string[]) =>
  uptake(command, '--dir', dir, '--url', server.url, '--key', SECRET_KEY, ...more);

function directoryOfExamples(name: string): string {
  const directory = join(scratch.path, name);
  cpSync(EXAMPLES, directory, { recursive: true });
  return name;
}

function edit(dir: string, eventName: string, change: (text: string) => string): void {
  const path = join(scratch.path, dir, `${eventName}.json`);
  const [before, after] = [readFileSync(path, 'utf8'), change(readFileSync(path, 'utf8'))];
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

describe('uptake schema lint', () => {
  test('passes the examples and ends with 0', async () => {
    const linted = await uptake('lint', '--dir', directoryOfExamples('good'));
    expect(linted).toEqual({ code: 0, out: '', said: expect.stringMatching(/5 schemas, 0 errors, 0 warnings\.\n$/) });
  });

  test('prints file, line, column, rule and message, and ends with 1', async () => {
    const dir = directoryOfExamples('faulty');
    edit(dir, 'project_created', (text) => text.replace('"creation_path": {', '"creation_path": {\n "patern": "x",'));
    edit(dir, 'task_assigned', (text) => text.replace(/\}\s*$/, ''));
    const { code, out } = await uptake('lint', '--dir', dir);
    expect(out).toMatch(
      /^faulty\/project_created\.json:\d+:\d+ unsupported_keyword "patern" .* Did you mean "pattern"\?$/m,
    );
    expect(out).toMatch(/^faulty\/task_assigned\.json:\d+:\d+ invalid_json A comma or "}" is expected here\.$/m);
    expect(code).toBe(1);
    const github = await uptake('lint', '--dir', dir, '--format', 'github');
    expect(github.out).toMatch(
      /^::error file=faulty\/project_created\.json,line=\d+,col=2,title=unsupported_keyword::/m,
    );
    const json = JSON.parse((await uptake('lint', '--dir', dir, '--format', 'json')).out) as { findings: object[] };
    expect(json.findings).toHaveLength(2);
  });

  test('counts warnings only when asked to', async () => {
    const dir = directoryOfExamples('warned');
    edit(dir, 'project_viewed', (text) => text.replace(/"description": "Whether fields[^"]*",\s*/, ''));
    expect((await uptake('lint', '--dir', dir)).code).toBe(0);
    expect((await uptake('lint', '--dir', dir, '--max-warnings', '0')).code).toBe(1);
  });

  test('ends with 2 where there is nothing to read', async () => {
    expect(await uptake('lint', '--dir', 'nowhere')).toMatchObject({ code: 2, said: expect.stringContaining('--dir') });
    expect((await uptake('lint', '--format', 'xml')).code).toBe(2);
  });
});

describe('uptake schema types', () => {
  test('writes a module, and --check tells when it is old', async () => {
    const dir = directoryOfExamples('typed');
    const types = (...more: string[]) => uptake('types', '--dir', dir, '--out', 'src/events.ts', ...more);
    expect(await types('--check')).toMatchObject({ code: 1, out: expect.stringContaining('not what the schemas say') });
    expect((await types()).code).toBe(0);
    expect(readFileSync(join(scratch.path, 'src/events.ts'), 'utf8')).toContain('project_created: {');
    expect((await types('--check')).code).toBe(0);
    edit(dir, 'project_created', (text) => text.replace('"blank",', '"blank", "copy",'));
    expect((await types('--check')).code).toBe(1);
  });
});

describe('uptake schema import', () => {
  test('makes a draft of an older schema, and names what is lost with its line', async () => {
    const old = { type: 'object', properties: { mail: { type: 'string', format: 'email' } } };
    writeFileSync(join(scratch.path, 'old.json'), JSON.stringify(old, null, 2));
    mkdirSync(join(scratch.path, 'imported'), { recursive: true });
    const made = await uptake('import', 'old.json', '--dir', 'imported', '--event-name', 'invited');
    expect(made).toMatchObject({ code: 1, out: expect.stringMatching(/^old\.json:6:\d+ The format "email"/) });
    const draft = JSON.parse(readFileSync(join(scratch.path, 'imported/invited.json'), 'utf8')) as object;
    expect(draft).toMatchObject({ event_name: 'invited', state: 'draft', properties: { additionalProperties: false } });
    expect((await uptake('import', 'old.json', '--dir', 'imported', '--event-name', 'invited')).code).toBe(2);
  });
});

describe('uptake schema with a server', () => {
  const dir = 'plan';

  test('shows what is new, pushes it once, and then finds no difference', async () => {
    directoryOfExamples(dir);
    const before = await remote('diff', dir, '--fail-on', 'any');
    expect(before.out).toMatch(/^\+ project_created {2}new, version 1, active$/m);
    expect(before.code).toBe(1);
    const dry = await remote('push', dir, '--dry-run');
    expect([dry.code, dry.out.split('\n').length]).toEqual([0, 6]);
    const pushed = await remote('push', dir);
    expect(pushed).toMatchObject({ code: 0, said: expect.stringContaining('5 pushed, 0 refused.') });
    expect(await remote('diff', dir, '--fail-on', 'any')).toMatchObject({ code: 0, out: 'No difference.\n' });
  });

  test('pushes a compatible change as the next version', async () => {
    edit(dir, 'project_created', (text) =>
      text.replace('"version": 1', '"version": 2').replace('"blank",', '"blank", "copy",'),
    );
    const compatible = await remote('diff', dir, '--fail-on', 'breaking');
    expect(compatible.out).toMatch(/^~ project_created {2}compatible, version 1 → 2\n.*enum_widened .*"copy"/m);
    expect(compatible.code).toBe(0);
    expect((await remote('push', dir)).out).toContain('✓ project_created  version 2, active (compatible)');
  });

  test('refuses a change whose version was not raised', async () => {
    edit(dir, 'task_assigned', (text) => text.replace('"direct",', '"direct", "self",'));
    expect((await remote('diff', dir)).out).toContain('give it "version": 2 to push it');
    expect(await remote('push', dir)).toMatchObject({
      code: 1,
      out: expect.stringContaining('✗ task_assigned  conflict'),
    });
    edit(dir, 'task_assigned', (text) => text.replace('"version": 1', '"version": 2'));
    expect((await remote('push', dir)).code).toBe(0);
  });

  test('marks a breaking change, and pushes it with a note, a reviewer and a date alone', async () => {
    edit(dir, 'project_viewed', (text) =>
      text.replace('"version": 1', '"version": 2').replace('"maximum": 600000', '"maximum": 60000'),
    );
    const diff = await remote('diff', dir, '--fail-on', 'breaking');
    expect(diff.out).toMatch(/^! project_viewed {2}breaking, version 1 → 2\n {2}! breaking {3}bound_tightened /m);
    expect(diff.code).toBe(1);
    const bare = await remote('push', dir);
    expect(bare).toMatchObject({ code: 1, out: expect.stringContaining('✗ project_viewed  breaking_change') });
    const notes = ['--migration-note', 'Slower paints are sent as errors from 4.2 on.', '--reviewer', ADMIN.email];
    const dated = [...notes, '--accepted-until', new Date(Date.now() + 86_400_000).toISOString()];
    expect(await remote('push', dir, ...dated)).toMatchObject({
      code: 0,
      out: expect.stringContaining('✓ project_viewed  version 2, active (breaking)'),
    });
  });

  test('pulls what the server has, as files without a fault, and keeps what was edited', async () => {
    const pulled = await remote('pull', 'pulled');
    expect(pulled).toMatchObject({ code: 0, said: expect.stringContaining('5 written') });
    expect(readdirSync(join(scratch.path, 'pulled'))).toHaveLength(5);
    expect((await uptake('lint', '--dir', 'pulled')).code).toBe(0);
    expect((await remote('diff', 'pulled', '--fail-on', 'any')).out).toBe('No difference.\n');
    edit('pulled', 'task_assigned', (text) => text.replace('"self"', '"itself"'));
    const kept = await remote('pull', 'pulled');
    expect(kept).toMatchObject({ code: 1, out: expect.stringContaining('--force overwrites it') });
    expect((await remote('pull', 'pulled', '--force')).code).toBe(0);
    expect(readFileSync(join(scratch.path, 'pulled/task_assigned.json'), 'utf8')).not.toContain('itself');
  });

  test('ends with 2 where no server answers or the key is not known', async () => {
    const elsewhere = await uptake('diff', '--dir', dir, '--url', 'http://127.0.0.1:9', '--key', SECRET_KEY);
    expect(elsewhere).toMatchObject({ code: 2, said: expect.stringContaining('127.0.0.1:9') });
    const wrongKey = await uptake('diff', '--dir', dir, '--url', server.url, '--key', 'upk_s_nobody_has_this_key');
    expect(wrongKey.code).toBe(2);
    expect((await remote('diff', dir, '--product', 'none')).said).toContain('There are: app');
    expect(existsSync(join(scratch.path, 'nowhere'))).toBe(false);
  });
});
