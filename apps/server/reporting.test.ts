/** Stored reports and review packs through their doors, on the whole server. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Asker, OPERATOR, type OwnServer, SECRET_KEY, startOwnServer, WRITE_KEY } from './own-server.fixture.ts';

const DAY_MS = 86_400_000;
const NOW = Date.now();
const TODAY = new Date(NOW).toISOString().slice(0, 10);
const daysAgo = (days: number) => new Date(NOW - days * DAY_MS).toISOString();
const dayAgo = (days: number) => daysAgo(days).slice(0, 10);
const TENANT = 'skärgård & söner';

let own: OwnServer;
let person: Asker;
let sendEvents: Asker;

type Sent = { readonly event_name: string; readonly [field: string]: unknown };

/** Two users this week and one the week before, with a workflow and an error; and another tenant, which must not show. */
const EVENTS: readonly Sent[] = [
  { event_name: 'document_opened', user_id: 'u-1', feature_area: 'documents', timestamp: daysAgo(1) },
  { event_name: 'document_opened', user_id: 'u-2', feature_area: 'documents', timestamp: daysAgo(1) },
  {
    event_name: 'review_finished',
    user_id: 'u-1',
    feature_area: 'reviews',
    workflow_name: 'review',
    timestamp: daysAgo(2),
  },
  {
    event_name: 'upload_failed',
    event_type: 'error',
    user_id: 'u-2',
    feature_area: 'documents',
    timestamp: daysAgo(2),
  },
  { event_name: 'document_opened', user_id: 'u-1', feature_area: 'documents', timestamp: daysAgo(8) },
].map((event) => ({ ...event, tenant_id: TENANT }));
const FOREIGN: readonly Sent[] = [
  { event_name: 'secret_project_opened', user_id: 'u-9', tenant_id: 'globex', timestamp: daysAgo(1) },
];

beforeAll(async () => {
  own = await startOwnServer();
  person = await own.signIn(OPERATOR.email, OPERATOR.password);
  sendEvents = own.withKey(WRITE_KEY);
  await sendEvents('POST', '/api/v1/telemetry/events', { events: [...EVENTS, ...FOREIGN] });
  const counted = async () => {
    const { body } = await person('GET', '/api/v1/telemetry/analytics');
    return (body as { total_events: number }).total_events;
  };
  await vi.waitUntil(async () => (await counted()) === EVENTS.length + FOREIGN.length, { timeout: 20_000 });
}, 120_000);
afterAll(() => own.close());

const DEFINITION = {
  kind: 'trend',
  series: [
    { event: 'document_opened', measure: { kind: 'total' }, label: '=HYPERLINK("http://x")' },
    { event: null, measure: { kind: 'unique', of: 'user' } },
  ],
  period: { last: 14, unit: 'day' },
  interval: 'day',
  time_zone: 'Europe/Berlin',
  filters: [{ field: 'surface', operator: 'not_equals', value: 'mail to ada@example.com' }],
  compare: 'previous_period',
};

async function milestonesOf(family: string): Promise<number> {
  const { body } = await person('GET', '/api/v1/system/usage?window=24h');
  return (body as { families: { family: string; count: number }[] }).families.find((each) => each.family === family)!
    .count;
}

describe('a stored report', () => {
  let id: string;

  test('keeps the figures of today, whatever comes later', async () => {
    const made = await person('POST', '/api/v1/reports', { title: ' Documents in November ', definition: DEFINITION });
    expect(made.status).toBe(201);
    const report = made.body as { id: string; title: string; answer: { series: { total: number }[] } };
    expect(report.title).toBe('Documents in November');
    expect(report.answer.series.map(({ total }) => total)).toEqual([3, 3]);
    id = report.id;
    await sendEvents('POST', '/api/v1/telemetry/events', { event_name: 'document_opened', user_id: 'u-7' });
    const asked = async () => {
      const { body } = await person('POST', '/api/v1/insights/query', DEFINITION);
      return (body as { series: { total: number }[] }).series[0]!.total;
    };
    await expect.poll(asked, { timeout: 10_000 }).toBe(4);
    const again = (await person('GET', `/api/v1/reports/${id}`)).body as typeof report;
    expect(again.answer).toEqual(report.answer);
  });

  test('is recorded as a milestone, once, and by a person alone', async () => {
    await expect.poll(() => milestonesOf('stored_report_created'), { timeout: 10_000 }).toBe(1);
    const byKey = await own.withKey(SECRET_KEY)('POST', '/api/v1/reports', {
      title: 'By a program',
      definition: DEFINITION,
    });
    expect(byKey.status).toBe(201);
    await own.withKey(SECRET_KEY)('DELETE', `/api/v1/reports/${(byKey.body as { id: string }).id}`);
    expect(await milestonesOf('stored_report_created')).toBe(1);
  });

  test('keeps no personal text, neither of its filters nor of its title', async () => {
    const made = await person('POST', '/api/v1/reports', { title: 'For ada@example.com', definition: DEFINITION });
    const stored = await person('GET', `/api/v1/reports/${(made.body as { id: string }).id}`);
    expect(stored.text).not.toContain('ada@example.com');
    expect(stored.body).toMatchObject({ title: 'For [email]' });
    await person('DELETE', `/api/v1/reports/${(made.body as { id: string }).id}`);
  });

  test('downloads as CSV that no spreadsheet runs, as JSON, and as a page that runs and fetches nothing', async () => {
    const csv = await person('GET', `/api/v1/reports/${id}/download?format=csv`);
    const lines = csv.text.split('\r\n');
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="uptake-report-/);
    expect(lines).toHaveLength(14 + 2);
    expect(lines[0]).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect((await person('GET', `/api/v1/reports/${id}/download?format=json`)).body).toMatchObject({
      id,
      kind: 'trend',
    });
    const page = await person('GET', `/api/v1/reports/${id}/download`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(page.text).toContain('<h1>Documents in November</h1>');
    expect(page.text).not.toMatch(/<script|href=|src=/);
    expect(page.text).toContain('=HYPERLINK(&quot;http://x&quot;)');
  });

  test('is listed without its figures and gone after it was deleted', async () => {
    expect((await person('GET', '/api/v1/reports')).body).toMatchObject({ total: 1, reports: [{ id, kind: 'trend' }] });
    expect((await person('DELETE', `/api/v1/reports/${id}`)).status).toBe(204);
    expect((await person('GET', `/api/v1/reports/${id}`)).status).toBe(404);
    expect((await person('DELETE', `/api/v1/reports/${id}`)).status).toBe(404);
  });

  test('of a question that cannot be answered is none', async () => {
    const refused = await person('POST', '/api/v1/reports', { title: 'x', definition: { kind: 'trend', series: [] } });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: 'invalid_definition' });
    expect((await person('POST', '/api/v1/reports', { title: '  ', definition: DEFINITION })).status).toBe(400);
    expect((await person('GET', '/api/v1/reports')).body).toMatchObject({ total: 0 });
  });

  test('is neither made nor read with a write key, nor of another workspace', async () => {
    expect((await sendEvents('GET', '/api/v1/reports')).status).toBe(403);
    expect((await sendEvents('POST', '/api/v1/reports', { title: 'x', definition: DEFINITION })).status).toBe(403);
  });
});

describe('a review pack', () => {
  let id: string;
  const week = { from: dayAgo(6), to: TODAY };

  test('is requested, made in the background, and recorded as a milestone', async () => {
    const requested = await person('POST', '/api/v1/review-packs', { tenant_id: TENANT, period: week });
    expect(requested.status).toBe(202);
    expect(requested.body).toMatchObject({ state: 'requested', tenant_id: TENANT, period: week });
    ({ id } = requested.body as { id: string });
    const state = async () => ((await person('GET', `/api/v1/review-packs/${id}`)).body as { state: string }).state;
    await expect.poll(state, { timeout: 20_000 }).toBe('ready');
    await expect.poll(() => milestonesOf('review_pack_requested'), { timeout: 10_000 }).toBe(1);
  });

  test('counts what this tenant did in the period, beside the period before', async () => {
    const { body } = await person('GET', `/api/v1/review-packs/${id}`);
    expect((body as { contents: unknown }).contents).toMatchObject({
      totals: {
        active_users: { value: 2, previous: 1 },
        active_days: { value: 2, previous: 1 },
        events: { value: 4, previous: 1 },
        errors: { value: 1, previous: 0 },
        error_share: { value: 0.25, previous: 0 },
      },
      features: [
        { name: 'documents', users: { value: 2, previous: 1 }, events: { value: 3, previous: 1 }, errors: 1 },
        { name: 'reviews', users: { value: 1, previous: 0 } },
      ],
      workflows: [{ name: 'review', events: { value: 1, previous: 0 } }],
      errors: [{ name: 'upload_failed', feature_area: 'documents', users: 1, events: { value: 1, previous: 0 } }],
      timeline: { bucket_days: 1, active_users: [0, 0, 0, 0, 2, 2, 0], previous_active_users: [0, 0, 0, 0, 0, 1, 0] },
      is_sampled: false,
    });
    expect(JSON.stringify(body)).not.toContain('secret_project_opened');
  });

  test('prints as a page and is a workbook as well', async () => {
    const page = await person('GET', `/api/v1/review-packs/${id}/download?format=html`);
    expect(page.text).toContain('skärgård &amp; söner');
    expect(page.text).toContain('@page');
    expect(page.text).toContain('<svg');
    expect(page.text).not.toMatch(/<script|href=|src=/);
    const response = await fetch(`http://127.0.0.1:${own.server.port}/api/v1/review-packs/${id}/download?format=xlsx`, {
      headers: { authorization: `Bearer ${SECRET_KEY}` },
    });
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="uptake-review-.*\.xlsx"$/);
    const archive = Buffer.from(await response.arrayBuffer());
    expect(archive.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  });

  test.each([
    ['of a tenant nobody has seen', { tenant_id: 'nobody' }, 404, 'not_found'],
    ['of an environment elsewhere', { tenant_id: TENANT, environment_id: crypto.randomUUID() }, 404, 'not_found'],
    [
      'of days that do not exist',
      { tenant_id: TENANT, period: { from: '2026-02-30', to: '2026-03-01' } },
      400,
      'invalid_request',
    ],
    [
      'that ends before it begins',
      { tenant_id: TENANT, period: { from: TODAY, to: dayAgo(2) } },
      400,
      'invalid_request',
    ],
    [
      'of days that are deleted',
      { tenant_id: TENANT, period: { from: dayAgo(120), to: TODAY } },
      400,
      'invalid_request',
    ],
    ['without a tenant', {}, 400, 'invalid_request'],
  ])('%s is refused', async (_what, body, status, code) => {
    const refused = await person('POST', '/api/v1/review-packs', body);
    expect({ status: refused.status, code: (refused.body as { code: string }).code }).toEqual({ status, code });
  });

  test('is gone after it was deleted', async () => {
    expect((await person('DELETE', `/api/v1/review-packs/${id}`)).status).toBe(204);
    expect((await person('GET', `/api/v1/review-packs/${id}/download`)).status).toBe(404);
  });
});
