/** Values that systems send as signed webhooks, in a shape of ours or of theirs. */
import { createHmac, randomBytes } from 'node:crypto';
import { auditEntries } from '@uptake/io/control-store/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption } from './adoption.fixture.ts';
import { createOwnDrivers } from './drivers.ts';
import { keyOfSecret, signWebhook } from './sources/webhook-signature.ts';

let opened: Opened;

beforeAll(async () => {
  const ask = () => Promise.reject(new Error('Nothing is bound here.'));
  opened = await openAdoption(createOwnDrivers({ ask, randomBytes }));
}, 60_000);
afterAll(() => opened.remove());

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
        message: '2 values found, 1 refused. Nothing was stored.',
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

  describe('of a sender that signs in its own way', () => {
    type Headers = Readonly<Record<string, string>>;
    const deliver = (url: string, headers: Headers, payload: string) =>
      opened.ask({
        method: 'POST',
        url: new URL(url).pathname,
        headers: { 'content-type': 'application/json', ...headers },
        payload,
      }) as Promise<{ status: number; body: Record<string, unknown> }>;
    const count = (value: number) => JSON.stringify({ id: 'evt_1', total_count: value });
    const mapping = { kind: 'values', values: [{ attribute: 'users_trained', path: '$.total_count' }] };
    const GITHUB = {
      kind: 'hmac',
      header: 'X-Hub-Signature-256',
      prefix: 'sha256=',
      id_header: 'X-GitHub-Delivery',
    };

    test('is taken where the digest of the body fits our secret, once for each delivery', async () => {
      const { plan, input, source, url, secret } = await hooked('GitHub', { signature: GITHUB, mapping });
      const signed = (body: string, key: string, delivery: string) => ({
        'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
        'x-github-delivery': delivery,
      });
      expect(await deliver(url, signed(count(5), secret, 'a'), count(5))).toMatchObject({ body: { stored: 1 } });
      expect(await deliver(url, signed(count(5), secret, 'a'), count(5))).toMatchObject({ body: { is_repeat: true } });
      expect(await deliver(url, signed(count(6), secret, 'b'), count(6))).toMatchObject({ body: { stored: 1 } });
      expect((await deliver(url, signed(count(7), 'another secret', 'c'), count(7))).status).toBe(401);
      expect((await deliver(url, signed(count(7), secret, 'c'), count(8))).status).toBe(401);
      expect(await send(url, secret, 'msg_1', count(9))).toMatchObject({ status: 401 });
      expect((await opened.attribute(plan.id, 'users_trained')).latestValue?.value).toBe(6);

      await opened.service.rotateWebhookSecret(opened.admin, source.id, 60);
      const credentials = { secret: 'chosen at the sender' };
      const entered = await opened.service.saveSource(opened.admin, { ...input, id: source.id, credentials });
      expect(entered.source.previousSecretExpiresAt).toBeUndefined();
      expect((await deliver(url, signed(count(7), secret, 'd'), count(7))).status).toBe(401);
      expect((await deliver(url, signed(count(7), credentials.secret, 'd'), count(7))).status).toBe(200);
    });

    test('brings the secret it made itself, which is kept sealed and replaced by entering the next', async () => {
      const { plan } = await opened.assigned('Stripe');
      const { service, admin } = opened;
      await service.configureAdoptionPlanTelemetry(admin, { adoptionPlanId: plan.id, telemetryEnabled: true });
      const input = {
        adoptionPlanId: plan.id,
        kind: 'WEBHOOK' as const,
        name: 'Billing',
        config: { signature: { kind: 'stripe' }, mapping },
        credentials: { secret: 'whsec_of_stripe_1234567890' },
      };
      const saved = await service.saveSource(admin, input);
      expect(saved.secret).toBeUndefined();
      expect(JSON.stringify(saved)).not.toContain('whsec_of_stripe');
      const signed = (body: string, key: string, atMs = opened.clock.nowMs) => {
        const at = Math.floor(atMs / 1_000);
        return { 'stripe-signature': `t=${at},v1=${createHmac('sha256', key).update(`${at}.${body}`).digest('hex')}` };
      };
      const url = saved.source.webhookUrl!;
      const { secret } = input.credentials;
      expect((await deliver(url, signed(count(5), secret, NOW_MS - 301_000), count(5))).status).toBe(401);
      expect(await deliver(url, signed(count(5), secret), count(5))).toMatchObject({
        status: 200,
        body: { stored: 1 },
      });
      await expect(service.rotateWebhookSecret(admin, saved.source.id, 0)).rejects.toMatchObject({ code: 'conflict' });
      const next = 'whsec_of_stripe_0987654321';
      await service.saveSource(admin, { ...input, id: saved.source.id, credentials: { secret: next } });
      expect((await deliver(url, signed(count(5), secret), count(5))).status).toBe(401);
      // The event is known by its id, whatever secret signs it and when.
      opened.clock.nowMs += 60_000;
      expect(await deliver(url, signed(count(5), next), count(5))).toMatchObject({ body: { is_repeat: true } });
      opened.clock.nowMs = NOW_MS;
    });

    test.each([
      [{ signature: { kind: 'hmac' } }, undefined, '/input/config/signature/header'],
      [{ signature: { ...GITHUB, header: 'X Y' } }, undefined, '/input/config/signature/header'],
      [{ signature: { ...GITHUB, algorithm: 'md5' } }, undefined, '/input/config/signature/algorithm'],
      [{ signature: { kind: 'stripe', header: 'x' } }, undefined, '/input/config/signature/header'],
      [{ signature: GITHUB }, { secret: 'short' }, '/input/credentials/secret'],
      [{}, { secret: 'not one of Standard Webhooks' }, '/input/credentials/secret'],
    ])('is refused with its place where it is wrong: %#', async (config, credentials, path) => {
      const { plan } = await opened.assigned(`Wrong ${path}`);
      const input = { adoptionPlanId: plan.id, kind: 'WEBHOOK' as const, name: 'CRM', config, credentials };
      await expect(opened.service.saveSource(opened.admin, input)).rejects.toMatchObject({
        code: 'invalid_request',
        errors: [expect.objectContaining({ path })],
      });
    });
  });
});
