import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { LIMITS, REASONS, type Reason } from '@uptake/domain/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, openTestDoor, type TestDoor } from './door.fixture.ts';

const VALIDATE = '/api/v1/telemetry/validate';
let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});
afterAll(() => door.close());

const named = (name = 'project_created'): Record<string, unknown> => ({ event_id: randomUUID(), event_name: name });

describe('what the door reads', () => {
  test('one event', async () => {
    await door.takeRows();
    const event: Record<string, unknown> = {
      ...named(),
      user_id: 'u-1042',
      tenant_id: 'acme',
      properties: { plan: 'business', größe: '名' },
    };
    const { status, body } = await door.post(event);
    expect(status).toBe(200);
    expect(body).toEqual({ accepted: 1, duplicates: 0, rejected: 0, sampled: 0, results: [] });
    const [row, ...others] = await door.takeRows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      workspace_id: door.first.workspaceId,
      product_id: door.first.productId,
      environment_id: door.first.environmentId,
      event_id: event.event_id,
      tenant_id: 'acme',
      source: 'client',
      properties: event.properties,
      weight: 1,
      is_planned: false,
    });
    expect(row!.user_id).toMatch(/^[0-9a-f]{16}$/);
    expect(row!.session_id).toBe('');
  });

  test.each<[string, (events: object[]) => string | Uint8Array | object, Record<string, string | undefined>]>([
    ['an object of events', (events) => ({ events }), {}],
    ['an array', (events) => events, {}],
    ['gzip', (events) => gzipSync(JSON.stringify({ events })), { 'content-encoding': 'gzip' }],
    [
      'gzip too large to inflate on the spot',
      (events) => gzipSync(JSON.stringify({ events: [...events, { ...named(), properties: noise() }] })),
      { 'content-encoding': 'gzip' },
    ],
    [
      'text/plain, as sendBeacon sends it',
      (events) => JSON.stringify({ events }),
      { 'content-type': 'text/plain;charset=UTF-8' },
    ],
    [
      'JSON with a charset',
      (events) => JSON.stringify({ events }),
      { 'content-type': 'Application/JSON; charset=utf-8' },
    ],
    ['a body without type', (events) => Buffer.from(JSON.stringify({ events })), { 'content-type': undefined }],
    [
      'a line of JSON each',
      (events) => `${events.map((event) => JSON.stringify(event)).join('\n')}\n\n`,
      { 'content-type': 'application/x-ndjson' },
    ],
    ['a byte order mark', (events) => `\ufeff${JSON.stringify(events)}`, {}],
  ])('%s', async (_, bodyOf, headers) => {
    await door.takeRows();
    const events = [named('first'), named('second')];
    const { status, body } = await door.post(bodyOf(events), { headers });
    expect({ status, rejected: body.rejected }).toEqual({ status: 200, rejected: 0 });
    expect((await door.takeRows()).map((row) => row.event_id)).toEqual(
      expect.arrayContaining(events.map((event) => event.event_id)),
    );
  });

  test('an empty batch, which changes nothing', async () => {
    expect((await door.post({ events: [] })).body).toEqual({
      accepted: 0,
      duplicates: 0,
      rejected: 0,
      sampled: 0,
      results: [],
    });
  });

  test('the batch’s sent_at, which corrects the clock', async () => {
    await door.takeRows();
    const nowMs = door.testAccess.clock.nowMs;
    const sentAt = new Date(nowMs - 3_600_000).toISOString();
    await door.post({
      sent_at: sentAt,
      events: [{ ...named(), timestamp: new Date(nowMs - 3_600_000 - 500).toISOString() }],
    });
    const [row] = await door.takeRows();
    expect(row).toMatchObject({
      timestamp: ((nowMs - 500) / 1000).toFixed(3),
      original_timestamp: ((nowMs - 3_600_500) / 1000).toFixed(3),
    });
  });
});

describe('what each event is answered', () => {
  const now = (): number => door.testAccess.clock.nowMs;
  /** What an environment's tracking plan or policy refuses is tested where those are set up. */
  type RefusedByPlan =
    // In consent.test.ts.
    | 'consent_denied'
    | 'opt_out_signal'
    | 'unplanned_event'
    | 'schema_blocked'
    | 'envelope_mismatch'
    | 'property_not_allowed'
    | 'property_missing'
    | 'property_invalid'
    | 'not_collected'
    | 'unknown_milestone'
    | 'passive_event'
    | 'tenant_missing'
    | 'initiator_missing'
    | 'metadata_not_allowed'
    | 'metadata_missing'
    | 'metadata_invalid'
    // In exported-events.test.ts.
    | 'invalid_weight';
  /** An event for every other reason of the closed list. */
  const examples: Record<
    Exclude<Reason, 'duplicate_event_id' | 'collection_disabled' | 'over_budget' | RefusedByPlan>,
    () => unknown
  > = {
    not_an_object: () => 'project_created',
    unknown_field: () => ({ ...named(), emial: 'x' }),
    missing_field: () => ({ event_id: randomUUID() }),
    invalid_type: () => ({ ...named(), tenant_id: 7 }),
    invalid_event_name: () => named('Invalid-Event-Name'),
    invalid_event_id: () => ({ event_name: 'a', event_id: '1' }),
    invalid_enum: () => ({ ...named(), event_type: 'clicked' }),
    invalid_timestamp: () => ({ ...named(), timestamp: '0000-01-01T00:00:00Z' }),
    timestamp_too_old: () => ({ ...named(), timestamp: new Date(now() - 91 * DAY_MS).toISOString() }),
    timestamp_in_future: () => ({ ...named(), timestamp: new Date(now() + 11 * 60_000).toISOString() }),
    string_too_long: () => ({ ...named(), surface: 'x'.repeat(201) }),
    invalid_string: () => ({ ...named(), surface: 'a\0' }),
    invalid_consent: () => ({ ...named(), consent: { analytics: 'yes' } }),
    number_out_of_range: () => ({ ...named(), properties: { n: 2 ** 53 } }),
    too_deep: () => ({ ...named(), properties: { a: [[[[[[1]]]]]] } }),
    too_many_properties: () => ({ ...named(), properties: { a: new Array(251).fill(0) } }),
    invalid_property_name: () => ({ ...named(), properties: { '': 1 } }),
    event_too_large: () => ({
      ...named(),
      properties: Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`p${index}`, 'x'.repeat(8_192)])),
    }),
  };

  test.each(Object.entries(examples))(
    '%s rejects that event, counts it, and lets its neighbours pass',
    async (reason, example) => {
      await door.takeRows();
      const [rejectedBefore, acceptedBefore] = [await door.counted('rejected', reason), await door.counted('accepted')];
      const [before, after] = [named('before'), named('after')];
      const { status, body } = await door.post({ events: [before, example(), after] });
      expect(status).toBe(200);
      expect(body).toMatchObject({ accepted: 2, duplicates: 0, rejected: 1, sampled: 0 });
      expect(body.results).toHaveLength(1);
      expect(body.results[0]).toMatchObject({ index: 1, result: 'rejected', reason });
      expect(body.results[0]!.detail).toMatch(/^.{10,}[.?!]$/s);
      expect(await door.counted('rejected', reason)).toBe(rejectedBefore + 1);
      expect(await door.counted('accepted')).toBe(acceptedBefore + 2);
      expect((await door.takeRows()).map((row) => row.event_name)).toEqual(['before', 'after']);
    },
  );

  test('duplicate_event_id, for a repeat in another batch and in the same one, and nothing is stored twice', async () => {
    await door.takeRows();
    const before = await door.counted('duplicate', 'duplicate_event_id');
    const event = named();
    expect((await door.post(event)).body).toMatchObject({ accepted: 1 });
    const { body } = await door.post({
      events: [event, named(), event, { ...event, event_id: String(event.event_id).toUpperCase() }],
    });
    expect(body).toMatchObject({ accepted: 1, duplicates: 3, rejected: 0 });
    expect(body.results.map(({ index, event_id, reason }) => ({ index, event_id, reason }))).toEqual(
      [0, 2, 3].map((index) => ({ index, event_id: event.event_id, reason: 'duplicate_event_id' })),
    );
    expect(await door.counted('duplicate', 'duplicate_event_id')).toBe(before + 3);
    expect(await door.takeRows()).toHaveLength(2);
  });

  test('the same id from another source is another event', async () => {
    const event = named();
    const { body } = await door.post({
      events: [
        { ...event, source: 'client' },
        { ...event, source: 'server' },
      ],
    });
    expect(body).toMatchObject({ accepted: 2, duplicates: 0 });
  });

  test('a batch sent again changes nothing', async () => {
    await door.takeRows();
    const batch = { events: [named(), { ...named(), source: 'worker' }, named()] };
    await door.post(batch);
    expect((await door.post(batch)).body).toMatchObject({ accepted: 0, duplicates: 3 });
    expect(await door.takeRows()).toHaveLength(3);
  });

  test('?receipts=full lists every event, in order, with the ids that were given', async () => {
    const { body } = await door.post(
      { events: [{ event_name: 'a' }, { event_name: 'B' }, named()] },
      { path: '/api/v1/telemetry/events?receipts=full' },
    );
    expect(body.results.map(({ index, result }) => [index, result])).toEqual([
      [0, 'accepted'],
      [1, 'rejected'],
      [2, 'accepted'],
    ]);
    expect(body.results[0]!.event_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.results[1]!.event_id).toBeNull();
  });

  test('a line that is no JSON is rejected and the other lines go on', async () => {
    const lines = [JSON.stringify(named()), '{"event_name":', JSON.stringify(named())].join('\r\n');
    const { body } = await door.post(lines, { headers: { 'content-type': 'application/x-ndjson' } });
    expect(body).toMatchObject({ accepted: 2, rejected: 1 });
    expect(body.results[0]).toMatchObject({ index: 1, reason: 'not_an_object' });
  });

  test('every reason has a test of its result and counter', () => {
    const elsewhere = [
      'consent_denied',
      'opt_out_signal',
      'over_budget',
      'duplicate_event_id',
      'collection_disabled',
      'unplanned_event',
      'schema_blocked',
      'envelope_mismatch',
      'property_not_allowed',
      'property_missing',
      'property_invalid',
      'not_collected',
      'unknown_milestone',
      'passive_event',
      'tenant_missing',
      'initiator_missing',
      'metadata_not_allowed',
      'metadata_missing',
      'metadata_invalid',
      'invalid_weight',
    ];
    expect([...Object.keys(examples), ...elsewhere].sort()).toEqual(Object.keys(REASONS).sort());
  });
});

describe('validate', () => {
  test('says of every event what would happen, and stores and counts nothing', async () => {
    const known = named();
    await door.post(known);
    await door.takeRows();
    const [accepted, rejected] = [await door.counted('accepted'), await door.counted('rejected', 'invalid_event_name')];
    const fresh = named();
    const { status, body } = await door.post({ events: [known, fresh, named('Bad')] }, { path: VALIDATE });
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 1, duplicates: 1, rejected: 1, sampled: 0 });
    expect(body.results.map(({ result, reason }) => [result, reason])).toEqual([
      ['duplicate', 'duplicate_event_id'],
      ['accepted', undefined],
      ['rejected', 'invalid_event_name'],
    ]);
    expect(await door.takeRows()).toEqual([]);
    expect(await door.counted('accepted')).toBe(accepted);
    expect(await door.counted('rejected', 'invalid_event_name')).toBe(rejected);
    expect((await door.post(fresh)).body).toMatchObject({ accepted: 1, duplicates: 0 });
  });
});

describe('limits', () => {
  test('a thousand events are a batch, one more is too many', async () => {
    const events = Array.from({ length: LIMITS.eventsPerBatch }, () => named());
    expect((await door.post({ events })).body).toMatchObject({ accepted: LIMITS.eventsPerBatch });
    expect(await door.post({ events: [...events, named()] })).toMatchObject({
      status: 413,
      body: { code: 'batch_too_large' },
    });
  });
});

/** Hard to compress, 60 KiB. */
function noise(): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 7 }, (_, index) => [`p${index}`, Array.from({ length: 200 }, () => randomUUID()).join('')]),
  );
}
