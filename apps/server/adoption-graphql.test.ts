/** The operations of the source against the whole server, with real workbooks and everybody who may or may not send them. */
import { edit } from '@uptake/capabilities/adoption/workbook/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AdoptionServer,
  act,
  ask,
  exported,
  fetched,
  IMPORT,
  type Made,
  type Person,
  PLAN_OPERATION,
  REQUESTS_PER_SECOND,
  SOURCE,
  signIn,
  startAdoptionServer,
  upload,
} from './adoption-graphql.fixture.ts';
import { averageProgress, boundTenant, sendTrained, sendWebhook, type Tenant } from './adoption-tenants.fixture.ts';
import { OPERATOR, SECRET_KEY, WRITE_KEY } from './own-server.fixture.ts';

let server: AdoptionServer;
beforeAll(async () => {
  server = await startAdoptionServer();
}, 120_000);
afterAll(() => server.own.close(), 60_000);

const keyed = (key: string): Person => ({ url: server.url, headers: { authorization: `Bearer ${key}` } });

type PlanTasks = { readonly adoptionPlan: { readonly tasks: readonly { id: string; name: string; status: string }[] } };

describe('the operations of the source, word for word', () => {
  test('export a template, export a plan, import it filled, configure, and ask how it stands', async () => {
    const template = await act<{ exportTelemetryTemplate: { url: string; filename: string; expiresAt: string } }>(
      server.owner,
      SOURCE.ExportTelemetryTemplate!,
      { productId: server.productId },
    );
    expect(template.exportTelemetryTemplate.filename).toMatch(/-telemetry-template\.xlsx$/);
    expect(Date.parse(template.exportTelemetryTemplate.expiresAt)).toBeGreaterThan(Date.now());
    expect((await fetched(server.owner, template.exportTelemetryTemplate.url)).length).toBeGreaterThan(1_000);

    const { exportAdoptionPlanTelemetry: file } = await act<{ exportAdoptionPlanTelemetry: Record<string, unknown> }>(
      server.owner,
      SOURCE.ExportAdoptionPlanTelemetry!,
      { adoptionPlanId: server.contoso.planId },
    );
    expect(file).toEqual({
      url: expect.any(String),
      filename: expect.stringMatching(/^contoso-.*-telemetry\.xlsx$/),
      taskCount: 2,
      attributeCount: 4,
      lastUpdated: null,
    });

    const configured = await act<{ configureAdoptionPlanTelemetry: unknown }>(
      server.owner,
      SOURCE.ConfigureAdoptionPlanTelemetry!,
      {
        input: {
          adoptionPlanId: server.contoso.planId,
          telemetryEnabled: true,
          telemetrySource: 'excel',
          telemetrySchedule: '0 2 * * *',
          autoStatusEnabled: true,
          thresholdPercent: 80,
        },
      },
    );
    expect(configured.configureAdoptionPlanTelemetry).toEqual({
      id: server.contoso.planId,
      telemetryEnabled: true,
      telemetrySource: 'excel',
      telemetrySchedule: '0 2 * * *',
    });

    const { adoptionPlan } = await act<PlanTasks>(server.owner, PLAN_OPERATION, {
      adoptionPlanId: server.contoso.planId,
    });
    const [sso, training] = adoptionPlan.tasks;
    await act(server.owner, 'mutation ($id: ID!) { updateTaskStatus(taskId: $id, status: IN_PROGRESS) { status } }', {
      id: sso!.id,
    });

    const filled = await edit(await exported(server.owner, server.contoso.planId), ({ fill }) => {
      fill('sso_enabled', true);
      fill('provider_configured', 'yes');
      fill('users_trained', 45);
      fill('completion_rate', '85%');
    });
    const { data, errors } = await upload(server.owner, IMPORT, server.contoso.planId, filled);
    expect(errors).toEqual([]);
    expect((data as { importCustomerTelemetry: unknown }).importCustomerTelemetry).toEqual({
      success: true,
      batchId: expect.any(String),
      summary: { tasksProcessed: 2, attributesUpdated: 4, criteriaEvaluated: 4, taskStatusChanged: 1, errors: 0 },
      taskResults: [
        {
          taskId: sso!.id,
          taskName: 'Enable SSO',
          attributesUpdated: 2,
          telemetryCompletion: 100,
          statusChanged: true,
          newStatus: 'DONE',
        },
        {
          taskId: training!.id,
          taskName: 'User Training',
          attributesUpdated: 2,
          telemetryCompletion: 50,
          statusChanged: false,
          newStatus: null,
        },
      ],
    });

    const after = await act<{ adoptionPlan: Record<string, unknown> }>(server.owner, PLAN_OPERATION, {
      adoptionPlanId: server.contoso.planId,
    });
    expect(after.adoptionPlan).toMatchObject({
      id: server.contoso.planId,
      telemetryEnabled: true,
      telemetryLastImportAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      telemetryProgress: { totalAttributes: 4, metAttributes: 3, percentage: 75 },
      tasks: [
        {
          name: 'Enable SSO',
          status: 'DONE',
          telemetryAttributes: [
            { name: 'sso_enabled', dataType: 'BOOLEAN', isMet: true, latestValue: { value: true, source: 'excel' } },
            { name: 'provider_configured', isMet: true, latestValue: { value: true } },
          ],
          telemetryCompletion: { percentage: 100, recommendation: 'DONE' },
        },
        {
          name: 'User Training',
          status: 'NOT_STARTED',
          telemetryAttributes: [
            { name: 'users_trained', dataType: 'NUMBER', isMet: false, latestValue: { value: 45 } },
            { name: 'completion_rate', dataType: 'PERCENTAGE', isMet: true, latestValue: { value: 85 } },
          ],
          telemetryCompletion: { percentage: 50, recommendation: 'STAY' },
        },
      ],
    });
  });
});

describe('a file', () => {
  test('of one byte more than ten megabytes is refused with the limit, and of ten megabytes by what it is', async () => {
    const mebibytes = 10 * 1024 * 1024;
    const tooLarge = await upload(server.owner, IMPORT, server.fabrikam.planId, new Uint8Array(mebibytes + 1));
    expect([tooLarge.status, tooLarge.errors[0]?.extensions.code]).toEqual([413, 'body_too_large']);
    expect(tooLarge.errors[0]?.message).toContain('10485760');
    const { data } = await upload(
      server.owner,
      `${IMPORT.replace('success', 'success refusal { code reason }')}`,
      server.fabrikam.planId,
      new Uint8Array(mebibytes),
    );
    expect(data).toMatchObject({
      importCustomerTelemetry: { success: false, batchId: null, refusal: { code: 'not_a_workbook' } },
    });
  });

  test('exported for another plan is refused and changes nothing', async () => {
    const { data } = await upload(
      server.owner,
      IMPORT.replace('success', 'success refusal { code }'),
      server.fabrikam.planId,
      await exported(server.owner, server.contoso.planId),
    );
    expect(data).toMatchObject({ importCustomerTelemetry: { success: false, refusal: { code: 'other_plan' } } });
    const { adoptionPlan } = await act<{ adoptionPlan: { telemetryLastImportAt: string | null } }>(
      server.owner,
      PLAN_OPERATION,
      {
        adoptionPlanId: server.fabrikam.planId,
      },
    );
    expect(adoptionPlan.telemetryLastImportAt).toBeNull();
  });

  test('with cells that cannot be read names each of them', async () => {
    const filled = await edit(await exported(server.owner, server.fabrikam.planId), ({ fill }) => {
      fill('sso_enabled', 'ja');
      fill('users_trained', '1,5');
      fill('completion_rate', 90);
    });
    const query = IMPORT.replace('success', 'success errors { sheet row column cell reason }').replace(
      'importCustomerTelemetry(',
      'importCustomerTelemetry: previewCustomerTelemetry(',
    );
    const { data } = await upload(server.owner, query, server.fabrikam.planId, filled);
    expect(data).toMatchObject({
      importCustomerTelemetry: {
        batchId: null,
        errors: [
          {
            sheet: 'Telemetry_Values',
            row: 2,
            column: 'Current Value',
            cell: 'F2',
            reason: expect.stringContaining('ja'),
          },
          {
            sheet: 'Telemetry_Values',
            row: 4,
            column: 'Current Value',
            cell: 'F4',
            reason: expect.stringContaining('1,5'),
          },
        ],
      },
    });
  });
});

describe('somebody else', () => {
  let people: Readonly<Record<'viewer' | 'analyst' | 'contosoAdmin' | 'stranger' | 'readKey', Person>>;

  beforeAll(async () => {
    const rest = server.own.withKey(SECRET_KEY);
    const ada = await server.own.signIn(OPERATOR.email, OPERATOR.password);
    const joined = async (name: string, role: string, workspace = '') => {
      const email = `${name}@example.test`;
      const { body, text } = await ada('POST', `/api/v1/members${workspace}`, { email, name, role });
      const member = body as { id: string; password?: string };
      if (member.password === undefined) throw new Error(text);
      return { id: member.id, person: await signIn(server.url, email, member.password) };
    };
    const { body: other } = await ada('POST', '/api/v1/workspaces', { name: 'Globex' });
    const contosoAdmin = await joined('cora', 'customer_admin');
    await act(
      server.owner,
      'mutation ($id: ID!, $user: ID!) { setCustomerAdmins(customerId: $id, userIds: [$user]) { id } }',
      {
        id: server.contoso.customerId,
        user: contosoAdmin.id,
      },
    );
    const { body: key } = await rest('POST', '/api/v1/keys', { kind: 'secret', name: 'Reader', scopes: ['read'] });
    people = {
      viewer: (await joined('vera', 'viewer')).person,
      analyst: (await joined('anna', 'analyst')).person,
      contosoAdmin: contosoAdmin.person,
      stranger: (await joined('eve', 'owner', `?workspace_id=${(other as { id: string }).id}`)).person,
      readKey: keyed((key as { key: string }).key),
    };
  });

  const importAs = async (person: Person, { planId }: Made) => {
    const { data, errors } = await upload(person, IMPORT, planId, await exported(server.owner, planId));
    return (
      errors[0]?.extensions.code ??
      (data as { importCustomerTelemetry: { success: boolean } }).importCustomerTelemetry.success
    );
  };

  test('of another workspace finds nothing and imports nothing', async () => {
    const { data } = await ask(people.stranger, PLAN_OPERATION, { adoptionPlanId: server.contoso.planId });
    expect(data).toEqual({ adoptionPlan: null });
    expect(
      await act(people.stranger, '{ customers { totalCount } adoptionPlans { totalCount } portfolio { plans } }'),
    ).toEqual({
      customers: { totalCount: 0 },
      adoptionPlans: { totalCount: 0 },
      portfolio: { plans: 0 },
    });
    expect(await importAs(people.stranger, server.contoso)).toBe('not_found');
    const { errors } = await ask(people.stranger, SOURCE.ExportAdoptionPlanTelemetry!, {
      adoptionPlanId: server.contoso.planId,
    });
    expect(errors[0]?.extensions.code).toBe('not_found');
  });

  test('who administers one customer sees and imports its plans, and those of no other', async () => {
    expect(await importAs(people.contosoAdmin, server.contoso)).toBe(true);
    expect(await importAs(people.contosoAdmin, server.fabrikam)).toBe('not_found');
    const seen = await act<{ customers: { nodes: { name: string }[] } }>(
      people.contosoAdmin,
      '{ customers { nodes { name } } }',
    );
    expect(seen.customers.nodes).toEqual([{ name: 'Contoso München' }]);
    const { data } = await ask(people.contosoAdmin, PLAN_OPERATION, { adoptionPlanId: server.fabrikam.planId });
    expect(data).toEqual({ adoptionPlan: null });
  });

  test('with a lesser role reads, and imports nothing', async () => {
    for (const person of [people.viewer, people.analyst, people.readKey]) {
      const { adoptionPlan } = await act<{ adoptionPlan: { id: string } }>(person, PLAN_OPERATION, {
        adoptionPlanId: server.contoso.planId,
      });
      expect(adoptionPlan.id).toBe(server.contoso.planId);
      expect(await importAs(person, server.contoso)).toBe('forbidden');
    }
  });

  test('with a write key, or with nothing, is turned away', async () => {
    expect((await ask(keyed(WRITE_KEY), PLAN_OPERATION, { adoptionPlanId: server.contoso.planId })).status).toBe(403);
    expect(
      (await ask({ url: server.url, headers: {} }, PLAN_OPERATION, { adoptionPlanId: server.contoso.planId })).status,
    ).toBe(401);
  });
});

describe('telemetry of a customer’s own systems', () => {
  let tailspin: Tenant;
  let wingtip: Tenant;
  beforeAll(async () => {
    tailspin = await boundTenant(server, 'tailspin');
    wingtip = await boundTenant(server, 'wingtip');
  });

  test('is in the plan and the portfolio within five seconds of its event, and the task it completes is done', async () => {
    const before = await averageProgress(server);
    const others = await wingtip.plan();
    const sentMs = performance.now();
    expect((await sendTrained(server, 'tailspin', 120)).body).toMatchObject({ accepted: 1 });
    await expect.poll(async () => (await tailspin.training()).status, { timeout: 20_000 }).toBe('DONE');
    const tookMs = performance.now() - sentMs;

    expect(await tailspin.trained()).toMatchObject({ isMet: true, latestValue: { value: 120, source: 'events' } });
    expect(await tailspin.training()).toMatchObject({
      statusUpdateSource: 'TELEMETRY',
      statusNotes: '[AUTO] Task completed via telemetry (100% criteria met)',
    });
    const { progress, history } = await tailspin.plan();
    expect(progress).toEqual({ combined: { completed: 1 } });
    expect(history.nodes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['auto_status', 'criterion_met']));
    expect(await averageProgress(server)).toBeGreaterThan(before);
    expect(tookMs).toBeLessThan(5_000);
    // Of the same workspace and product, and nothing to do with it.
    expect(await wingtip.plan()).toEqual(others);
  });

  test('follows every further event, and takes none that are not the customer’s', async () => {
    const others = await wingtip.plan();
    const trained = async () => (await tailspin.trained()).latestValue?.value;
    await sendTrained(server, 'tailspin', 30);
    await sendTrained(server, 'Tailspin', 1_000);
    await sendTrained(server, 'tailspin-2', 1_000);
    await expect.poll(trained, { timeout: 20_000 }).toBe(150);
    await sendTrained(server, 'tailspin', 5);
    await expect.poll(trained, { timeout: 20_000 }).toBe(155);
    expect(await wingtip.plan()).toEqual(others);
  });

  test('is in the plan at once where a signed webhook brings it', async () => {
    const sentMs = performance.now();
    const sent = await sendWebhook(server, wingtip.planId, [{ attribute: 'users_trained', value: 101 }]);
    expect(sent.status).toBe(200);
    expect(await wingtip.training()).toMatchObject({ status: 'DONE', statusUpdateSource: 'TELEMETRY' });
    expect(performance.now() - sentMs).toBeLessThan(5_000);
    expect(await wingtip.trained()).toMatchObject({ isMet: true, latestValue: { value: 101, source: 'webhook' } });
  });
});

describe('a key', () => {
  const make = async (more: object) => {
    const body = { kind: 'secret', name: 'CRM', scopes: ['write'], ...more };
    const made = await server.own.withKey(SECRET_KEY)('POST', '/api/v1/keys', body);
    return (made.body as { key: string }).key;
  };
  const push = (key: string) =>
    server.own.withKey(key)('POST', `/api/v1/adoption/plans/${server.fabrikam.planId}/values`, {
      values: [{ attribute: 'users_trained', value: 7 }],
    });
  const question = (key: string) => ask(keyed(key), '{ portfolio { plans } }');

  test('that asks more often than it may is told when to come back, at the graph as at the push, and then may', async () => {
    const [eager, other] = [await make({ scopes: ['read', 'write'] }), await make({ scopes: ['read', 'write'] })];
    const replies = await Promise.all(Array.from({ length: 20 * REQUESTS_PER_SECOND }, () => question(eager)));
    const refused = replies.filter(({ status }) => status === 429);
    expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(10 * REQUESTS_PER_SECOND);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    expect(refused[0]!.errors[0]?.extensions.code).toBe('rate_limited');
    let pushed = await push(eager);
    for (let tries = 0; pushed.status === 200 && tries < 100; tries++) pushed = await push(eager);
    expect(pushed).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(pushed.headers.get('retry-after')).toBe('1');
    expect((await push(other)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await push(eager)).status).toBe(200);
  });

  test('that is limited to addresses is refused from all others, at the graph as at the push', async () => {
    const scopes = ['read', 'write'];
    const elsewhere = await make({ scopes, allowed_addresses: ['203.0.113.0/24'] });
    expect(await push(elsewhere)).toMatchObject({ status: 403, body: { code: 'address_not_allowed' } });
    expect((await question(elsewhere)).status).toBe(403);
    const here = await make({ scopes, allowed_addresses: ['127.0.0.0/8', '::1'] });
    expect((await push(here)).status).toBe(200);
    expect((await question(here)).status).toBe(200);
  });
});
