/** Values that systems send: pushed with a key, signed as a webhook, or read from the collected events. */
import { randomBytes } from 'node:crypto';
import type { TrendResult } from '@uptake/capabilities/insights/read-model';
import { Problem } from '@uptake/domain/contract';
import { auditEntries } from '@uptake/io/control-store/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption } from './adoption.fixture.ts';
import { createOwnDrivers } from './drivers.ts';
import { keyOfSecret, signWebhook } from './sources/webhook-signature.ts';

let opened: Opened;
let asked: unknown[] = [];
let total: number | null = 7;
let sendKey: string;
let readKey: string;

/** Answers as insights would, and notes what it was asked. */
const ask = async (_workspaceId: string, definition: unknown): Promise<TrendResult> => {
  asked.push(definition);
  if (total === -1) throw new Problem('invalid_definition', 'No such field.');
  return { answer: { lines: [{ total, values: [3, 4] }] }, isSampled: false } as unknown as TrendResult;
};

beforeAll(async () => {
  opened = await openAdoption(createOwnDrivers({ ask, randomBytes }));
  const make = async (scopes: readonly ('read' | 'write')[]) => {
    const actor = { kind: 'system' } as const;
    const made = await opened.access.keys.create(opened.workspaceId, { kind: 'secret', name: 'Test', scopes }, actor);
    return made.key;
  };
  [sendKey, readKey] = [await make(['write']), await make(['read'])];
  await opened.jobs.start();
}, 60_000);
afterAll(() => opened.remove());

const push = (planId: string, values: unknown, headers: Record<string, string> = {}, key = sendKey) =>
  opened.ask({
    method: 'POST',
    url: `/api/v1/adoption/plans/${planId}/values`,
    headers: { authorization: `Bearer ${key}`, ...headers },
    payload: { values },
  }) as Promise<{ status: number; body: Record<string, unknown> }>;

describe('a push', () => {
  test('is judged at once, row by row, and refuses what does not fit its type instead of guessing', async () => {
    const { plan } = await opened.assigned('Pushing');
    const { status, body } = await push(plan.id, [
      { attribute: 'users_trained', value: 120 },
      { task: 'Enable SSO', attribute: 'sso_enabled', value: 'true' },
      { attribute: 'completion_rate', value: 85, day: '2027-01-01' },
      { attribute: 'nobody_knows', value: 1 },
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      stored: 1,
      refused: [
        { row: 2, problem: 'The value of sso_enabled must be true or false.' },
        { row: 3, problem: '2027-01-01 has not come yet.' },
        { row: 4, problem: 'The plan has no attribute "nobody_knows".' },
      ],
    });
    expect(await opened.attribute(plan.id, 'users_trained')).toMatchObject({
      isMet: true,
      latestValue: { source: 'api' },
    });
  });

  test('with the same Idempotency-Key is answered as before, and refused with other values', async () => {
    const { plan } = await opened.assigned('Again');
    const key = { 'idempotency-key': 'night-1' };
    const first = await push(plan.id, [{ attribute: 'users_trained', value: 5 }], key);
    const second = await push(plan.id, [{ attribute: 'users_trained', value: 5 }], key);
    expect(second.body).toEqual({ ...first.body, is_repeat: true });
    const other = await push(plan.id, [{ attribute: 'users_trained', value: 6 }], key);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_conflict' } });
    expect((await opened.attribute(plan.id, 'users_trained')).latestValue?.value).toBe(5);
  });

  test('needs a key that may write, and finds no plan of another workspace', async () => {
    const { plan } = await opened.assigned('Closed');
    const values = [{ attribute: 'users_trained', value: 5 }];
    expect((await push(plan.id, values, {}, readKey)).status).toBe(403);
    expect((await push(crypto.randomUUID(), values)).status).toBe(404);
  });
});

describe('a webhook', () => {
  const send = (url: string, secret: string, id: string, body: string, atMs = opened.clock.nowMs) => {
    const atSeconds = Math.floor(atMs / 1_000);
    const signature = signWebhook({ id, atSeconds, body: Buffer.from(body) }, keyOfSecret(secret)!);
    return opened.ask({
      method: 'POST',
      url: new URL(url).pathname,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(atSeconds),
        'webhook-signature': signature,
      },
      payload: body,
    }) as Promise<{ status: number; body: Record<string, unknown> }>;
  };

  const hooked = async (customer: string, config: unknown = {}) => {
    const { plan, customerId } = await opened.assigned(customer);
    const input = { adoptionPlanId: plan.id, kind: 'WEBHOOK' as const, name: 'CRM', config };
    await opened.service.configureAdoptionPlanTelemetry(opened.admin, {
      adoptionPlanId: plan.id,
      telemetryEnabled: true,
    });
    const { source, secret } = await opened.service.saveSource(opened.admin, input);
    return { plan, customerId, input, source, url: source.webhookUrl!, secret: secret! };
  };
  const PUSH = '{"values":[{"attribute":"users_trained","value":130}]}';

  test('is taken once where its signature is right and refused otherwise; its secret is never shown again', async () => {
    const { plan, url, secret } = await hooked('Hooked');
    expect(await send(url, secret, 'msg_1', PUSH)).toMatchObject({ status: 200, body: { stored: 1 } });
    expect(await send(url, secret, 'msg_1', PUSH)).toMatchObject({ status: 200, body: { is_repeat: true } });
    const forged = `whsec_${Buffer.alloc(32).toString('base64')}`;
    expect((await send(url, forged, 'msg_2', PUSH)).status).toBe(401);
    expect((await send(url, secret, 'msg_3', PUSH, NOW_MS - 600_000)).status).toBe(401);

    expect(await opened.attribute(plan.id, 'users_trained')).toMatchObject({
      isMet: true,
      latestValue: { source: 'webhook' },
    });
    const listed = (await opened.service.sourcesOf(opened.admin, [plan.id])).get(plan.id);
    expect(listed).toMatchObject([{ hasCredentials: true, kind: 'WEBHOOK' }]);
    expect(JSON.stringify(listed)).not.toContain(secret);
  });

  test('of another shape than that of a push is refused with its places, where no mapping reads it', async () => {
    const { url, secret } = await hooked('Shapeless');
    expect(await send(url, secret, 'msg_1', '{"values":[{"attribute":"a","value":1},{"name":"b"}]}')).toMatchObject({
      status: 400,
      body: {
        code: 'invalid_request',
        errors: expect.arrayContaining([expect.objectContaining({ path: '/values/1' })]),
      },
    });
    for (const body of ['{"values":', '[['.repeat(40_000), '\u0000']) {
      expect(await send(url, secret, 'msg_2', body)).toMatchObject({ status: 400, body: { code: 'invalid_json' } });
    }
  });

  describe('with a mapping', () => {
    const SEATS = {
      mapping: {
        kind: 'values',
        values: [
          { attribute: 'users_trained', path: '$.data.object.quantity' },
          { attribute: 'sso_enabled', task: 'Enable SSO', path: '$.data.object.metadata.sso' },
        ],
      },
      when: { path: '$.type', in: ['subscription.updated'] },
    };
    const updated = (object: unknown) => JSON.stringify({ type: 'subscription.updated', data: { object } });

    test('takes single values out of what a sender sends in its own shape', async () => {
      const { plan, url, secret } = await hooked('Own shape', SEATS);
      const body = updated({ quantity: 150, metadata: { sso: true } });
      expect(await send(url, secret, 'evt_1', body)).toMatchObject({ status: 200, body: { stored: 2, notices: [] } });
      expect(await send(url, secret, 'evt_1', body)).toMatchObject({ body: { stored: 2, is_repeat: true } });
      expect((await opened.attribute(plan.id, 'users_trained')).latestValue).toMatchObject({
        value: 150,
        source: 'webhook',
      });
      expect((await opened.attribute(plan.id, 'sso_enabled')).isMet).toBe(true);
    });

    test('takes every row of a list, with its day, and says which it could not read', async () => {
      const { plan, url, secret } = await hooked('Rows', {
        mapping: { kind: 'rows', rows: '$.batch[*]', attribute: '$.event', value: '$.properties.value', day: '$.at' },
      });
      const batch = [
        { event: 'users_trained', properties: { value: 20 }, at: '2026-11-19T23:30:00+02:00' },
        { event: 'completion_rate', properties: {} },
        { event: 'completion_rate', properties: { value: '85' } },
      ];
      expect(await send(url, secret, 'evt_1', JSON.stringify({ batch }))).toMatchObject({
        status: 200,
        body: {
          stored: 1,
          refused: [{ row: 2, problem: expect.stringContaining('completion_rate') }],
          notices: ['Row 2: $.properties.value is not one value.'],
        },
      });
      expect((await opened.attribute(plan.id, 'users_trained')).latestValue?.day).toBe('2026-11-19');
    });

    test('answers well and reads nothing where the message is not one it names', async () => {
      const { plan, url, secret } = await hooked('Chatty', SEATS);
      const other = JSON.stringify({ type: 'invoice.paid', data: { object: { quantity: 150 } } });
      expect(await send(url, secret, 'evt_1', other)).toEqual(
        expect.objectContaining({
          status: 200,
          body: {
            batch_id: null,
            stored: 0,
            unchanged: 0,
            tasks_finished: 0,
            refused: [],
            is_repeat: false,
            notices: ['$.type is not one of subscription.updated; nothing was read.'],
          },
        }),
      );
      expect((await opened.service.importsOf(opened.admin, [plan.id], 5)).size).toBe(0);
    });

    test('names the paths that lead nowhere in the body, and never what stands there', async () => {
      const { url, secret } = await hooked('Nowhere', SEATS);
      const { status, body } = await send(url, secret, 'evt_1', updated({ owner: 'jane@example.com' }));
      expect(status).toBe(400);
      expect(body).toMatchObject({
        code: 'invalid_request',
        errors: [
          { path: '$.data.object.quantity', message: 'leads to no value for "users_trained"' },
          { path: '$.data.object.metadata.sso', message: 'leads to no value for "sso_enabled"' },
        ],
      });
      expect(JSON.stringify(body)).not.toContain('jane@example.com');
    });

    test.each([
      [{ mapping: { kind: 'rows', rows: '$[*]', attribute: 'name', value: '$.n' } }, '/input/config/mapping/attribute'],
      [
        { mapping: { kind: 'values', values: [{ attribute: '', path: '$.n' }] } },
        '/input/config/mapping/values/0/attribute',
      ],
      [{ when: SEATS.when }, '/input/config/mapping'],
      [{ ...SEATS, when: { path: '$.type', in: [] } }, '/input/config/when/in'],
      [{ ...SEATS, when: { path: 'type', in: ['x'] } }, '/input/config/when/path'],
      [{ ...SEATS, url: 'https://example.com' }, '/input/config/url'],
    ])('is refused with its place where it is wrong: %#', async (config, path) => {
      const { plan } = await opened.assigned(`Wrong ${path}`);
      const input = { adoptionPlanId: plan.id, kind: 'WEBHOOK' as const, name: 'CRM', config };
      await expect(opened.service.saveSource(opened.admin, input)).rejects.toMatchObject({
        code: 'invalid_request',
        errors: [expect.objectContaining({ path })],
      });
    });

    test('is looked at with a message somebody pasted, and nothing of it is kept', async () => {
      const { plan, input } = await hooked('Pasted', SEATS);
      const { service, admin } = opened;
      const tested = await service.testSource(admin, input, updated({ quantity: 150, metadata: { sso: 'yes' } }));
      expect(tested).toMatchObject({
        ok: false,
        message: '2 values found, 1 of them refused. Nothing was stored.',
        rows: [
          { attribute: 'users_trained', raw: 150, value: 150, day: '2026-11-21', problem: undefined },
          { task: 'Enable SSO', raw: 'yes', problem: 'The value of sso_enabled must be true or false.' },
        ],
      });
      expect(await service.testSource(admin, input, '{"type":')).toMatchObject({ ok: false, rows: [] });
      expect(await service.testSource(admin, input, updated({}))).toMatchObject({
        ok: false,
        message: expect.stringContaining('$.data.object.quantity leads to no value for "users_trained"'),
      });
      expect(await service.testSource(admin, { ...input, config: {} }, PUSH)).toMatchObject({ ok: true });
      expect(await service.testSource(admin, input)).toMatchObject({ ok: true, rows: [] });
      expect((await opened.attribute(plan.id, 'users_trained')).latestValue).toBeUndefined();
    });
  });

  describe('whose secret is changed', () => {
    test('takes both secrets until the overlap ends, and then the new one alone', async () => {
      const { plan, input, source, url, secret } = await hooked('Rotating');
      const { service, admin, clock } = opened;
      const rotated = await service.rotateWebhookSecret(admin, source.id, 3_600);
      const next = rotated.secret!;
      expect(next).not.toBe(secret);
      expect(rotated.source.previousSecretExpiresAt).toBe(new Date(clock.nowMs + 3_600_000).toISOString());
      for (const [id, key] of [
        ['old_1', secret],
        ['new_1', next],
      ] as const)
        expect((await send(url, key, id, PUSH)).status).toBe(200);

      clock.nowMs += 3_600_000;
      expect(await send(url, secret, 'old_2', PUSH)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect((await send(url, next, 'new_2', PUSH)).status).toBe(200);
      const listed = (await service.sourcesOf(admin, [plan.id])).get(plan.id)!;
      expect(listed[0]!.previousSecretExpiresAt).toBeUndefined();
      expect(JSON.stringify(listed)).not.toContain(next);

      // Saved again as it is, it keeps the secret it has.
      await service.saveSource(admin, { ...input, id: source.id, name: 'CRM 2' });
      expect((await send(url, next, 'new_3', PUSH)).status).toBe(200);
      clock.nowMs = NOW_MS;
    });

    test('refuses the old one at once without an overlap, and the oldest of three during one', async () => {
      const { source, url, secret } = await hooked('Leaked');
      const { service, admin } = opened;
      const second = (await service.rotateWebhookSecret(admin, source.id, 0)).secret!;
      expect((await send(url, secret, 'a', PUSH)).status).toBe(401);
      expect((await send(url, second, 'b', PUSH)).status).toBe(200);
      const third = (await service.rotateWebhookSecret(admin, source.id, 60)).secret!;
      const fourth = (await service.rotateWebhookSecret(admin, source.id, 60)).secret!;
      expect((await send(url, second, 'c', PUSH)).status).toBe(401);
      expect((await send(url, third, 'd', PUSH)).status).toBe(200);
      expect((await send(url, fourth, 'e', PUSH)).status).toBe(200);
    });

    test('is changed by whoever may configure its plan, with an entry in the audit log; a push has none', async () => {
      const { source, customerId, input } = await hooked('Theirs');
      const { service, admin } = opened;
      const push = await service.saveSource(admin, { ...input, kind: 'API_PUSH' });
      await expect(service.rotateWebhookSecret(admin, push.source.id, 0)).rejects.toMatchObject({ code: 'conflict' });
      const ada = await opened.member('customer_admin');
      await expect(service.rotateWebhookSecret(ada, source.id, 0)).rejects.toMatchObject({ code: 'not_found' });
      await service.setCustomerAdmins(admin, customerId, [ada.userId]);
      expect((await service.rotateWebhookSecret(ada, source.id, 60)).secret).toMatch(/^whsec_/);
      const analyst = await opened.member('analyst');
      await expect(service.rotateWebhookSecret(analyst, source.id, 0)).rejects.toMatchObject({ code: 'forbidden' });
      for (const overlap of [-1, 0.5, 604_801])
        await expect(service.rotateWebhookSecret(admin, source.id, overlap)).rejects.toMatchObject({
          errors: [{ path: '/overlapSeconds' }],
        });
      const audited = await opened.controlStore.withWorkspace(opened.workspaceId, (tx) =>
        tx.select().from(auditEntries),
      );
      expect(
        audited.filter(({ subjectId }) => subjectId === source.id).map(({ action, actorId }) => [action, actorId]),
      ).toEqual([
        ['adoption_source.created', admin.kind === 'member' ? admin.userId : undefined],
        ['adoption_source.secret_rotated', ada.userId],
      ]);
    });
  });
});

describe('a binding', () => {
  const config = {
    definition: { kind: 'trend', series: [{ event: 'user_trained', measure: { kind: 'total' } }], interval: 'day' },
    take: 'total',
  };
  const binding = async (planId: string) => ({
    adoptionPlanId: planId,
    kind: 'BINDING' as const,
    name: 'People trained',
    config,
    attributeId: (await opened.attribute(planId, 'users_trained')).id,
  });

  test('asks about the customer’s own tenant, looks first, then keeps what it finds with the run', async () => {
    const { plan } = await opened.assigned('Bound', 'bound-tenant');
    [asked, total] = [[], 140];
    const input = await binding(plan.id);
    const tested = await opened.service.testSource(opened.admin, input);
    expect(tested).toMatchObject({ ok: true, rows: [{ attribute: 'users_trained', value: 140, day: '2026-11-21' }] });
    expect(asked[0]).toMatchObject({ filters: [{ field: 'tenant_id', operator: 'equals', value: 'bound-tenant' }] });
    expect((await opened.attribute(plan.id, 'users_trained')).latestValue).toBeUndefined();

    const { source } = await opened.service.saveSource(opened.admin, input);
    // Whoever edits it must not bind another attribute by saving it as it is.
    expect(source.attributeId).toBe(input.attributeId);
    expect(source).toMatchObject({ schedule: '0 2 * * *', nextRunAt: expect.stringMatching(/^2026-11-22T02:0/) });
    await opened.service.runSource(opened.admin, source.id);
    await expect
      .poll(async () => (await opened.service.runsOf(opened.admin, [plan.id], 5)).get(plan.id)?.[0], {
        timeout: 10_000,
      })
      .toMatchObject({ state: 'SUCCEEDED', valuesStored: 1, valuesRefused: 0, attempts: 1 });
    expect(await opened.attribute(plan.id, 'users_trained')).toMatchObject({
      isMet: true,
      latestValue: { value: 140, source: 'events' },
      binding: { text: 'People trained' },
    });
  });

  test('that cannot be answered says why in its run, and keeps nothing', async () => {
    const { plan } = await opened.assigned('Broken', 'broken-tenant');
    total = -1;
    const { source } = await opened.service.saveSource(opened.admin, await binding(plan.id));
    await opened.service.runSource(opened.admin, source.id);
    await expect
      .poll(async () => (await opened.service.runsOf(opened.admin, [plan.id], 5)).get(plan.id)?.[0], {
        timeout: 10_000,
      })
      .toMatchObject({ state: 'FAILED', reason: expect.stringContaining('No such field.') });
    expect((await opened.attribute(plan.id, 'users_trained')).binding?.lastError).toContain('No such field.');
  });

  test('of more than one number is refused with its place', async () => {
    const { plan } = await opened.assigned('Many');
    const input = await binding(plan.id);
    const many = {
      ...input,
      config: { ...config, definition: { ...config.definition, breakdown: { field: 'country' } } },
    };
    await expect(opened.service.saveSource(opened.admin, many)).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: '/input/config/definition', message: expect.stringContaining('one number') }],
    });
  });
});
