import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '@uptake/domain/contract';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { EXIT, explain } from './exit.ts';
import { keyOf, readTime, readUrl, readWholeNumber } from './options.ts';
import { createProgram } from './program.ts';
import { createServerClient, ServerUnreachable } from './server-client.ts';

function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

describe('the command line', () => {
  const program = createProgram();

  test('has the commands that work today, and no others', () => {
    expect(program.commands.map((command) => command.name())).toEqual([
      'serve',
      'doctor',
      'keys',
      'schema',
      'operators',
      'password',
      'import',
      'export',
      'prune',
      'erase',
      'rollback',
    ]);
  });

  test.each(leavesOf(program).map((command) => [command.name(), command] as const))(
    'explains %s with examples',
    (_, command) => {
      expect(helpOf(command)).toMatch(/Examples:\n {2}\$ .*uptake /);
      expect(command.description()).toMatch(/\.$/);
    },
  );

  test.each([
    [['--prot', '1'], /unknown option '--prot'[\s\S]*Did you mean --port\?/],
    [['--port', '70000'], /not a whole number from 0 to 65535/],
  ])('says what is wrong with "serve %j"', async (flags, message) => {
    let said = '';
    const wrong = createProgram();
    for (const command of [wrong, ...wrong.commands]) command.configureOutput({ writeErr: (text) => (said += text) });
    await expect(wrong.parseAsync(['node', 'uptake', 'serve', ...flags])).rejects.toMatchObject({ exitCode: 1 });
    expect(said).toMatch(message);
  });
});

describe('options', () => {
  test('take an address without its last slash, and nothing that is not one', () => {
    expect(readUrl('https://uptake.example.com/base/')).toBe('https://uptake.example.com/base');
    for (const wrong of ['localhost:4400', 'ftp://x', 'http://user@x', 'http://x/?a=1', '']) {
      expect(() => readUrl(wrong), wrong).toThrow();
    }
  });

  test('take whole numbers within their bounds only', () => {
    expect(readWholeNumber(0, 10)('10')).toBe(10);
    for (const wrong of ['11', '-1', '1.5', '1e1', '', ' 1', 'x']) {
      expect(() => readWholeNumber(0, 10)(wrong), wrong).toThrow('whole number from 0 to 10');
    }
  });

  test('take dates and instants with a zone', () => {
    expect(readTime('2026-11-01')).toBe('2026-11-01');
    expect(readTime('2026-11-01T08:00:00+01:00')).toBe('2026-11-01T08:00:00+01:00');
    for (const wrong of ['2026-13-01', '2026-11-01T08:00:00', 'today', '1700000000']) {
      expect(() => readTime(wrong), wrong).toThrow('neither a date');
    }
  });

  test('ask for a key where there is none, and refuse one that no header can carry', () => {
    expect(() => keyOf({})).toThrow('--key or --key-file');
    expect(() => keyOf({ key: 'a\nb' })).toThrow('no key has');
    expect(keyOf({ key: ' upk_w_1 ' })).toBe('upk_w_1');
  });
});

describe('asking a server', () => {
  async function answering(status: number, headers: Record<string, string>, body: string): Promise<unknown> {
    const server = createServer((_request, response) => response.writeHead(status, headers).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      return await createServerClient({ url: `http://127.0.0.1:${port}` })
        .json('/x')
        .catch((error: unknown) => error);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('tells "later" with its time from "no"', async () => {
    const busy = new Problem('log_unavailable', 'The log is full.').toJSON();
    expect(await answering(503, { 'retry-after': '7' }, JSON.stringify(busy))).toMatchObject({
      code: 'log_unavailable',
      detail: 'The log is full.',
      retryAfterSeconds: 7,
    });
    const refused = new Problem('key_revoked', 'It was revoked.').toJSON();
    expect(await answering(401, { 'retry-after': '7' }, JSON.stringify(refused))).toMatchObject({
      code: 'key_revoked',
      retryAfterSeconds: undefined,
    });
  });

  test('names the places of mistakes', async () => {
    const body = {
      ...new Problem('invalid_request', 'Wrong.').toJSON(),
      errors: [{ path: '/name', message: 'must not be empty' }],
    };
    expect(await answering(400, {}, JSON.stringify(body))).toMatchObject({
      detail: 'Wrong.\n  /name must not be empty',
    });
  });

  test('takes a proxy’s 502 for "later" and a stranger’s 404 for a wrong address', async () => {
    expect(await answering(502, {}, '<html>')).toMatchObject({ name: 'ServerUnreachable', retryAfterSeconds: 1 });
    expect(await answering(404, {}, '<html>')).toMatchObject({ message: expect.stringContaining('Is --url right?') });
  });

  test('says what to do when nothing listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const asked = createServerClient({ url: `http://127.0.0.1:${port}` }).request('/healthz');
    await expect(asked).rejects.toThrow(ServerUnreachable);
    await expect(asked).rejects.toThrow('Start the server with "uptake serve"');
  });
});

describe('how a command ends', () => {
  test('shows the message of an expected failure and the stack of any other', () => {
    expect(explain(new Problem('not_found', 'There is none.'))).toEqual({
      message: 'There is none.',
      code: EXIT.failed,
    });
    expect(explain(new Problem('key_unknown', 'Check it.')).message).toBe('The key is not known here. Check it.');
    expect(explain(new ServerUnreachable('Nothing listens.')).message).toBe('Nothing listens.');
    expect(explain(new TypeError('a defect')).message).toContain('program.test.ts');
  });
});
