import { isGenuine, type SignedCertificate } from '@uptake/capabilities/govern/oversight';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asker, OPERATOR, type OwnServer, SECRET_KEY, startOwnServer, WRITE_KEY } from './own-server.fixture.ts';

const DAY_MS = 86_400_000;
const SECOND_ADMIN = { email: 'grace@example.test' } as const;
const ANALYST = { email: 'ken@example.test' } as const;

let own: OwnServer;
let ada: Asker;
let grace: Asker;
let ken: Asker;
let key: Asker;
let environmentId: string;

beforeAll(async () => {
  own = await startOwnServer();
  ada = await own.signIn(OPERATOR.email, OPERATOR.password);
  key = own.withKey(SECRET_KEY);
  const { products } = (await ada('GET', '/api/v1/workspace')).body as {
    products: { environments: { id: string }[] }[];
  };
  environmentId = products[0]!.environments[0]!.id;
  ken = await join(ANALYST, 'analyst');
}, 120_000);
afterAll(() => own.close(), 60_000);

async function join({ email }: { email: string }, role: string): Promise<Asker> {
  const made = await ada('POST', '/api/v1/members', { email, name: email, role });
  expect([made.status, made.text]).toEqual([201, expect.any(String)]);
  return own.signIn(email, (made.body as { password: string }).password);
}

async function send(events: readonly Record<string, unknown>[]): Promise<void> {
  const sent = await own.withKey(WRITE_KEY)('POST', '/api/v1/telemetry/events', { events });
  expect(sent.body).toMatchObject({ accepted: events.length });
}
const ofPerson = (userId: string, more: Record<string, unknown> = {}) => ({
  event_name: 'task_created',
  user_id: userId,
  session_id: `session of ${userId}`,
  tenant_id: 'skärgård-media',
  ...more,
});

async function eventually<Value>(ask: () => Promise<Value>, isThere: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; ; tries++) {
    const value = await ask();
    if (isThere(value) || tries > 400) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
type Timeline = { pseudonyms: string[]; events: { event_name: string; event_id: string }[]; next: string | null };
const timelineByKey = async (userId: string) =>
  (await key('POST', '/api/v1/people/events', { user_id: userId })).body as Timeline;
const stored = (userId: string, count: number) =>
  eventually(
    () => timelineByKey(userId),
    ({ events }) => events.length === count,
  );
type Entry = { action: string; subject_id: string; details: Record<string, unknown> };
const audited = async (action: string) =>
  ((await ada('GET', `/api/v1/audit?action=${action}`)).body as { entries: Entry[] }).entries;

describe('seeing single people', () => {
  const ask = { reason: 'Ticket 4711: the export of this user fails', kind: 'person', minutes: 30 };

  beforeAll(async () => {
    await send([ofPerson('u-1'), ofPerson('u-1', { event_name: 'file_uploaded' }), ofPerson('u-2')]);
    await stored('u-1', 2);
  });

  test('is refused to the highest role as long as nobody approved, with how to ask', async () => {
    const refused = await ada('POST', '/api/v1/people/events', { user_id: 'u-1' });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      code: 'approval_required',
      detail: expect.stringContaining('POST /api/v1/approvals'),
    });
    expect(refused.text).not.toContain('task_created');
  });

  test('nobody approves their own request, not even the only admin unless the workspace says so', async () => {
    const made = await ada('POST', '/api/v1/approvals', { ...ask, user_id: 'u-2' });
    const { id } = made.body as { id: string };
    expect(await ada('POST', `/api/v1/approvals/${id}/approve`, {})).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('only admin') },
    });
    const allowed = await ada('PATCH', '/api/v1/approvals/settings', { is_sole_admin_allowed: true });
    expect(allowed.body).toEqual({ is_sole_admin_allowed: true, longest_minutes: 480 });
    expect(await ada('POST', `/api/v1/approvals/${id}/approve`, {})).toMatchObject({ status: 200 });
    expect((await audited('approval.given'))[0]?.details).toMatchObject({ is_own_request: true });
    expect((await audited('approval_settings.changed'))[0]?.details).toMatchObject({
      before: { is_sole_admin_allowed: false },
      after: { is_sole_admin_allowed: true },
    });
    grace = await join(SECOND_ADMIN, 'admin');
    const second = (await ada('POST', '/api/v1/approvals', { ...ask, user_id: 'u-2' })).body as { id: string };
    expect((await ada('POST', `/api/v1/approvals/${second.id}/approve`, {})).status).toBe(403);
  });

  test('an approval lets its person, and nobody else, see whom it names, and writes each look down', async () => {
    const made = await ken('POST', '/api/v1/approvals', { ...ask, user_id: 'u-1' });
    expect(made.status).toBe(201);
    const { id } = made.body as { id: string };
    expect(made.text).not.toContain('u-1');
    expect((await ken('POST', '/api/v1/people/events', { user_id: 'u-1' })).status).toBe(403);
    expect((await ken('POST', `/api/v1/approvals/${id}/approve`, {})).status).toBe(403);
    expect((await grace('POST', `/api/v1/approvals/${id}/approve`, { note: 'for the ticket' })).status).toBe(200);

    const seen = await ken('POST', '/api/v1/people/events', { user_id: 'u-1' });
    expect(seen.status).toBe(200);
    const { events, pseudonyms } = seen.body as Timeline;
    expect(events.map(({ event_name }) => event_name).sort()).toEqual(['file_uploaded', 'task_created']);
    for (const pseudonym of pseudonyms) expect(pseudonym).toMatch(/^[0-9a-f]{16}$/);
    expect((await ken('POST', '/api/v1/people/events', { user_id: 'u-2' })).status).toBe(403);
    expect((await grace('POST', '/api/v1/people/events', { user_id: 'u-1' })).status).toBe(403);
    const uses = (await audited('approval.used')).filter(({ subject_id }) => subject_id === id);
    expect(uses).toHaveLength(1);
    expect(uses[0]?.details).toMatchObject({ door: 'people.timeline' });

    const together = await ken('POST', '/api/v1/people/events', { pseudonyms });
    expect((together.body as Timeline).events).toHaveLength(2);
    const other = (await timelineByKey('u-2')).pseudonyms[0];
    const mixed = await ken('POST', '/api/v1/people/events', { pseudonyms: [...pseudonyms, other] });
    expect(mixed.status).toBe(403);

    expect((await ken('POST', `/api/v1/approvals/${id}/revoke`)).status).toBe(200);
    expect((await ken('POST', '/api/v1/people/events', { user_id: 'u-1' })).status).toBe(403);
    expect((await grace('POST', `/api/v1/approvals/${id}/approve`, {})).status).toBe(409);
  });

  test('insights show single people in the scope of an approval, and as little as before without one', async () => {
    const trend = (more: Record<string, unknown>) => ({
      kind: 'trend',
      environment_id: environmentId,
      series: [{}],
      period: { last: 7, unit: 'day' },
      ...more,
    });
    const { pseudonyms, events } = await timelineByKey('u-1');
    const ofOne = trend({ filters: [{ field: 'user_id', operator: 'in', value: pseudonyms }] });
    const byUser = trend({ breakdown: { field: 'user_id' } });
    const query = async (asker: Asker, body: unknown) => asker('POST', '/api/v1/insights/query', body);
    for (const body of [ofOne, byUser, trend({ breakdown: { field: 'session_id' } })]) {
      expect(await query(ken, body)).toMatchObject({ status: 403, body: { code: 'approval_required' } });
    }
    const { id } = (await ken('POST', '/api/v1/approvals', { ...ask, user_id: 'u-1', environment_id: environmentId }))
      .body as { id: string };
    await grace('POST', `/api/v1/approvals/${id}/approve`, {});
    const seen = await query(ken, ofOne);
    expect(seen).toMatchObject({ status: 200, body: { series: [{ total: events.length }] } });
    expect((await query(ken, byUser)).status).toBe(403);
    const report = { title: 'One person', definition: ofOne };
    expect((await ken('POST', '/api/v1/reports', report)).status).toBe(400);

    const all = await ken('POST', '/api/v1/approvals', { ...ask, kind: 'environment', environment_id: environmentId });
    await grace('POST', `/api/v1/approvals/${(all.body as { id: string }).id}/approve`, {});
    const lines = (await query(ken, byUser)).body as { series: { breakdown: string | null; total: number }[] };
    expect(lines.series.filter(({ breakdown }) => pseudonyms.includes(breakdown ?? ''))).toMatchObject([
      { total: events.length },
    ]);
    const doors = (await audited('approval.used')).map(({ details }) => details);
    expect(doors.slice(0, 2)).toEqual([
      { door: 'insights.query', people: 'anyone' },
      { door: 'insights.query', people: pseudonyms.length },
    ]);
  });

  test('pages of a timeline hold each event once, also where many have one time', async () => {
    const timestamp = new Date(Date.now() - 60_000).toISOString();
    await send(Array.from({ length: 7 }, (_, n) => ofPerson('u-same', { timestamp, properties: { n } })));
    await stored('u-same', 7);
    const seen: string[] = [];
    for (let before: string | undefined; ; ) {
      const page = (
        await key('POST', '/api/v1/people/events', { user_id: 'u-same', limit: 3, ...(before && { before }) })
      ).body as Timeline;
      seen.push(...page.events.map(({ event_id }) => event_id));
      if (page.next === null) break;
      before = page.next;
    }
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
  });

  test('a key sees people with the scope "admin" alone, and that is written down', async () => {
    const made = await ada('POST', '/api/v1/keys', { kind: 'secret', name: 'Reader', scopes: ['read', 'write'] });
    const reader = own.withKey((made.body as { key: string }).key);
    expect((await reader('POST', '/api/v1/people/events', { user_id: 'u-1' })).status).toBe(403);
    const before = (await audited('people.read')).length;
    await timelineByKey('u-1');
    expect((await audited('people.read')).length).toBe(before + 1);
  });

  test.each([
    [{ ...ask }, '/user_id'],
    [{ ...ask, user_id: 'u-1', pseudonym: '00f1e2d3c4b5a697' }, '/user_id'],
    [{ ...ask, user_id: 'u-1', minutes: 481 }, '/minutes'],
    [{ ...ask, kind: 'tenant' }, '/tenant_id'],
  ])('a request that leaves open whom or for how long is refused: %j', async (body, path) => {
    expect(await ken('POST', '/api/v1/approvals', body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });
});

describe('erasing', () => {
  type Erasure = { id: string; state: string; error: string | null; steps: { name: string }[] };
  const finished = (id: string) =>
    eventually(
      async () => (await ada('GET', `/api/v1/erasures/${id}`)).body as Erasure,
      ({ state }) => state === 'done' || state === 'failed',
    );
  const total = async () =>
    (await ada('GET', `/api/v1/telemetry/analytics?environment_id=${environmentId}`)).body as {
      total_events: number;
      unique_users: number;
    };

  test('a person is gone from every answer, with a certificate that can be checked and names nobody', async () => {
    await send([ofPerson('u-gone'), ofPerson('u-gone', { user_id: '' }), ofPerson('u-stays')]);
    const { pseudonyms } = await stored('u-gone', 1);
    await stored('u-stays', 1);
    const before = await total();
    const requested = await ada('POST', '/api/v1/erasures', { kind: 'person', user_id: 'u-gone' });
    expect(requested.status).toBe(202);
    const { id } = requested.body as Erasure;
    expect(await finished(id)).toMatchObject({ state: 'done', error: null });

    expect((await timelineByKey('u-gone')).events).toEqual([]);
    expect((await timelineByKey('u-stays')).events).toHaveLength(1);
    expect(await total()).toMatchObject({
      total_events: before.total_events - 2,
      unique_users: before.unique_users - 1,
    });

    const signed = (await ada('GET', `/api/v1/erasures/${id}/certificate`)).body as SignedCertificate;
    const { public_key } = (await ada('GET', '/api/v1/erasures/signing-key')).body as { public_key: string };
    expect(isGenuine(signed, public_key)).toBe(true);
    const forged = { ...signed, certificate: { ...signed.certificate, verification: { asked_at: '', remaining: 1 } } };
    expect(isGenuine(forged, public_key)).toBe(false);
    expect(signed.certificate.stores).toContainEqual({ store: 'events', before: 2, after: 0 });
    expect(signed.certificate.verification.remaining).toBe(0);

    const everything = [
      JSON.stringify(signed),
      (await ada('GET', '/api/v1/erasures')).text,
      (await ada('GET', '/api/v1/audit?limit=1000')).text,
    ].join();
    for (const name of ['u-gone', ...pseudonyms]) expect(everything).not.toContain(name);
  });

  test('a report and an approval about the person go with the person', async () => {
    await send([ofPerson('u-named')]);
    const { pseudonyms } = await stored('u-named', 1);
    const asked = { reason: 'Ticket 4712: asks for a refund', kind: 'person', minutes: 5, user_id: 'u-named' };
    await ken('POST', '/api/v1/approvals', asked);
    const { id } = (await ada('POST', '/api/v1/erasures', { kind: 'person', user_id: 'u-named' })).body as Erasure;
    expect(await finished(id)).toMatchObject({ state: 'done' });
    const approvals = (await ada('GET', '/api/v1/approvals')).text;
    expect(approvals).toContain('Ticket 4712');
    for (const name of pseudonyms) expect(approvals).not.toContain(name);
  });

  test('a tenant is gone with its events, aggregates, reports and review packs', async () => {
    const tenant = 'Globex "Ltd"';
    await send([ofPerson('u-a', { tenant_id: tenant }), ofPerson('u-b', { tenant_id: tenant })]);
    await stored('u-b', 1);
    const about = (value: string) => ({
      title: `About ${value.length}`,
      definition: {
        kind: 'trend',
        series: [{}],
        period: { last: 7, unit: 'day' },
        filters: [{ field: 'tenant_id', operator: 'equals', value }],
      },
    });
    for (const value of [tenant, 'skärgård-media']) {
      expect((await ada('POST', '/api/v1/reports', about(value))).status).toBe(201);
    }
    const { id } = (await ada('POST', '/api/v1/erasures', { kind: 'tenant', tenant_id: tenant })).body as Erasure;
    expect(await finished(id)).toMatchObject({ state: 'done' });
    const { reports } = (await ada('GET', '/api/v1/reports')).body as { reports: { title: string }[] };
    expect(reports.map(({ title }) => title)).toEqual(['About 14']);
    const { certificate } = (await ada('GET', `/api/v1/erasures/${id}/certificate`)).body as SignedCertificate;
    expect(certificate.stores).toContainEqual({ store: 'stored_reports', before: 1, after: 0 });
    expect(certificate.stores.find(({ store }) => store === 'events_hourly')).toMatchObject({ after: 0 });
    const left = await key('GET', `/api/v1/insights/values?field=tenant_id&environment_id=${environmentId}`);
    expect(left.text).not.toContain('Globex');
  });

  test('everything of a person can be handed out first', async () => {
    await send([ofPerson('u-asks', { properties: { amount: 12345678901.5, note: 'grüße' } }), ofPerson('u-other')]);
    await stored('u-asks', 1);
    const { status, text } = await key('POST', '/api/v1/subject-exports', { kind: 'person', user_id: 'u-asks' });
    expect(status).toBe(200);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ store: 'events', tenant_id: 'skärgård-media', properties: { note: 'grüße' } });
    expect(text).toContain('12345678901.5');
    expect(text).not.toContain('u-asks');
    expect((await audited('subject.exported'))[0]?.details).toMatchObject({ fingerprints: expect.any(Array) });
  });

  test('what was refused of a person is handed out as it is kept, goes with the person, and is on the certificate', async () => {
    const nested = { owners: [{ userId: 'u-refused' }], note: 'mia@private.example' };
    const events = [ofPerson('u-refused'), { properties: nested }, ofPerson('u-somebody')];
    const refused = events.map((event) => ({ ...event, event_name: 'Not A Name' }));
    await own.withKey(WRITE_KEY)('POST', '/api/v1/telemetry/events', { events: refused });
    const who = { kind: 'person', user_id: 'u-refused' };
    const handOut = async (user_id: string) => (await key('POST', '/api/v1/subject-exports', { ...who, user_id })).text;
    const isWhole = (text: string) => text.split('"store":"dead_letters"').length === 3;
    const exported = await eventually(() => handOut('u-refused'), isWhole);
    expect(exported).not.toMatch(/u-refused|mia@private/);
    expect(exported).toMatch(/"owners":\[\{"userId":"pseudonym:[0-9a-f]{16}"\}\]/);

    const { id } = (await ada('POST', '/api/v1/erasures', who)).body as Erasure;
    expect(await finished(id)).toMatchObject({ state: 'done', error: null });
    const { certificate } = (await ada('GET', `/api/v1/erasures/${id}/certificate`)).body as SignedCertificate;
    expect(certificate.stores).toContainEqual({ store: 'dead_letters', before: 2, after: 0 });
    expect([await handOut('u-refused'), await handOut('u-somebody')]).toEqual(['', expect.stringContaining('dead_')]);
  });

  test('nobody below admin erases or takes out', async () => {
    for (const path of ['/api/v1/erasures', '/api/v1/subject-exports']) {
      expect((await ken('POST', path, { kind: 'person', user_id: 'u-1' })).status).toBe(403);
    }
    expect((await ken('GET', '/api/v1/erasures')).status).toBe(403);
  });
});

describe('retention', () => {
  type Runs = { runs: { finished_at: string | null; removed: { class: string; rows: number; remaining: number }[] }[] };

  test('keeps within the limits of the installation, less where an environment says so', async () => {
    const { body } = await ada('GET', '/api/v1/retention');
    expect(body).toMatchObject({
      limits: { raw_days: 90, restricted_days: 30, aggregated_days: 365 },
      environments: [{ is_own: false, tiers: { raw_days: 90 } }],
    });
    const path = `/api/v1/retention/${environmentId}`;
    expect(await ada('PUT', path, { raw_days: 91, restricted_days: 31, aggregated_days: 366 })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/raw_days' }, { path: '/restricted_days' }, { path: '/aggregated_days' }] },
    });
    expect((await ken('PUT', path, { raw_days: 10, restricted_days: 5, aggregated_days: 20 })).status).toBe(403);
    expect(await ada('PUT', path, { raw_days: 10, restricted_days: 5, aggregated_days: 20 })).toMatchObject({
      status: 200,
      body: { environments: [{ is_own: true, tiers: { raw_days: 10, restricted_days: 5, aggregated_days: 20 } }] },
    });
    expect((await audited('retention.changed'))[0]?.details).toMatchObject({
      before: { raw_days: 90 },
      after: { raw_days: 10 },
    });
  });

  test('pruning removes by class what is older, and leaves the proof', async () => {
    const at = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
    const restricted = { data_sensitivity: 'restricted' };
    await send([
      ofPerson('u-old', { timestamp: at(11) }),
      ofPerson('u-old', { timestamp: at(9) }),
      ofPerson('u-old', { timestamp: at(6), ...restricted }),
      ofPerson('u-old', { timestamp: at(4), ...restricted }),
      ofPerson('u-old', { timestamp: at(25) }),
    ]);
    await stored('u-old', 5);
    const preview = await ada('POST', '/api/v1/retention/prune', { dry_run: true });
    const expected = [
      { class: 'raw', rows: 2 },
      { class: 'restricted', rows: 1 },
      { class: 'aggregated', rows: 1 },
      { class: 'dead_letters', rows: 0 },
      { class: 'outcomes', rows: 0 },
      { class: 'tallies', rows: 0 },
    ];
    expect(preview.body).toMatchObject({ would_remove: expected });
    expect((await timelineByKey('u-old')).events).toHaveLength(5);
    expect((await ada('POST', '/api/v1/retention/prune', {})).status).toBe(202);
    const { runs } = await eventually(
      async () => (await ada('GET', '/api/v1/retention/runs')).body as Runs,
      (answer) => typeof answer.runs[0]?.finished_at === 'string',
    );
    expect(runs[0]).toMatchObject({ trigger: 'person', removed: expected.map((each) => ({ ...each, remaining: 0 })) });
    expect((await timelineByKey('u-old')).events).toHaveLength(2);
    expect((await audited('retention.pruned'))[0]?.details).toMatchObject({ rows: 4 });
    const again = await ada('POST', '/api/v1/retention/prune', { dry_run: true });
    expect(again.body).toMatchObject({ would_remove: expected.map((each) => ({ ...each, rows: 0 })) });
  });
});

test('the chain of the audit log is whole after all this', async () => {
  expect((await ada('GET', '/api/v1/audit/verification')).body).toMatchObject({ is_intact: true });
});
