/** What is told about plans, as its receivers get it: a real mail server, and a real server for webhooks. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMailer } from '@uptake/io/mail';
import { createLogger } from '@uptake/io/observability';
import { createOutbound } from '@uptake/io/outbound';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption } from './adoption.fixture.ts';
import { createNotices, type Notices } from './notices.ts';

type Message = {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
};

let opened: Opened;
let notices: Notices;
let hook: string;
const mails: { to: readonly string[]; text: string }[] = [];
const messages: Message[] = [];
/** The next calls are answered with these, then with 204. */
let answers: number[] = [];

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: (stream, { envelope }, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const text = Buffer.concat(chunks).toString().replaceAll('=\r\n', '');
      mails.push({ to: envelope.rcptTo.map(({ address }) => address), text });
      done();
    });
  },
});
const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks).toString();
  const { type, data } = JSON.parse(raw) as { type: string; data: Record<string, unknown> };
  messages.push({ headers: request.headers, raw, type, data });
  response.writeHead(answers.shift() ?? 204).end();
});

beforeAll(async () => {
  opened = await openAdoption({}, (tx, news) => notices.tell(tx, news));
  const listening = smtp.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const nowMs = () => opened.clock.nowMs;
  const { port } = listening.address() as AddressInfo;
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/adoption`;
  notices = createNotices({
    controlStore: opened.controlStore,
    secrets: opened.secrets,
    jobs: opened.jobs,
    mailer: createMailer({ url: `smtp://127.0.0.1:${port}`, from: 'uptake@example.com' }),
    outbound: createOutbound({ allow: ['127.0.0.1'], userAgent: 'Uptake/test', nowMs, random: Math.random }),
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
    newId: randomUUID,
    randomBytes,
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

async function listened(customer: string, notify: Record<string, unknown> = {}): Promise<string> {
  const { plan } = await opened.assigned(customer);
  await opened.service.configureAdoptionPlanTelemetry(opened.admin, {
    adoptionPlanId: plan.id,
    telemetryEnabled: true,
    notify: { emails: [`${plan.id}@example.com`], webhookUrl: hook, ...notify },
  });
  return plan.id;
}

const setStatus = async (planId: string, name: string, status: 'IN_PROGRESS' | 'DONE') => {
  const task = (await opened.tasksOf(planId)).find((each) => each.name === name);
  await opened.service.updateTaskStatus(opened.admin, task!.id, status, undefined);
};
const messagesOf = (planId: string) => messages.filter(({ data }) => data.plan_id === planId);
const mailsOf = (planId: string) => mails.filter(({ to }) => to.includes(`${planId}@example.com`));
const historyOf = async (planId: string, kind: string) => {
  const { nodes } = await opened.service.historyOf(opened.admin, planId, { first: 100, after: undefined });
  return nodes.filter((entry) => entry.kind === kind).map(({ text }) => text);
};
const settled = (count: () => number, wanted: number) => expect.poll(count, { timeout: 15_000 }).toBe(wanted);

/** Until the queue knows it too: its next attempt is a time after that. */
const refused = (attempts: number) =>
  expect
    .poll(async () => {
      const runs = await opened.jobs.history('adoption.send', 10);
      return runs.some((run) => run.attempts === attempts && ['waiting', 'failed'].includes(run.state));
    })
    .toBe(true);

/** As the specification of Standard Webhooks computes it, with nothing of ours. */
function signatureOf({ headers, raw }: Message, secret: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${raw}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

test('each address and webhook is told once of all its plans, of what happened since and of nothing else', async () => {
  const { service, admin } = opened;
  const notify = {
    emails: ['cs@example.com'],
    webhookUrl: hook,
    digest: true,
    onAutoStatus: false,
    onMilestone: false,
  };
  const busy = await listened('Acme', notify);
  await listened('Quiet & Co', notify);
  const silent = (await opened.assigned('Nobody asked')).plan.id;
  opened.clock.nowMs = NOW_MS + 3_600_000;
  const sinceMs = opened.clock.nowMs;
  opened.clock.nowMs += 60_000;
  for (const planId of [busy, silent]) {
    await setStatus(planId, 'Enable SSO', 'IN_PROGRESS');
    for (const name of ['sso_enabled', 'provider_configured']) {
      const { id } = await opened.attribute(planId, name);
      await service.recordValue(admin, id, true, { day: undefined, notes: undefined });
    }
  }
  expect(await notices.digests.compose(sinceMs)).toBe(2);
  await expect.poll(() => [mails.length, messages.length], { timeout: 15_000 }).toEqual([1, 1]);

  const [{ to, text } = { to: [], text: '' }] = mails;
  expect(to).toEqual(['cs@example.com']);
  expect(text).toContain('Enable SSO: [AUTO] Task completed via telemetry (100% criteria met)');
  expect(text).toContain('sso_enabled meets its criterion');
  expect(text).toContain('25% reached: 1 of 3 tasks');
  expect(text).not.toContain('Quiet');
  expect(text).not.toContain('Nobody asked');
  expect(messages[0]!.headers['webhook-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(messages[0]).toMatchObject({
    type: 'adoption.digest',
    data: {
      plans: [
        {
          plan_id: busy,
          customer: 'Acme',
          values_stored: 2,
          url: `https://uptake.example/adoption/plans/${busy}`,
          milestones: ['25% reached: 1 of 3 tasks'],
          finished: [{ task: 'Enable SSO' }],
          newly_met: [{ task: 'Enable SSO' }, { task: 'Enable SSO' }],
          progress: { before: 0 },
        },
      ],
    },
  });

  // What was told is not told again.
  opened.clock.nowMs += 60_000;
  expect(await notices.digests.compose(opened.clock.nowMs - 30_000)).toBe(0);
}, 60_000);

describe('a milestone', () => {
  test('is told once by mail and by webhook however often it is passed, and written down', async () => {
    const planId = await listened('Milestones Ltd');
    await setStatus(planId, 'Enable SSO', 'DONE');
    await settled(() => messagesOf(planId).length, 1);
    expect(messagesOf(planId)[0]).toMatchObject({
      type: 'adoption.milestone_reached',
      data: { customer: 'Milestones Ltd', product: 'App', percent: 25, completed: 1, total: 3 },
    });
    await settled(() => mailsOf(planId).length, 1);
    expect(mailsOf(planId)[0]!.text).toContain('Subject: Milestones Ltd: 25% reached');

    await setStatus(planId, 'Enable SSO', 'IN_PROGRESS');
    await setStatus(planId, 'Enable SSO', 'DONE');
    await opened.adoption.evaluateAll();
    for (const name of ['User Training', 'Kick-off']) await setStatus(planId, name, 'DONE');
    await settled(() => mailsOf(planId).length, 3);
    await settled(() => messagesOf(planId).length, 3);
    expect(
      messagesOf(planId)
        .map(({ data }) => Number(data.percent))
        .sort((a, b) => a - b),
    ).toEqual([25, 50, 100]);
    expect(await historyOf(planId, 'milestone')).toEqual([
      '100% reached: 3 of 3 tasks',
      '50% reached: 2 of 3 tasks',
      '25% reached: 1 of 3 tasks',
    ]);
  });

  test('that telemetry reaches is told beside the task it finished', async () => {
    const planId = await listened('Telemetry plc');
    await setStatus(planId, 'Enable SSO', 'IN_PROGRESS');
    const file = {
      name: 'filled.xlsx',
      bytes: await opened.filled(planId, { sso_enabled: true, provider_configured: true }),
    };
    await opened.service.importCustomerTelemetry(opened.admin, planId, file, { isPreview: false });
    await settled(() => messagesOf(planId).length, 2);
    expect(
      messagesOf(planId)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['adoption.milestone_reached', 'adoption.tasks_finished']);
  });

  test('is written down and told to nobody where the plan says so', async () => {
    const planId = await listened('Quiet plc', { onMilestone: false });
    await setStatus(planId, 'Kick-off', 'DONE');
    expect(await historyOf(planId, 'milestone')).toEqual(['25% reached: 1 of 3 tasks']);
    expect(opened.news.filter((news) => news.planId === planId)).toEqual([]);
    // What was passed in silence is no news once somebody listens.
    await opened.service.configureAdoptionPlanTelemetry(opened.admin, {
      adoptionPlanId: planId,
      notify: { onMilestone: true },
    });
    await opened.adoption.evaluateAll();
    expect(opened.news.filter((news) => news.planId === planId)).toEqual([]);
  });
});

describe('a webhook about plans', () => {
  test('is signed so that whoever has the secret can check it, with both secrets while both hold', async () => {
    const planId = await listened('Signed SE');
    const first = await opened.service.rotateNoticeSecret(opened.admin, 0);
    await setStatus(planId, 'Enable SSO', 'DONE');
    await settled(() => messagesOf(planId).length, 1);
    const [one] = messagesOf(planId);
    expect(one!.headers['webhook-signature']).toBe(signatureOf(one!, first.secret));
    expect(one!.headers['webhook-timestamp']).toBe(String(Math.floor(opened.clock.nowMs / 1_000)));

    const second = await opened.service.rotateNoticeSecret(opened.admin, 3_600);
    expect(second.signing.previousSecretExpiresAt).toBe(new Date(opened.clock.nowMs + 3_600_000).toISOString());
    await setStatus(planId, 'User Training', 'DONE');
    await settled(() => messagesOf(planId).length, 2);
    const [, two] = messagesOf(planId);
    const both = [second.secret, first.secret].map((secret) => signatureOf(two!, secret));
    expect(two!.headers['webhook-signature']).toBe(both.join(' '));

    opened.clock.nowMs += 3_600_000;
    await setStatus(planId, 'Kick-off', 'DONE');
    await settled(() => messagesOf(planId).length, 3);
    const [, , three] = messagesOf(planId);
    expect(three!.headers['webhook-signature']).toBe(signatureOf(three!, second.secret));
    expect(await opened.service.noticeSigning(opened.admin)).toEqual({ since: expect.any(String) });
  });

  test('has a secret that only those see who manage all plans, each time it is made and in no log of audits', async () => {
    for (const role of ['customer_admin', 'analyst'] as const) {
      const person = await opened.member(role);
      await expect(opened.service.rotateNoticeSecret(person, 0)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(opened.service.noticeSigning(person)).rejects.toMatchObject({ code: 'forbidden' });
    }
    const { secret } = await opened.service.rotateNoticeSecret(opened.admin, 60);
    await expect(opened.service.rotateNoticeSecret(opened.admin, 604_801)).rejects.toMatchObject({
      errors: [{ path: '/overlapSeconds', message: 'must be 0 to 604800 (seven days)' }],
    });
    const { auditEntries, adoptionNoticeSecrets } = await import('@uptake/io/control-store/schema');
    const [audited, kept] = await opened.controlStore.withWorkspace(opened.workspaceId, async (tx) => [
      await tx.select().from(auditEntries),
      await tx.select().from(adoptionNoticeSecrets),
    ]);
    expect(audited.map(({ action }) => action)).toContain('adoption_notices.secret_rotated');
    expect(JSON.stringify([audited, kept])).not.toContain(secret.slice('whsec_'.length));
  });

  test('that is not taken is sent again under the same id with a new time, and no mail twice', async () => {
    const planId = await listened('Stumbling AG');
    answers = [503];
    await setStatus(planId, 'Kick-off', 'DONE');
    await settled(() => messagesOf(planId).length, 1);
    await settled(() => mailsOf(planId).length, 1);
    await refused(1);
    const { secret } = await opened.service.rotateNoticeSecret(opened.admin, 0);
    opened.clock.nowMs += 61_000;
    await settled(() => messagesOf(planId).length, 2);
    const [first, again] = messagesOf(planId);
    expect(again!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    const sentAt = ({ headers }: Message) => Number(headers['webhook-timestamp']);
    expect(sentAt(again!) - sentAt(first!)).toBeGreaterThanOrEqual(60);
    expect(again!.headers['webhook-signature']).toBe(signatureOf(again!, secret));
    const runs = await opened.jobs.history('adoption.send', 1_000);
    await expect.poll(async () => (await opened.jobs.history('adoption.send', 1_000)).every(isOver)).toBe(true);
    expect(runs.filter(({ attempts }) => attempts > 1)).toHaveLength(1);
    expect(mailsOf(planId)).toHaveLength(1);
  });

  test('whose receiver says it is gone is not sent again', async () => {
    const planId = await listened('Gone & Away');
    answers = [410];
    await setStatus(planId, 'Kick-off', 'DONE');
    await settled(() => messagesOf(planId).length, 1);
    await expect.poll(async () => (await opened.jobs.history('adoption.send', 1_000)).every(isOver)).toBe(true);
    expect((await opened.jobs.history('adoption.send', 2)).map(({ state }) => state)).toEqual([
      'succeeded',
      'succeeded',
    ]);
    expect(await historyOf(planId, 'notice_failed')).toEqual([
      `A notice by webhook could not be brought: ${new URL(hook).host} answered with 410.`,
    ]);
  });

  test('that is never taken is given up after four times, and the history of the plan says so', async () => {
    const planId = await listened('Unreachable Inc');
    answers = [503, 503, 503, 503];
    await setStatus(planId, 'Kick-off', 'DONE');
    for (const [index, waitMs] of [0, 61_000, 121_000, 241_000].entries()) {
      expect(await historyOf(planId, 'notice_failed')).toEqual([]);
      opened.clock.nowMs += waitMs;
      await settled(() => messagesOf(planId).length, index + 1);
      await refused(index + 1);
    }
    await expect.poll(() => historyOf(planId, 'notice_failed')).toHaveLength(1);
    opened.clock.nowMs += 3_600_000;
    await expect.poll(async () => (await opened.jobs.history('adoption.send', 1_000)).every(isOver)).toBe(true);
    expect(messagesOf(planId)).toHaveLength(4);
    const [said] = await historyOf(planId, 'notice_failed');
    expect(said).toBe(`A notice by webhook could not be brought: ${new URL(hook).host} answered with 503.`);
  });
});

const isOver = ({ state }: { readonly state: string }) => state === 'succeeded' || state === 'failed';

test('a plan that comes to a standstill is told at night, once for each standstill, with what to do next', async () => {
  const planId = await listened('Standstill KG');
  await setStatus(planId, 'Enable SSO', 'IN_PROGRESS');
  const told = () => opened.news.filter((news) => news.planId === planId && news.kind === 'plan_stalled').length;
  const nightAfter = async (days: number) => {
    opened.clock.nowMs += days * 86_400_000;
    await opened.adoption.evaluateAll();
  };
  await nightAfter(14);
  expect(told()).toBe(0);
  await nightAfter(1);
  await nightAfter(1);
  expect(told()).toBe(1);
  expect(await historyOf(planId, 'stalled')).toEqual(['Stalled: no progress for 15 days']);
  await settled(() => messagesOf(planId).length, 1);
  expect(messagesOf(planId)[0]).toMatchObject({
    type: 'adoption.plan_stalled',
    data: {
      days: 15,
      next_step: 'Help the customer with "Enable SSO": open are sso_enabled, provider_configured',
    },
  });
  await setStatus(planId, 'Enable SSO', 'DONE');
  await nightAfter(16);
  expect(told()).toBe(2);
}, 60_000);
