/** Values that systems push with a key, or that are read from the collected events. */
import { randomBytes } from 'node:crypto';
import type { TrendResult } from '@uptake/capabilities/insights/read-model';
import { Problem } from '@uptake/domain/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Opened, openAdoption } from './adoption.fixture.ts';
import { createOwnDrivers } from './drivers.ts';

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
