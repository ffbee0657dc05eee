import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createMailer } from './smtp.ts';

type Received = { readonly from: string; readonly to: readonly string[]; readonly text: string };
const received: Received[] = [];
let url: string;

const server = new SMTPServer({
  authOptional: false,
  allowInsecureAuth: true,
  disabledCommands: ['STARTTLS'],
  onAuth: ({ username, password }, _, done) =>
    username === 'uptake' && password === 'p@ss' ? done(null, { user: username }) : done(new Error('no')),
  onRcptTo: ({ address }, _, done) => {
    const refusal = Object.assign(new Error('mailbox of ada is full'), { responseCode: 452 });
    done(address.startsWith('full') ? refusal : null);
  },
  onData: (stream, session, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? '' : mailFrom.address;
      received.push({ from, to: rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() });
      done();
    });
  },
});

beforeAll(async () => {
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  url = `smtp://uptake:p%40ss@127.0.0.1:${(listening.address() as AddressInfo).port}`;
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
afterEach(() => {
  received.length = 0;
});

const from = 'Uptake <uptake@example.com>';
const mail = {
  to: ['cs@example.com'],
  subject: 'Größe: 2 tasks done',
  text: 'Enable SSO\n',
  html: '<p>Enable SSO</p>',
};

describe('a mail', () => {
  test('arrives with its texts, its sender and an id of its own', async () => {
    const mailer = createMailer({ url, from });
    expect(await mailer.send({ ...mail, messageId: '<digest-1@uptake>' })).toEqual({
      sent: true,
      refusedAddresses: [],
    });
    mailer.close();
    expect(received).toMatchObject([{ from: 'uptake@example.com', to: ['cs@example.com'] }]);
    expect(received[0]!.text).toContain('Message-ID: <digest-1@uptake>');
    expect(received[0]!.text).toContain('<p>Enable SSO</p>');
  });

  test('says which addresses were refused while others took it', async () => {
    const mailer = createMailer({ url, from });
    const result = await mailer.send({ ...mail, to: ['cs@example.com', 'full@example.com'] });
    expect(result).toEqual({ sent: true, refusedAddresses: ['full@example.com'] });
    mailer.close();
  });

  test('that every address refuses for the moment is worth another try, and nobody is named', async () => {
    const mailer = createMailer({ url, from });
    const result = await mailer.send({ ...mail, to: ['full@example.com'] });
    expect(result).toEqual({
      sent: false,
      reason: 'The mail server refused the sender or every address (452).',
      isWorthRetrying: true,
    });
    mailer.close();
  });

  test.each([
    [{ ...mail, to: [] }, 'to nobody'],
    [{ ...mail, to: ['a@b, c@d'] }, 'One of the addresses'],
    [{ ...mail, subject: 'one\r\nBcc: x@example.com' }, 'one line'],
    [{ ...mail, to: Array.from({ length: 51 }, (_, n) => `p${n}@example.com`) }, 'at most 50'],
  ])('that is none is not sent: %#', async (wrong, reason) => {
    const mailer = createMailer({ url, from });
    expect(await mailer.send(wrong)).toMatchObject({ sent: false, isWorthRetrying: false });
    expect((await mailer.send(wrong)) as { reason: string }).toMatchObject({ reason: expect.stringContaining(reason) });
    expect(received).toEqual([]);
    mailer.close();
  });
});

test('a wrong password is said without saying it, and not tried again', async () => {
  const mailer = createMailer({ url: url.replace('p%40ss', 'canary-secret'), from });
  const result = await mailer.send(mail);
  expect(result).toMatchObject({ sent: false, isWorthRetrying: false });
  expect(JSON.stringify(result)).toContain('refused user and password');
  expect(JSON.stringify(result)).not.toContain('canary');
  mailer.close();
});

test('a server that is not there is worth another try', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  const mailer = createMailer({ url: `smtp://127.0.0.1:${port}`, from });
  expect(await mailer.send(mail)).toMatchObject({ sent: false, isWorthRetrying: true });
  mailer.close();
});

test('without a server every mail is answered with what to set', async () => {
  const mailer = createMailer({ url: undefined, from });
  expect(mailer.isConfigured).toBe(false);
  expect(await mailer.send(mail)).toEqual({
    sent: false,
    reason: 'No mail server is configured (UPTAKE_SMTP_URL), so mail stays here.',
    isWorthRetrying: false,
  });
});
