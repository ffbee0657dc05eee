import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { askerOf } from './asking.fixture.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** Says the parts one after the other, each when something was asked. */
async function serverThatSays(...parts: readonly Buffer[]): Promise<number> {
  const started = createServer((socket) => {
    const left = [...parts];
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(left.shift() ?? Buffer.alloc(0)));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return (started.address() as AddressInfo).port;
}

/** A message of PostgreSQL: a letter, its length, its body. */
const message = (letter: string, body: Buffer, length = 4 + body.length) => {
  const head = Buffer.alloc(5);
  head.write(letter, 'latin1');
  head.writeInt32BE(length, 1);
  return Buffer.concat([head, body]);
};
const signedIn = message('R', Buffer.alloc(4));
const ready = message('Z', Buffer.from('I'));

describe('a server that answers what no database does', () => {
  const ask = askerOf('postgresql', () => ({ timeoutMs: 4_000, signal: AbortSignal.timeout(4_000) }));
  const unexpected = vi.fn();

  test.each([
    ['rows before anything was asked', Buffer.concat([signedIn, message('D', Buffer.from([0, 9, 9]))])],
    ['a password asked for in an unknown way', message('R', Buffer.from([0, 0, 0, 99]))],
    [
      'an end of what never began',
      Buffer.concat([signedIn, ready, message('C', Buffer.from('x')), message('s', ready)]),
    ],
  ])('fails the question and nothing else: %s', async (_, bytes) => {
    process.on('uncaughtException', unexpected);
    try {
      await expect(ask('SELECT 1', { port: await serverThatSays(bytes) })).rejects.toMatchObject({
        name: 'PolledDatabaseError',
      });
      expect(unexpected).not.toHaveBeenCalled();
    } finally {
      process.off('uncaughtException', unexpected);
    }
  });

  test('is told in words that every store can keep', async () => {
    const fields = Buffer.from('SFATAL\0C28000\0Mno\u0001 entry\u0007\0\0');
    const asked = ask('SELECT 1', { port: await serverThatSays(message('E', fields)) });
    await expect(asked).rejects.toMatchObject({ message: 'db.example says: no entry' });
  });
});
