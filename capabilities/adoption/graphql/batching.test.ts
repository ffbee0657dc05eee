/** What the graph asks of the port: how often, and on whose behalf. */
import type { Principal } from '@uptake/domain/contract';
import { createGraphBuilder } from '@uptake/io/graphql';
import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import type { AdoptionPlan, AdoptionService, CustomerTask } from '../port.ts';
import { addAdoptionGraph } from './index.ts';

const PLANS = 100;
type Call = { readonly name: string; readonly who: Principal; readonly asked: unknown };

const member = (userId: string): Principal => ({ kind: 'member', userId, workspaceId: 'w', role: 'viewer' });
const plan = (id: string) =>
  ({ id, product: { id: `product of ${id}` }, customer: { id: `customer of ${id}` } }) as AdoptionPlan;
const task = (id: string, status: CustomerTask['status']) => ({ id: `task of ${id}`, status }) as CustomerTask;

/** Writes down every call and answers the few methods the operations below need. */
function recordingPort() {
  const calls: Call[] = [];
  let status: CustomerTask['status'] = 'NOT_STARTED';
  const answers: Partial<Record<keyof AdoptionService, (asked: never) => unknown>> = {
    adoptionPlans: () => ({
      nodes: Array.from({ length: PLANS }, (_, at) => plan(`plan ${at}`)),
      totalCount: PLANS,
      pageInfo: { hasNextPage: false, endCursor: undefined },
    }),
    tasksOf: (ids: readonly string[]) => new Map(ids.map((id) => [id, [task(id, status)]])),
    evaluatePlan: (id: string) => {
      status = status === 'NOT_STARTED' ? 'IN_PROGRESS' : 'DONE';
      return plan(id);
    },
  };
  const port = new Proxy({} as AdoptionService, {
    get: (_target, name: keyof AdoptionService) => async (who: Principal, asked: never) => {
      calls.push({ name, who, asked });
      return answers[name]?.(asked) ?? new Map();
    },
  });
  return { port, calls };
}

async function ask(port: AdoptionService, source: string, principal = member('ada')) {
  const builder = createGraphBuilder();
  addAdoptionGraph(builder, port);
  const { data, errors } = await graphql({
    schema: builder.toSchema(),
    source,
    contextValue: { principal, requestId: 'r' },
  });
  expect(errors).toBeUndefined();
  return JSON.parse(JSON.stringify(data));
}

test('a hundred plans with everything below them cost one call for each field', async () => {
  const { port, calls } = recordingPort();
  await ask(
    port,
    `{ adoptionPlans(first: 100) { nodes {
      tasks { id } trend { combined } pendingSync { templateVersion } sources { id }
      imports(first: 1) { batchId } runs(first: 1) { id }
      product { template { version } planCount } customer { admins { id } plans { id } }
    } } }`,
  );
  const lists = calls.filter(({ name }) => name !== 'adoptionPlans');
  expect(calls.length - lists.length).toBe(1);
  expect(lists.map(({ name }) => name).sort()).toEqual([
    'adminsOf',
    'importsOf',
    'pendingSyncsOf',
    'planCountsOf',
    'plansOf',
    'runsOf',
    'sourcesOf',
    'tasksOf',
    'templatesOf',
    'trendsOf',
  ]);
  for (const { asked } of lists) expect(asked).toHaveLength(PLANS);
});

test('the same list asked in two ways costs two calls', async () => {
  const { port, calls } = recordingPort();
  await ask(port, '{ adoptionPlans { nodes { imports(first: 1) { batchId } more: imports(first: 5) { batchId } } } }');
  expect(calls.filter(({ name }) => name === 'importsOf')).toHaveLength(2);
});

test('an act is answered with what it left, and a later one of the same mutation with what it left', async () => {
  const { port } = recordingPort();
  const acts =
    'mutation { a: evaluatePlan(id: "p") { tasks { status } } b: evaluatePlan(id: "p") { tasks { status } } }';
  const { a, b } = await ask(port, acts);
  expect(a.tasks[0].status).toBe('IN_PROGRESS');
  expect(b.tasks[0].status).toBe('DONE');
});

test('every call is on behalf of whoever sent the operation', async () => {
  const { port, calls } = recordingPort();
  await Promise.all(
    ['ada', 'eve'].map((name) => ask(port, '{ adoptionPlans { nodes { tasks { id } } } }', member(name))),
  );
  expect(new Set(calls.map(({ who }) => (who.kind === 'member' ? who.userId : who.kind)))).toEqual(
    new Set(['ada', 'eve']),
  );
  expect(calls).toHaveLength(4);
});

test.each(['0', '-1', '1001'])('a page of %s rows is refused', async (first) => {
  const builder = createGraphBuilder();
  const { port, calls } = recordingPort();
  addAdoptionGraph(builder, port);
  const { errors } = await graphql({
    schema: builder.toSchema(),
    source: `{ adoptionPlans(first: ${first}) { totalCount } }`,
    contextValue: { principal: member('ada'), requestId: 'r' },
  });
  expect(errors?.[0]?.message).toContain('first is a whole number from 1 to 1000');
  expect(calls).toEqual([]);
});
