import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, OPERATOR, type OwnServer, SECRET_KEY, startOwnServer, WRITE_KEY } from './own-server.fixture.ts';

const path = '/api/v1/dead-letters';
let own: OwnServer;
let ada: Asker;
let app: Asker;
let environmentId: string;
let productId: string;

beforeAll(async () => {
  own = await startOwnServer();
  ada = await own.signIn(OPERATOR.email, OPERATOR.password);
  app = own.withKey(WRITE_KEY);
  const { products } = (await own.withKey(SECRET_KEY)('GET', '/api/v1/workspace')).body as {
    products: { id: string; environments: { id: string }[] }[];
  };
  productId = products[0]!.id;
  environmentId = products[0]!.environments[0]!.id;
  const schema = {
    event_name: 'project_created',
    version: 1,
    state: 'active',
    owner: 'projects-team',
    description: 'A project was created.',
    feature_area: 'projects',
    pii_class: 'none',
    data_sensitivity: 'internal',
    properties: {
      type: 'object',
      properties: {
        plan: { description: 'What was bought.', 'x-pii-class': 'none', enum: ['free', 'pro'] },
        note: { description: 'Free text.', 'x-pii-class': 'none', type: 'string', maxLength: 100 },
      },
      additionalProperties: false,
    },
  };
  const planned = await ada('PUT', `/api/v1/schemas/project_created?product_id=${productId}`, { schema });
  expect([planned.status, planned.text]).toEqual([200, expect.any(String)]);
  expect((await ada('PATCH', `/api/v1/environments/${environmentId}`, { mode: 'enforce' })).status).toBe(200);
}, 120_000);
afterAll(() => own.close(), 60_000);

async function eventually<Value>(ask: () => Promise<Value>, isThere: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; ; tries++) {
    const value = await ask();
    if (isThere(value) || tries > 400) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
type Group = { cause: string; events: number; kept: number; open: number; replayed: number; path: string };
const groups = async () =>
  ((await ada('GET', `${path}?environment_id=${environmentId}`)).body as { groups: Group[] }).groups;
const counted = async (measure: object) => {
  const definition = {
    kind: 'trend',
    environment_id: environmentId,
    series: [{ event: 'project_created', measure }],
    period: { last: 2, unit: 'day' },
    interval: 'day',
    time_zone: 'UTC',
  };
  return ((await ada('POST', '/api/v1/insights/query', definition)).body as { series: { total: number }[] }).series[0]!
    .total;
};
const project = (properties: object, more: object = {}) => ({
  event_name: 'project_created',
  user_id: 'ken@example.test',
  properties,
  ...more,
});

test('what a door refused is seen with its cause, mended, tried, brought back, and counted as the same person', async () => {
  const sent = await app('POST', '/api/v1/telemetry/events', {
    sent_at: new Date(Date.now() - 3_600_000).toISOString(),
    events: [
      project({ plan: 'pro' }),
      ...Array.from({ length: 4 }, () => project({ planNmae: 'pro', note: 'mail grace@example.test' })),
      project({ planNmae: 'gold' }),
    ],
  });
  expect(sent.body).toMatchObject({ accepted: 1, rejected: 5 });
  const [group] = await eventually(groups, ([first]) => first?.kept === 5 && first.events === 5);
  expect(group).toMatchObject({ open: 5, replayed: 0, path: '/properties/planNmae' });

  const page = await ada('GET', `${path}/${group!.cause}/letters?environment_id=${environmentId}`);
  expect(page.text).toContain('[email]');
  expect(page.text).not.toMatch(/grace@|ken@/);

  const mapping = { steps: [{ op: 'rename', from: '/properties/planNmae', to: '/properties/plan' }] };
  const wanted = { environment_id: environmentId, filter: { causes: [group!.cause] }, mapping };
  expect((await ada('POST', `${path}/preview`, wanted)).body).toMatchObject({
    total: 5,
    outcomes: [
      { result: 'accepted', events: 4 },
      { result: 'rejected', reason: 'property_invalid', events: 1 },
    ],
  });
  const { id } = (await ada('POST', `${path}/replays`, wanted)).body as { id: string };
  type Run = { state: string };
  const run = await eventually(
    async () => (await ada('GET', `${path}/replays/${id}`)).body as Run,
    ({ state }) => state !== 'waiting' && state !== 'running',
  );
  expect(run).toMatchObject({ state: 'succeeded', total: 5, accepted: 4, rejected: 1 });
  expect(
    await eventually(
      () => counted({ kind: 'total' }),
      (total) => total === 5,
    ),
  ).toBe(5);
  expect(await counted({ kind: 'unique', of: 'user' })).toBe(1);
  // Refused again, it made no second letter and no second refusal.
  expect((await groups())[0]).toMatchObject({ events: 5, kept: 5, open: 1, replayed: 4 });
}, 60_000);

test('who opted out or denied consent is not brought back by a replay, whatever was wrong with the event besides', async () => {
  const broken = { platform: 'toaster' };
  const denied = { analytics: 'denied' };
  const optedOut = await fetch(`http://127.0.0.1:${own.server.port}/api/v1/telemetry/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json', dnt: '1' },
    body: JSON.stringify(project({ plan: 'free' }, broken)),
  });
  expect(await optedOut.json()).toMatchObject({ rejected: 1 });
  const events = [project({ plan: 'free' }, { ...broken, consent: denied })];
  expect((await app('POST', '/api/v1/telemetry/events', { events })).body).toMatchObject({ rejected: 1 });
  const batch = { consent: denied, events: [project({ plan: 'free' }, broken)] };
  expect((await app('POST', '/api/v1/telemetry/events', batch)).body).toMatchObject({ rejected: 1 });
  // One that may come back shows that the others could have been there by then.
  await app('POST', '/api/v1/telemetry/events', project({ plan: 'free' }, broken));
  const of = (all: Group[]) => all.find((group) => group.path === '/platform');
  const group = of(await eventually(groups, (all) => of(all)?.events === 4));
  expect(group).toMatchObject({ events: 4, kept: 1, open: 1 });
}, 60_000);

test('what was refused shows in the quality of the environment, and to whoever misses the event', async () => {
  const query = `environment_id=${environmentId}`;
  type Quality = { rejected: number; rejection_rate: number; by_source: { is_over: boolean; key_name: string }[] };
  const quality = (await ada('GET', `/api/v1/telemetry/quality?${query}&period=1h`)).body as Quality;
  expect(quality).toMatchObject({ rejected: 9, rejection_rate: 0.9, by_source: [{ is_over: true }] });
  const missed = await ada('GET', `/api/v1/telemetry/troubleshoot?${query}&event_name=project_created`);
  expect(missed.body).toMatchObject({
    refused_24h: expect.arrayContaining([
      { reason: 'property_not_allowed', events: 5 },
      { reason: 'invalid_enum', events: 4 },
    ]),
  });
});
