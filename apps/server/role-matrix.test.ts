/** Promise 4 at every door of the running server: nobody sees more than they may, and nothing of another workspace. */
import { MEMBER_ROLES, PROBLEMS } from '@uptake/domain/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Asker as Ask, OPERATOR, type OwnServer, type Reply, startOwnServer } from './own-server.fixture.ts';
import {
  type Answer,
  ASKERS,
  type Asker,
  DOORS,
  type Door,
  type DoorClass,
  FILES,
  isLetIn,
  isPerson,
  type Request,
  refusalOf,
  type Things,
} from './role-matrix.fixture.ts';

/** In the name of everything that the other workspace must never see. */
const MARKER = 'acme_marker';
const NOWHERE = '018f0000-0000-7000-8000-000000000000';
const UNKNOWN: Things = {
  productId: NOWHERE,
  environmentId: NOWHERE,
  keyId: NOWHERE,
  memberId: NOWHERE,
  approvalId: NOWHERE,
  erasureId: NOWHERE,
  reportId: NOWHERE,
  packId: NOWHERE,
  planId: NOWHERE,
  plannedEvent: 'planned_nowhere',
  unplannedEvent: 'seen_nowhere',
  tenantId: 'tenant_nowhere',
  fresh: 'fresh',
};

let own: OwnServer;
let workspaceId: string;
/** What there is in the workspace. */
let things: Things;
const askers = new Map<Asker, Ask>();
/** Of another workspace: its owner, and a key of it with every scope. */
const strangers = new Map<'owner' | 'key', Ask>();

beforeAll(async () => {
  own = await startOwnServer();
  const ada = await own.signIn(OPERATOR.email, OPERATOR.password);
  const { body } = await ada('GET', '/api/v1/workspace');
  const workspace = body as { id: string; products: { id: string; environments: { id: string }[] }[] };
  workspaceId = workspace.id;
  const { id: productId, environments } = workspace.products[0]!;
  const environmentId = environments[0]!.id;
  await openAskers(ada, environmentId);
  await openStrangers(ada);
  things = await fill(ada, productId, environmentId);
}, 120_000);
afterAll(() => own.close(), 60_000);

async function made<Body>(reply: Promise<Reply>): Promise<Body> {
  const { status, text, body } = await reply;
  if (status >= 300) throw new Error(`the set-up was answered ${status}: ${text}`);
  return body;
}

async function join(ada: Ask, name: string, role: string, inWorkspace = workspaceId) {
  const email = `${name}@example.test`;
  const path = `/api/v1/members?workspace_id=${inWorkspace}`;
  const member = await made<{ id: string; password: string }>(ada('POST', path, { email, name, role }));
  return { email, id: member.id, ask: await own.signIn(email, member.password) };
}

async function openAskers(ada: Ask, environmentId: string): Promise<void> {
  askers.set('nobody', own.withoutKey());
  for (const role of MEMBER_ROLES) {
    askers.set(role, (await join(ada, role, role)).ask);
  }
  const operator = await join(ada, 'operator', 'viewer');
  await made(ada('POST', '/api/v1/system/operators', { email: operator.email }));
  askers.set('operator', operator.ask);
  const keyOf = async (body: object) =>
    own.withKey((await made<{ key: string }>(ada('POST', '/api/v1/keys', { name: 'Asker', ...body }))).key);
  askers.set('write_key', await keyOf({ kind: 'write', environment_id: environmentId }));
  askers.set('read_key', await keyOf({ kind: 'secret', scopes: ['read'] }));
  askers.set('send_key', await keyOf({ kind: 'secret', scopes: ['write'] }));
  askers.set('export_key', await keyOf({ kind: 'secret', scopes: ['export'] }));
  askers.set('admin_key', await keyOf({ kind: 'secret', scopes: ['admin'] }));
}

async function openStrangers(ada: Ask): Promise<void> {
  const globex = await made<{ id: string }>(ada('POST', '/api/v1/workspaces', { name: 'Globex' }));
  const eve = await join(ada, 'eve', 'owner', globex.id);
  strangers.set('owner', eve.ask);
  const key = { kind: 'secret', name: 'All', scopes: ['read', 'write', 'export', 'admin'] };
  strangers.set('key', own.withKey((await made<{ key: string }>(eve.ask('POST', '/api/v1/keys', key))).key));
}

/** One of everything that can be named, each with the marker in its name. */
async function fill(ada: Ask, productId: string, environmentId: string): Promise<Things> {
  const idOf = async (path: string, body: object) => (await made<{ id: string }>(ada('POST', path, body))).id;
  const [plannedEvent, unplannedEvent] = [`${MARKER}_planned`, `${MARKER}_seen`];
  const definition = {
    kind: 'trend',
    series: [{ event: unplannedEvent, measure: { kind: 'total' } }],
    period: { last: 7, unit: 'day' },
  };
  const schema = {
    event_name: plannedEvent,
    version: 1,
    state: 'draft',
    owner: MARKER,
    description: MARKER,
    feature_area: MARKER,
    pii_class: 'none',
    data_sensitivity: 'internal',
    properties: { type: 'object', properties: {} },
  };
  await made(ada('PUT', `/api/v1/schemas/${plannedEvent}`, { schema }));
  await made(ada('PUT', '/api/v1/budgets', { environment_id: environmentId, events_per_day: 1_000_000, areas: [] }));
  const event = { event_name: unplannedEvent, feature_area: MARKER, tenant_id: MARKER, surface: MARKER };
  await made(askers.get('write_key')!('POST', '/api/v1/telemetry/events', { events: [event, event] }));
  const seen = async () => (await ada('GET', '/api/v1/insights/catalogue')).text.includes(unplannedEvent);
  await vi.waitUntil(seen, { timeout: 10_000 });
  return {
    productId,
    environmentId,
    plannedEvent,
    unplannedEvent,
    tenantId: MARKER,
    fresh: MARKER,
    keyId: await idOf('/api/v1/keys', { kind: 'write', name: MARKER, environment_id: environmentId }),
    memberId: (await join(ada, MARKER, 'viewer')).id,
    approvalId: await idOf('/api/v1/approvals', { kind: 'environment', reason: MARKER, minutes: 5 }),
    erasureId: await idOf('/api/v1/erasures', { kind: 'tenant', tenant_id: `erased ${MARKER}` }),
    reportId: await idOf('/api/v1/reports', { title: MARKER, definition }),
    packId: await idOf('/api/v1/review-packs', { tenant_id: MARKER }),
    planId: await planOf(ada, productId),
  };
}

async function planOf(ada: Ask, productId: string): Promise<string> {
  const act = async (query: string, variables: object) => {
    const { data } = await made<{ data: Record<string, { id: string }> }>(
      ada('POST', '/graphql', { query, variables }),
    );
    return Object.values(data)[0]!.id;
  };
  const attributes = [
    { name: 'sso_enabled', dataType: 'BOOLEAN', successCriteria: { operator: 'equals', value: true } },
  ];
  await act(
    'mutation ($id: ID!, $template: TemplateInput!) { saveTemplate(productId: $id, template: $template) { id: version } }',
    {
      id: productId,
      template: { tasks: [{ name: MARKER, attributes }] },
    },
  );
  const customer = { name: MARKER, tenantId: MARKER };
  const customerId = await act('mutation ($customer: CustomerInput!) { createCustomer(input: $customer) { id } }', {
    customer,
  });
  const input = { customerId, productId };
  return act('mutation ($input: AssignProductInput!) { assignProduct(input: $input) { id } }', { input });
}

let times = 0;
function knock(ask: Ask, { door, with: requestOf }: Door, named: Things, more: Record<string, string> = {}) {
  const [method, template] = door.split(' ') as [string, string];
  const { path = [], query = {}, body } = requestOf({ ...named, fresh: `${named.fresh}-${++times}` });
  let at = 0;
  const filled = template.replace(/\{\w+\}/g, () => encodeURIComponent(path[at++] ?? ''));
  const parameters = new URLSearchParams({ ...query, ...more }).toString();
  const address = `${filled}${parameters && `?${parameters}`}`;
  return { sent: `${address} ${JSON.stringify(body)}`, reply: ask(method, address, body) };
}

type Refusal = { code?: string; errors?: readonly { extensions?: { code?: string } }[] };
/** GraphQL tells codes with each of its errors. */
const codeOf = ({ body }: Reply) => {
  const refusal = body as Refusal | undefined;
  return refusal?.code ?? refusal?.errors?.[0]?.extensions?.code;
};
/** As the table says it: a status, with the code of a problem unless it only says "who are you?". */
const said = (reply: Reply) => (reply.status < 400 || reply.status === 401 ? reply.status : codeOf(reply));

function expectedOf({ for: doorClass, answers }: Door, asker: Asker): Answer {
  if (!isLetIn(asker, doorClass)) return refusalOf(asker, doorClass) === 401 ? 401 : 'forbidden';
  const answer = typeof answers === 'object' ? answers[isPerson(asker) ? 'people' : 'keys'] : answers;
  return typeof answer === 'string' && PROBLEMS[answer].status === 401 ? 401 : answer;
}

test('every role there is asks at every door', () => {
  expect(ASKERS).toEqual(expect.arrayContaining([...MEMBER_ROLES]));
});

test('every door of the server is in the table, and the table has no other', () => {
  const known = new Set(DOORS.map(({ door }) => door));
  const there = own.server.doors.filter((door) => !FILES.test(door) || known.has(door));
  const missing = there.filter((door) => !known.has(door));
  expect(missing, 'add these to role-matrix.fixture.ts, with whom they are for').toEqual([]);
  expect([...known].filter((door) => !there.includes(door))).toEqual([]);
  expect(known.size).toBe(DOORS.length);
});

describe('of another workspace', () => {
  let before: unknown;
  beforeAll(async () => {
    before = await everything();
  });

  // What concerns the asker's own session is no workspace's.
  const doors = DOORS.filter(({ askers: few }) => few === undefined);

  test.each(doors)('$door says nothing, nor whether what was named exists', async (door) => {
    const forbidden = [MARKER, workspaceId, ...Object.values(things)];
    const namesNothing = isSameRequest(door.with(things), door.with({ ...UNKNOWN, fresh: things.fresh }));
    for (const [who, ask] of strangers) {
      const named = knock(ask, door, things);
      const reply = await named.reply;
      const told = forbidden.filter((each) => reply.text.includes(each) && !named.sent.includes(each));
      expect({ who, told }).toEqual({ who, told: [] });
      if (namesNothing) continue;
      const other = await knock(ask, door, UNKNOWN).reply;
      expect([who, said(reply)]).toEqual([who, said(other)]);
      expect(shapeOf(reply, things)).toBe(shapeOf(other, UNKNOWN));
    }
  });

  const OF_NO_WORKSPACE: readonly DoorClass[] = ['anyone', 'sending', 'exporting', 'importing', 'signed_in'];
  test.each(doors.filter((door) => !OF_NO_WORKSPACE.includes(door.for)))(
    '$door opens to nobody who names a workspace they are no member of',
    async (door) => {
      const { reply } = knock(strangers.get('owner')!, door, things, { workspace_id: workspaceId });
      expect(said(await reply)).toBe('forbidden');
    },
  );

  test('everything stands as it stood', async () => {
    expect(await everything()).toEqual(before);
  });
});

const isSameRequest = (one: Request, other: Request) => JSON.stringify(one) === JSON.stringify(other);

/** What an answer says, without what is new in every answer, and with what it names replaced by what that is. */
function shapeOf({ text }: Reply, { fresh: _, ...named }: Things): string {
  let shape = text
    .replace(/"request_id":"[^"]*"/, '')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time')
    .replace(/_ms":\d+/g, '_ms":0');
  for (const [what, value] of Object.entries(named)) shape = shape.replaceAll(value, NAMES_OF_IDS[what] ?? what);
  return shape;
}

/** The made-up ids are all one, so that no answer can be told apart by which of them it repeats. */
const NAMES_OF_IDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(UNKNOWN).flatMap(([what, value]) => (value === NOWHERE ? [[what, 'an id']] : [])),
);

/** The asker's own product and environment, and ids of things that are nowhere. */
const ownPlaces = (): Things => ({
  ...UNKNOWN,
  productId: things.productId,
  environmentId: things.environmentId,
  tenantId: things.tenantId,
});

async function everything(): Promise<Record<string, unknown>> {
  const owner = askers.get('owner')!;
  const parts = ['workspace', 'keys', 'members', 'schemas', 'approvals', 'reports', 'retention', 'approvals/settings'];
  const seen: Record<string, unknown> = {};
  for (const part of parts) {
    const reply = await owner('GET', `/api/v1/${part}`);
    seen[part] = [reply.status, reply.text.replace(/"last_used_at":("[^"]*"|null)/g, '')];
  }
  const { environmentId } = things;
  for (const path of [`environments/${environmentId}`, `environments/${environmentId}/privacy`]) {
    seen[path] = (await owner('GET', `/api/v1/${path}`)).text;
  }
  const idsOf = async (list: string) => {
    const { body } = await owner('GET', `/api/v1/${list}`);
    return Object.values(body as Record<string, { id: string }[]>)[0]!.map(({ id }) => id);
  };
  seen.packs = await idsOf('review-packs');
  seen.erasures = await idsOf('erasures');
  return seen;
}

describe('within the workspace', () => {
  test.each(DOORS)('$door is for $for', async (door) => {
    const named = ownPlaces();
    const heard: Partial<Record<Asker, unknown>> = {};
    const expected: Partial<Record<Asker, Answer>> = {};
    for (const asker of door.askers ?? ASKERS) {
      heard[asker] = said(await knock(askers.get(asker)!, door, named).reply);
      expected[asker] = expectedOf(door, asker);
    }
    expect(heard).toEqual(expected);
  });

  const withBody = DOORS.filter(
    // GraphQL says it in its own shape: graphql.test.ts.
    ({ door, for: doorClass, with: requestOf }) =>
      doorClass !== 'sending' &&
      doorClass !== 'importing' &&
      door !== 'POST /graphql' &&
      requestOf(UNKNOWN).body !== undefined,
  );
  test.each(withBody)('$door refuses a field it does not know, and names it', async (door) => {
    const mistaken: Door = {
      ...door,
      with: (given) => {
        const request = door.with(given);
        return { ...request, body: { ...(request.body as object), no_such_field: 1 } };
      },
    };
    const ask = askers.get(door.for === 'operating' ? 'operator' : 'owner')!;
    const { status, body } = await knock(ask, mistaken, ownPlaces()).reply;
    expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ path: '/no_such_field' }] } });
  });
});
