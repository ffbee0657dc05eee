import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, openTestDoor, type TestDoor } from './door.fixture.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});
afterAll(() => door.close());

const named = (name = 'project_created'): Record<string, unknown> => ({ event_id: randomUUID(), event_name: name });

describe('keys', () => {
  const asked = async (headers: Record<string, string | undefined>, event: object = named()): Promise<Answer> =>
    door.post(event, { headers: { authorization: undefined, ...headers } });

  test('are read from each place the contract names', async () => {
    const key = door.first.writeKey.value;
    const basic = Buffer.from(`${key}:`).toString('base64');
    for (const headers of [
      { authorization: `Bearer ${key}` },
      { 'x-api-key': key },
      { authorization: `Basic ${basic}` },
    ]) {
      expect((await asked(headers)).body).toMatchObject({ accepted: 1 });
    }
    expect((await asked({}, { writeKey: key, events: [named()] })).body).toMatchObject({ accepted: 1 });
    expect((await asked({}, { writeKey: key, ...named() })).body).toMatchObject({ accepted: 1 });
  });

  test('missing, unknown and revoked ones are told apart, and nothing is stored', async () => {
    await door.takeRows();
    expect(await asked({})).toMatchObject({ status: 401, body: { code: 'key_missing' } });
    expect(await asked({ 'x-api-key': 'upk_w_nobody' })).toMatchObject({ status: 401, body: { code: 'key_unknown' } });
    expect(await asked({}, { writeKey: 'upk_w_nobody', events: [named()] })).toMatchObject({
      status: 401,
      body: { code: 'key_unknown' },
    });
    const { keys } = door.testAccess.access;
    const actor = { kind: 'system' } as const;
    const made = await keys.create(
      door.first.workspaceId,
      { kind: 'write', name: 'short-lived', environmentId: door.first.environmentId },
      actor,
    );
    expect((await asked({ 'x-api-key': made.key })).body).toMatchObject({ accepted: 1 });
    await keys.revoke(door.first.workspaceId, made.id, actor);
    expect(await asked({ 'x-api-key': made.key })).toMatchObject({ status: 401, body: { code: 'key_revoked' } });
    expect(await door.takeRows()).toHaveLength(1);
  });

  test('secret ones send when scoped for it, and their events count as a server’s', async () => {
    await door.takeRows();
    const { keys } = door.testAccess.access;
    const actor = { kind: 'system' } as const;
    const create = (scope: 'read' | 'write') =>
      keys.create(
        door.first.workspaceId,
        { kind: 'secret', name: scope, scopes: [scope], environmentId: door.first.environmentId },
        actor,
      );
    const [reading, writing] = [await create('read'), await create('write')];
    expect(await asked({ 'x-api-key': reading.key })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await asked({ 'x-api-key': writing.key })).body).toMatchObject({ accepted: 1 });
    expect((await door.takeRows()).map((row) => row.source)).toEqual(['server']);
  });
});

describe('browsers of other origins', () => {
  test('may ask, and remember that they may', async () => {
    const response = await fetch(`${door.url}/api/v1/telemetry/events`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(response.headers.get('access-control-allow-methods')).toBe('POST');
    expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(7_200);
  });

  test('may read the answer, refusals included', async () => {
    for (const headers of [{}, { authorization: 'Bearer nobody' }, { 'content-type': 'image/png' }]) {
      expect((await door.post(named(), { headers })).headers.get('access-control-allow-origin')).toBe('*');
    }
  });
});

describe('what the request tells', () => {
  const CHROME =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

  test('fills browser, system and device where a client left them out, and nothing of the user agent itself is kept', async () => {
    await door.takeRows();
    const events = [named(), { ...named(), browser_family: 'Kiosk' }, { ...named(), source: 'server' }];
    await door.post({ events }, { headers: { 'user-agent': CHROME } });
    const rows = await door.takeRows();
    const found = rows.map((row) => [row.source, row.browser_family, row.os_family, row.device_type]);
    expect(found.sort()).toEqual(
      [
        ['client', 'Chrome', 'Windows', 'desktop'],
        ['client', 'Kiosk', 'Windows', 'desktop'],
        ['server', '', '', ''],
      ].sort(),
    );
    expect(JSON.stringify(rows)).not.toContain('AppleWebKit');
  });

  test('gives the trace id where the event has none', async () => {
    await door.takeRows();
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const events = [named(), { ...named(), trace_id: 'own' }];
    await door.post({ events }, { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
    expect((await door.takeRows()).map((row) => row.trace_id)).toEqual([trace, 'own']);
  });

  test('does not believe a country header nobody asked for', async () => {
    await door.takeRows();
    await door.post(named(), { headers: { 'cf-ipcountry': 'DE', 'x-country': 'DE' } });
    expect((await door.takeRows())[0]!.country).toBe('');
  });
});

describe('privacy', () => {
  test('no raw email, phone, card, address or token reaches the log, wherever it was put', async () => {
    await door.takeRows();
    const personal = [
      'jane.doe@acme.com',
      '+49 30 901820',
      '4111 1111 1111 1111',
      '203.0.113.7',
      'AKIAIOSFODNN7EXAMPLE',
    ];
    for (const secret of personal) {
      const event = {
        ...named(),
        user_id: secret,
        session_id: secret,
        tenant_id: secret,
        surface: `/users/${secret}`,
        request_id: secret,
        experiment_assignments: { [secret]: secret },
        properties: { note: `see ${secret}.`, list: [secret], deep: { [secret]: { x: secret } }, email: secret },
      };
      expect((await door.post(event)).body).toMatchObject({ accepted: 1 });
      const stored = JSON.stringify(await door.takeRows());
      expect(stored).toContain('project_created');
      expect(stored).not.toContain(secret);
    }
  });

  test('the same person has the same pseudonym, and highly personal events the restricted class', async () => {
    await door.takeRows();
    const events = [
      { ...named(), user_id: 'u-1', session_id: 'u-1' },
      { ...named(), user_id: 'u-1', pii_classification: 'high', data_sensitivity: 'public' },
    ];
    await door.post({ events });
    const [first, second] = await door.takeRows();
    expect(second!.user_id).toBe(first!.user_id);
    expect(first!.session_id).not.toBe(first!.user_id);
    expect([first!.data_sensitivity, second!.data_sensitivity]).toEqual(['internal', 'restricted']);
  });
});
