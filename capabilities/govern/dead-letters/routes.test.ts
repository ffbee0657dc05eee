import { randomUUID } from 'node:crypto';
import type { EventSchema } from '@uptake/domain/tracking-plan';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ask, openTestDeadLetters, type TestDeadLetters } from './dead-letters.fixture.ts';

let opened: TestDeadLetters;
let admin: Ask;
let analyst: Ask;
let viewer: Ask;
let foreign: Ask;
const path = '/api/v1/dead-letters';

beforeAll(async () => {
  opened = await openTestDeadLetters();
  await opened.plan(schemaOf(1, { plan: { enum: ['free', 'pro'] }, seats: { type: 'integer' } }));
  admin = opened.as(await opened.signedInAs('admin'));
  analyst = opened.as(await opened.signedInAs('analyst'));
  viewer = opened.as(await opened.signedInAs('viewer'));
  foreign = opened.as(await opened.keyOf(['admin'], await opened.otherWorkspace()));
  await opened.set('mode', 'enforce');
  await opened.jobs.start();
}, 120_000);
afterAll(() => opened.close(), 60_000);

const schemaOf = (version: number, properties: EventSchema['properties']['properties'] & object): EventSchema => ({
  event_name: 'project_created',
  version,
  state: 'active',
  owner: 'projects-team',
  description: 'A project was created.',
  feature_area: 'projects',
  pii_class: 'none',
  data_sensitivity: 'internal',
  properties: {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, rule]) => [
        name,
        { description: 'Said by a test.', 'x-pii-class': 'none' as const, ...rule },
      ]),
    ),
    additionalProperties: false,
  },
});
const refused = (properties: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  event: { event_name: 'project_created', user_id: 'ada', properties, ...more },
});
type Run = Record<'id' | 'state', string> &
  Record<'total' | 'done' | 'accepted' | 'duplicates' | 'rejected' | 'dropped', number>;
const run = (body: object) => admin('POST', `${path}/replays`, { environment_id: opened.environmentId, ...body });

async function finished(id: string): Promise<Run> {
  for (;;) {
    const { body } = await analyst('GET', `${path}/replays/${id}`);
    const { state } = body as Run;
    if (state !== 'waiting' && state !== 'running') return body;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
async function replayed(body: object): Promise<Run> {
  const answer = await run(body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return finished((answer.body as Run).id);
}
const stored = async (condition: string) => {
  await opened.drained();
  return opened.ask<Record<string, unknown>>(
    `SELECT event_id, user_id, properties['plan'] AS plan, received_at FROM events WHERE ${condition} ORDER BY received_at`,
  );
};

describe('groups', () => {
  type Groups = { groups: Record<string, unknown>[] };
  const of = (query: string) => analyst('GET', `${path}?environment_id=${opened.environmentId}&${query}`);

  test('tell per cause how often, since when, from where, with an example, and what is still open', async () => {
    const hourAgo = Math.floor(opened.door.testAccess.clock.nowMs / 3_600_000 - 1) * 3_600_000;
    const known = { cause: 'aaaa000000000001', eventName: 'grouped' };
    await opened.refuse([
      { ...refused({ planNmae: 'pro' }), ...known, receivedAtMs: hourAgo },
      { ...refused({ planNmae: 'pro' }), ...known, receivedAtMs: hourAgo + 1_000, appVersion: '4.3.0' },
      { ...refused({ planNmae: 'x' }), ...known, receivedAtMs: hourAgo + 3_600_000, detail: 'the newest' },
    ]);
    const { status, body } = await of('event_name=grouped');
    expect(status).toBe(200);
    expect((body as Groups).groups).toEqual([
      {
        cause: known.cause,
        event_name: 'grouped',
        reason: 'property_not_allowed',
        reason_text: 'The tracking plan has no such property for this event.',
        path: '/properties/planNmae',
        schema_version: 1,
        events: 3,
        kept: 3,
        open: 3,
        replayable: 3,
        replayed: 0,
        first_seen: new Date(hourAgo).toISOString(),
        last_seen: new Date(hourAgo + 3_600_000).toISOString(),
        example_detail: 'the newest',
        per_hour: [
          { at: new Date(hourAgo).toISOString(), events: 2 },
          { at: new Date(hourAgo + 3_600_000).toISOString(), events: 1 },
        ],
        sources: [
          { source: 'client', key_id: 'key-1', key_name: null, app_version: '4.2.0', events: 2 },
          { source: 'client', key_id: 'key-1', key_name: null, app_version: '4.3.0', events: 1 },
        ],
      },
    ]);
    const only = async (query: string) => ((await of(`event_name=grouped&${query}`)).body as Groups).groups;
    expect(await only('app_version=4.3.0')).toMatchObject([{ events: 1, kept: 1 }]);
    expect(await only(`from=${new Date(hourAgo + 3_600_000).toISOString()}`)).toMatchObject([{ events: 1 }]);
    expect(await only(`to=${new Date(hourAgo).toISOString()}`)).toEqual([]);
    expect(await only('state=replayed')).toEqual([]);
    expect(await only('state=open')).toHaveLength(1);
    expect(await only('source=server')).toEqual([]);
    expect(await only('reason=too_deep')).toEqual([]);
  });

  test('are seen neither by a viewer nor from another workspace', async () => {
    expect((await viewer('GET', `${path}?environment_id=${opened.environmentId}`)).status).toBe(403);
    expect((await foreign('GET', `${path}?environment_id=${opened.environmentId}`)).status).toBe(404);
    expect(await foreign('GET', path)).toMatchObject({ status: 200, body: { groups: [] } });
    const reading = opened.as(await opened.keyOf(['read']));
    expect((await reading('GET', path)).status).toBe(200);
    expect((await opened.as(await opened.keyOf(['write']))('GET', path)).status).toBe(403);
  });
});

describe('the letters of a cause', () => {
  const cause = 'bbbb000000000001';
  const of = (query = '', ask: Ask = analyst) =>
    ask('GET', `${path}/${cause}/letters?environment_id=${opened.environmentId}${query}`);
  type Page = { letters: { id: string; payload: unknown; outcome: unknown }[]; next: string | null };

  test('come newest first, page by page, scrubbed, with ids as marked pseudonyms', async () => {
    const now = opened.door.testAccess.clock.nowMs;
    const kept = await opened.refuse(
      // Two of them in one millisecond.
      [3, 2, 1, 1].map((ago, n) => ({
        ...refused({ planNmae: `mail ada${n}@example.com` }),
        cause,
        receivedAtMs: now - ago * 1_000,
      })),
    );
    const first = (await of('&limit=3')).body as Page;
    const second = (await of(`&limit=3&after=${first.next}`)).body as Page;
    const ids = [...first.letters, ...second.letters].map(({ id }) => id);
    expect(first.letters).toHaveLength(3);
    expect(ids.slice(2)).toEqual([kept[1]!.letterId, kept[0]!.letterId]);
    expect(new Set(ids).size).toBe(4);
    expect(second.next).toBeNull();
    expect(first.letters[0]).toMatchObject({
      reason: 'property_not_allowed',
      payload: { user_id: expect.stringMatching(/^pseudonym:[0-9a-f]{16}$/), properties: { planNmae: 'mail [email]' } },
      is_complete: true,
      outcome: null,
    });
  });

  test('say what became of each, and each look is on record', async () => {
    const { accepted, rejected } = await replayed({ filter: { causes: [cause] } });
    expect([accepted, rejected]).toEqual([0, 4]);
    const { letters } = (await of()).body as Page;
    expect(letters[0]!.outcome).toMatchObject({ result: 'rejected', reason: 'property_not_allowed' });
    const { entries } = (await admin('GET', '/api/v1/audit?action=dead_letters.read')).body as {
      entries: { details: unknown }[];
    };
    expect(entries[0]!.details).toMatchObject({ cause, letters: 4 });
  });

  test('are not for viewers, not for keys that count or send, and not of another workspace', async () => {
    expect((await of('', viewer)).status).toBe(403);
    expect((await of('', opened.as(await opened.keyOf(['read', 'write'])))).status).toBe(403);
    expect((await of('', foreign)).status).toBe(404);
    expect((await foreign('GET', `${path}/${cause}/letters`)).status).toBe(404);
  });

  test('an unknown cause is not found, a malformed one or a made-up place refused', async () => {
    expect((await analyst('GET', `${path}/ffffffffffffffff/letters`)).status).toBe(404);
    expect((await analyst('GET', `${path}/x'%20OR%201/letters`)).status).toBe(400);
    expect(await of('&after=1~x')).toMatchObject({ status: 400, body: { errors: [{ path: '/after' }] } });
  });
});

describe('a preview', () => {
  const cause = 'cccc000000000001';
  const of = (body: object, ask: Ask = analyst) =>
    ask('POST', `${path}/preview`, { environment_id: opened.environmentId, filter: { causes: [cause] }, ...body });
  const rename = { steps: [{ op: 'rename', from: '/properties/planNmae', to: '/properties/plan' }] };

  beforeAll(async () => {
    await opened.refuse([
      { ...refused({ planNmae: 'pro' }), cause },
      { ...refused({ planNmae: 'free' }), cause },
      { ...refused({ planNmae: 'gold' }), cause },
      { ...refused({ planNmae: 'pro' }), cause, isComplete: false },
    ]);
  });

  test('says what a mapping would bring about, without storing or deciding anything', async () => {
    expect((await of({})).body).toMatchObject({
      total: 3,
      examined: 3,
      outcomes: [{ result: 'rejected', reason: 'property_not_allowed', events: 3 }],
    });
    const { status, body } = await of({ mapping: rename });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      total: 3,
      outcomes: [
        { result: 'accepted', reason: '', events: 2 },
        { result: 'rejected', reason: 'property_invalid', events: 1 },
      ],
    });
    const { examples } = body as { examples: { result: string; before: unknown; after: unknown; path: string }[] };
    expect(examples.find(({ result }) => result === 'rejected')).toMatchObject({
      before: { properties: { planNmae: 'gold' } },
      after: { properties: { plan: 'gold' } },
      path: '/properties/plan',
    });
    expect((await of({})).body).toMatchObject({ total: 3 });
    await opened.drained();
    expect(await opened.ask("SELECT 1 AS one FROM dead_letter_outcomes WHERE result = 'accepted'")).toEqual([]);
  });

  test('judges as if a draft were in force, be it on the plan or only in an editor', async () => {
    const draft = schemaOf(2, { planNmae: { type: 'string', maxLength: 20 } });
    expect((await of({ draft: { schema: draft } })).body).toMatchObject({
      outcomes: [{ result: 'accepted', events: 3 }],
    });
    // What is in force now refuses them still.
    expect((await of({ draft: { event_name: 'project_created', version: 1 } })).body).toMatchObject({
      outcomes: [{ result: 'rejected', events: 3 }],
    });
    expect((await of({ draft: { event_name: 'project_created', version: 9 } })).status).toBe(404);
    expect(await of({ draft: { schema: { event_name: 'x' } } })).toMatchObject({
      status: 400,
      body: { code: 'invalid_schema' },
    });
  });

  test('refuses a mapping that is none, or that writes something personal, at its place', async () => {
    for (const [step, place] of [
      [{ op: 'default', path: '/properties/contact', value: 'ada@example.com' }, '/mapping/steps/0/value'],
      [{ op: 'rename', from: '/properties/a', to: '/user_id' }, '/mapping/steps/0/to'],
      [{ op: 'shred' }, '/mapping/steps/0/op'],
    ] as const) {
      const { status, body } = await of({ mapping: { steps: [step] } });
      expect([status, body]).toMatchObject([400, { code: 'invalid_request', errors: [{ path: place }] }]);
      expect((await run({ filter: {}, mapping: { steps: [step] } })).status).toBe(400);
    }
  });

  test('shows scrubbed what a mapping makes personal, as it would be stored', async () => {
    const number = { cause: 'cccc000000000002', ...refused({ plan: 'pro', planNmae: 411111111111111 }) };
    await opened.refuse([number]);
    const mapping = { steps: [{ op: 'rename', from: '/properties/planNmae', to: '/properties/password' }] };
    const { body } = await of({ filter: { causes: [number.cause] }, mapping });
    expect(JSON.stringify((body as { examples: { after: unknown }[] }).examples[0]!.after)).not.toContain('4111');
  });

  test('is not for viewers, for keys that send, or for another workspace', async () => {
    expect((await of({}, viewer)).status).toBe(403);
    expect((await of({}, opened.as(await opened.keyOf(['write'])))).status).toBe(403);
    expect((await of({}, foreign)).status).toBe(404);
  });
});

describe('a replay', () => {
  const rename = { steps: [{ op: 'rename', from: '/properties/planNmae', to: '/properties/plan' }] };

  test('brings back what the fix mends, once, as of when it came, and leaves the rest open', async () => {
    const cause = 'dddd000000000001';
    const event_id = randomUUID();
    const receivedAtMs = opened.door.testAccess.clock.nowMs - 8 * 86_400_000;
    const [first] = await opened.refuse([
      { ...refused({ planNmae: 'pro' }, { event_id }), cause, receivedAtMs },
      { ...refused({ planNmae: 'pro' }, { event_id }), cause, receivedAtMs: receivedAtMs + 1 },
      { ...refused({ planNmae: 'gold' }), cause },
      { ...refused({ planNmae: 'free' }), cause },
      { ...refused({ planNmae: 'free' }), cause, isComplete: false },
    ]);
    const filter = { causes: [cause] };
    expect(await replayed({ filter, mapping: rename })).toMatchObject({
      state: 'succeeded',
      total: 4,
      done: 4,
      accepted: 2,
      duplicates: 1,
      rejected: 1,
    });
    const pseudonym = Buffer.from('ada').toString('hex').padEnd(16, '0');
    expect(await stored(`event_id = '${event_id}'`)).toEqual([
      { event_id, user_id: pseudonym, plan: '"pro"', received_at: new Date(first!.receivedAtMs).toISOString() },
    ]);
    // What was accepted never comes again; what was refused may be tried once more.
    expect(await replayed({ filter, mapping: rename })).toMatchObject({ total: 1, accepted: 0, rejected: 1 });
    const { body } = await analyst('GET', `${path}?environment_id=${opened.environmentId}&state=replayed`);
    expect((body as { groups: { cause: string }[] }).groups.find((group) => group.cause === cause)).toMatchObject({
      kept: 5,
      open: 2,
      replayable: 1,
      replayed: 3,
    });
  });

  test('takes more letters than a page holds, of several causes, and only those the filter means', async () => {
    const causes = ['eeee000000000001', 'eeee000000000002'] as const;
    const many = Array.from({ length: 2_500 }, (_, n) => ({
      ...refused({ planNmae: 'pro', seats: n }),
      cause: causes[n % 2]!,
      appVersion: n % 5 === 0 ? '5.0.0' : '4.2.0',
      eventName: 'bulk',
      receivedAtMs: opened.door.testAccess.clock.nowMs - (n % 7),
    }));
    await opened.refuse(many);
    const filter = { causes, event_name: 'bulk', app_version: '4.2.0' };
    expect(await replayed({ filter, mapping: rename })).toMatchObject({ total: 2_000, accepted: 2_000, done: 2_000 });
    expect(await stored("mapContains(properties, 'seats')")).toHaveLength(2_000);
    expect(await replayed({ filter: { event_name: 'bulk' }, mapping: rename })).toMatchObject({ accepted: 500 });
    expect(await stored("mapContains(properties, 'seats')")).toHaveLength(2_500);
  }, 60_000);

  test('is asked for by admins alone, recorded, and on record with its figures', async () => {
    const body = { environment_id: opened.environmentId, filter: {} };
    for (const ask of [viewer, analyst, opened.as(await opened.keyOf(['read', 'write', 'export']))]) {
      expect((await ask('POST', `${path}/replays`, body)).status).toBe(403);
    }
    expect((await foreign('POST', `${path}/replays`, body)).status).toBe(404);
    expect((await run({ filter: { state: 'replayed' } })).status).toBe(400);
    expect((await run({ filter: { colour: 'red' } })).status).toBe(400);
    const { id } = await replayed({ filter: { causes: ['abcdabcdabcdabcd'] } });
    expect(opened.recorded.at(-1)).toEqual({
      family: expect.any(String),
      metadata: { operation: 'dead_letter_replay', operation_id: id },
    });
    for (const action of ['dead_letters.replay_requested', 'dead_letters.replayed']) {
      const { entries } = (await admin('GET', `/api/v1/audit?action=${action}`)).body as {
        entries: { subject_id: string; details: object }[];
      };
      expect(entries[0]).toMatchObject({ subject_id: id, details: { environment_id: opened.environmentId } });
    }
    const runs = (await analyst('GET', `${path}/replays?environment_id=${opened.environmentId}`)).body as {
      runs: Run[];
    };
    expect(runs.runs[0]).toMatchObject({ id, state: 'succeeded', total: 0 });
    expect((await foreign('GET', `${path}/replays/${id}`)).status).toBe(404);
    expect((await foreign('POST', `${path}/replays/${id}/cancel`)).status).toBe(404);
    expect((await admin('POST', `${path}/replays/${id}/cancel`)).status).toBe(409);
  });
});

test('a ledger shows counts of what it refused and nothing else', async () => {
  await opened.set('policy', 'ledger');
  const inEnvironment = { environment_id: opened.environmentId, filter: {} };
  expect((await analyst('GET', `${path}?environment_id=${opened.environmentId}`)).status).toBe(200);
  for (const answer of [
    await analyst('GET', `${path}/aaaa000000000001/letters?environment_id=${opened.environmentId}`),
    await analyst('POST', `${path}/preview`, inEnvironment),
    await run({ filter: {} }),
  ]) {
    expect(answer).toMatchObject({ status: 403, body: { code: 'aggregates_only' } });
  }
});
