import { randomBytes } from 'node:crypto';
import type { ControlTransaction } from '@uptake/io/control-store';
import { createGraphBuilder } from '@uptake/io/graphql';
import { type GraphQLSchema, graphql } from 'graphql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Opened, openAdoption } from '../adoption.fixture.ts';
import { createOwnDrivers } from '../drivers.ts';
import { addAdoptionGraph } from './index.ts';

/** Everything a list of plans can show below its rows. */
const PORTFOLIO = `query ($first: Int) {
  portfolio { plans byHealth { health plans } }
  adoptionPlans(first: $first) {
    totalCount
    nodes {
      name owner { name } health { health reasons { text } } progress { combined { percentage } }
      customer { name admins { name } plans { id } }
      product { name planCount template { version tasks { name } } }
      tasks { name telemetryAttributes { name latestValue { value } values(first: 5) { value } } }
      trend { combined } pendingSync { templateVersion } sources { name }
      imports(first: 3) { batchId } runs(first: 3) { id }
    }
  }
}`;
const PLANS = 100;

let opened: Opened;
let schema: GraphQLSchema;

beforeAll(async () => {
  const ask = () => Promise.reject(new Error('Nothing is bound here.'));
  opened = await openAdoption(createOwnDrivers({ ask, randomBytes }));
  const builder = createGraphBuilder();
  addAdoptionGraph(builder, opened.service);
  schema = builder.toSchema();
  for (let at = 0; at < PLANS; at++) await opened.assigned(`Customer ${String(at).padStart(3, '0')}`);
}, 120_000);
afterAll(() => opened.remove());

/** Questions to the control store while `act` runs, whoever asks them. */
async function countQuestions(act: () => Promise<void>): Promise<number> {
  const { controlStore } = opened;
  const withWorkspace = controlStore.withWorkspace.bind(controlStore);
  let count = 0;
  const counting = (tx: ControlTransaction) =>
    new Proxy(tx, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        if (['select', 'selectDistinct', 'selectDistinctOn', 'execute'].includes(String(name))) count += 1;
        return member.bind(target);
      },
    });
  const spy = vi
    .spyOn(controlStore, 'withWorkspace')
    .mockImplementation((workspaceId, work) => withWorkspace(workspaceId, (tx) => work(counting(tx))));
  try {
    await act();
  } finally {
    spy.mockRestore();
  }
  return count;
}

async function ask(first: number): Promise<{ nodes: readonly { tasks: readonly unknown[] }[] }> {
  const { data, errors } = await graphql({
    schema,
    source: PORTFOLIO,
    variableValues: { first },
    contextValue: { principal: opened.admin, requestId: 'r' },
  });
  expect(errors).toBeUndefined();
  return (data as unknown as { adoptionPlans: { nodes: readonly { tasks: readonly unknown[] }[] } }).adoptionPlans;
}

test('a hundred plans with all that is below them ask the control store as often as two', async () => {
  const ofTwo = await countQuestions(async () => {
    expect((await ask(2)).nodes).toHaveLength(2);
  });
  const ofAll = await countQuestions(async () => {
    const { nodes } = await ask(PLANS);
    expect(nodes).toHaveLength(PLANS);
    for (const { tasks } of nodes) expect(tasks).toHaveLength(3);
  });
  expect(ofAll).toBe(ofTwo);
  expect(ofTwo).toBeGreaterThan(5);
  expect(ofAll).toBeLessThan(40);
});

const SECRETS = `mutation ($input: SourceInput!, $sample: String) {
  saveSource(input: $input) { source { id previousSecretExpiresAt } secret }
  testSource(input: $input, sample: $sample) { ok rows { attribute value } }
}`;
const ROTATE = `mutation ($id: ID!) {
  rotateWebhookSecret(id: $id) { source { previousSecretExpiresAt } secret }
  rotateNoticeSecret(overlapSeconds: 0) { secret signing { since previousSecretExpiresAt } }
}`;

test('a webhook is mapped, looked at and given another secret through the graph; both secrets hold for a day', async () => {
  const { plan } = await opened.assigned('Hooked');
  const contextValue = { principal: opened.admin, requestId: 'r' };
  const path = '$.seats';
  const input = {
    adoptionPlanId: plan.id,
    kind: 'WEBHOOK',
    name: 'CRM',
    config: { mapping: { kind: 'values', values: [{ attribute: 'users_trained', path }] } },
  };
  const variableValues = { input, sample: '{"seats":12}' };
  const saved = await graphql({ schema, source: SECRETS, variableValues, contextValue });
  expect(saved).toEqual({
    data: {
      saveSource: { source: { id: expect.any(String), previousSecretExpiresAt: null }, secret: expect.any(String) },
      testSource: { ok: true, rows: [{ attribute: 'users_trained', value: 12 }] },
    },
  });
  const { id } = (saved.data as { saveSource: { source: { id: string } } }).saveSource.source;
  const rotated = await graphql({ schema, source: ROTATE, variableValues: { id }, contextValue });
  const secret = expect.stringMatching(/^whsec_[\w+/=]{44}$/);
  const now = new Date(opened.clock.nowMs).toISOString();
  expect(rotated).toEqual({
    data: {
      rotateWebhookSecret: {
        source: { previousSecretExpiresAt: new Date(opened.clock.nowMs + 86_400_000).toISOString() },
        secret,
      },
      rotateNoticeSecret: { secret, signing: { since: now, previousSecretExpiresAt: null } },
    },
  });
  const asked = await graphql({ schema, source: '{ noticeSigning { since } }', contextValue });
  expect(asked).toEqual({ data: { noticeSigning: { since: now } } });
});
