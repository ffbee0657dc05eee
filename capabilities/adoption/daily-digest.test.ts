import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMailer } from '@uptake/io/mail';
import { createLogger } from '@uptake/io/observability';
import { createOutbound } from '@uptake/io/outbound';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption } from './adoption.fixture.ts';
import { createDigests, type Digests } from './daily-digest.ts';

let opened: Opened;
let digests: Digests;
const mails: { to: readonly string[]; text: string }[] = [];
const messages: { id: string | undefined; body: unknown }[] = [];

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: (stream, { envelope }, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      mails.push({ to: envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() });
      done();
    });
  },
});
const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const id = request.headers['webhook-id'];
  messages.push({ id: typeof id === 'string' ? id : undefined, body: JSON.parse(Buffer.concat(chunks).toString()) });
  response.writeHead(204).end();
});

beforeAll(async () => {
  opened = await openAdoption();
  const listening = smtp.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const nowMs = () => opened.clock.nowMs;
  const { port } = listening.address() as AddressInfo;
  digests = createDigests({
    controlStore: opened.controlStore,
    jobs: opened.jobs,
    mailer: createMailer({ url: `smtp://127.0.0.1:${port}`, from: 'uptake@example.com' }),
    outbound: createOutbound({ allow: ['127.0.0.1'], userAgent: 'Uptake/test', nowMs, random: Math.random }),
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
    newId: () => crypto.randomUUID(),
    baseUrl: 'https://uptake.example',
    nowMs,
  });
  await opened.jobs.start();
}, 60_000);
afterAll(async () => {
  await opened.remove();
  receiver.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

test('each address and webhook is told once of all its plans, of what happened since and of nothing else', async () => {
  const { service, admin } = opened;
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/adoption`;
  const notify = { emails: ['cs@example.com'], webhookUrl: hook, digest: true };
  const busy = (await opened.assigned('Acme')).plan;
  const quiet = (await opened.assigned('Quiet & Co')).plan;
  const silent = (await opened.assigned('Nobody asked')).plan;
  for (const plan of [busy, quiet]) {
    await service.configureAdoptionPlanTelemetry(admin, { adoptionPlanId: plan.id, telemetryEnabled: true, notify });
  }
  opened.clock.nowMs = NOW_MS + 3_600_000;
  const sinceMs = opened.clock.nowMs;
  opened.clock.nowMs += 60_000;
  for (const plan of [busy, silent]) {
    const [sso] = await opened.tasksOf(plan.id);
    await service.updateTaskStatus(admin, sso!.id, 'IN_PROGRESS', undefined);
    for (const name of ['sso_enabled', 'provider_configured']) {
      const { id } = await opened.attribute(plan.id, name);
      await service.recordValue(admin, id, true, { day: undefined, notes: undefined });
    }
  }
  expect(await digests.compose(sinceMs)).toBe(2);
  await expect.poll(() => [mails.length, messages.length], { timeout: 15_000 }).toEqual([1, 1]);

  const text = mails[0]!.text.replaceAll('=\r\n', '');
  expect(mails[0]!.to).toEqual(['cs@example.com']);
  expect(text).toContain('Enable SSO: [AUTO] Task completed via telemetry (100% criteria met)');
  expect(text).toContain('sso_enabled meets its criterion');
  expect(text).not.toContain('Quiet');
  expect(text).not.toContain('Nobody asked');
  expect(messages[0]!.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(messages[0]!.body).toMatchObject({
    type: 'adoption.digest',
    data: {
      plans: [
        {
          plan_id: busy.id,
          customer: 'Acme',
          values_stored: 2,
          url: `https://uptake.example/adoption/plans/${busy.id}`,
          finished: [{ task: 'Enable SSO' }],
          newly_met: [{ task: 'Enable SSO' }, { task: 'Enable SSO' }],
          progress: { before: 0 },
        },
      ],
    },
  });

  // What was told is not told again.
  opened.clock.nowMs += 60_000;
  expect(await digests.compose(opened.clock.nowMs - 30_000)).toBe(0);
}, 60_000);
