/** What every event store promises, whatever runs the dialect. The embedded one passes it now, a cluster later, unchanged. */
import { ROW_VERSION } from '@uptake/domain/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnExpression, countableExpression, propertyExpression } from './expressions.ts';
import { type EventStore, type Question, RowsRefused } from './port.ts';
import { testQuestions } from './questions-suite.ts';
import { batchOf, DAY_MS, NORTHWIND, sampleEvent } from './sample-rows.ts';

export type StoreSettings = { readonly retentionDays?: number; readonly restrictedRetentionDays?: number };

/** A place where a store lives: empty at first, and still there after the store is closed. */
export type StorePlace = { open(settings?: StoreSettings): Promise<EventStore>; remove(): Promise<void> };

export function describeEventStore(name: string, newPlace: () => Promise<StorePlace>): void {
  describe(name, () => {
    let place: StorePlace;
    let store: EventStore;
    let serial = 0;
    /** Tests share a store and keep apart by their event names. */
    const freshName = () => `event_${++serial}`;
    const scope = { workspaceId: NORTHWIND.workspaceId };
    const ask = <Row extends Record<string, unknown>>(sql: string, parameters: Question['parameters'] = {}) =>
      store.ask<Row>({ name: 'suite', sql, parameters, scope });
    const countOf = async (eventName: string, asked: Question['scope'] = scope) => {
      const [row] = await store.ask<{ table: number; hourly: number }>({
        name: 'suite.count',
        sql: `SELECT (SELECT count() FROM events WHERE event_name = {name:String}) AS table,
  (SELECT sum(events) FROM events_hourly WHERE event_name = {name:String}) AS hourly`,
        parameters: { name: eventName },
        scope: asked,
      });
      return row;
    };
    const reopen = async (settings?: StoreSettings) => {
      await store.close();
      store = await place.open(settings);
    };

    beforeAll(async () => {
      place = await newPlace();
      store = await place.open();
    }, 60_000);
    afterAll(async () => {
      await store.close();
      await place.remove();
    }, 60_000);

    test('rows of an older release, still in the log after an upgrade, are inserted as they are', async () => {
      const eventName = freshName();
      const batch = batchOf(freshName(), [sampleEvent(1, { eventName, schemaVersion: 7, consent: 'analytics' })]);
      const older = batch.rows.map((row) =>
        Buffer.from(`${JSON.stringify(JSON.parse(row.toString()).slice(0, 36))}\n`),
      );
      await store.insertEvents({ ...batch, rowVersion: 1, rows: older });
      const [row] = await ask('SELECT schema_version, consent, surface FROM events WHERE event_name = {name:String}', {
        name: eventName,
      });
      expect(row).toEqual({ schema_version: 0, consent: '', surface: 'board' });
    });

    test('every field of a row comes back in its wire form', async () => {
      const eventName = freshName();
      const event = sampleEvent(1, {
        eventName,
        timestampMs: Date.UTC(2026, 10, 3, 9, 30, 15, 123),
        originalTimestampMs: Date.UTC(2026, 10, 3, 9, 29, 0, 5),
        receivedAtMs: Date.UTC(2026, 10, 3, 9, 30, 16, 999),
        experimentAssignments: { new_board: 'treatment', 'o\'b"x': 'ü' },
        correlationId: 'corr-1',
        isInternal: true,
        weight: 2.5,
      });
      await store.insertEvents(batchOf(freshName(), [event]));
      const [row] = await ask(
        `SELECT event_id, timestamp, original_timestamp, received_at, user_id, session_id, ${columnExpression('experiment_assignments')} AS assignments, correlation_id, is_internal, weight, surface, trace_id, region FROM events WHERE event_name = {name:String}`,
        { name: eventName },
      );
      expect(row).toEqual({
        event_id: event.eventId,
        timestamp: '2026-11-03T09:30:15.123Z',
        original_timestamp: '2026-11-03T09:29:00.005Z',
        received_at: '2026-11-03T09:30:16.999Z',
        user_id: '00f1e2d3c4b5a697',
        session_id: 'ffeeddccbbaa9988',
        assignments: JSON.stringify(event.experimentAssignments),
        correlation_id: 'corr-1',
        is_internal: true,
        weight: 2.5,
        surface: 'board',
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        region: 'Bayern',
      });
    });

    test('properties come back as they were, of every kind and nested to depth five', async () => {
      const eventName = freshName();
      const properties = {
        text: 'Grüße, "Welt" \\ 漢字 🚀\n\u0000',
        number_as_text: '5',
        number: 5,
        tiny: 1e-7,
        large: 9_007_199_254_740_991,
        negative: -0.1,
        yes: true,
        no: false,
        nothing: null,
        empty: '',
        list: [1, 'two', null, [3]],
        deep: { a: { b: { c: { d: 'e' } } } },
        'dotted.name': 1,
        __proto__x: {},
        '': 'unnamed',
      };
      await store.insertEvents(batchOf(freshName(), [sampleEvent(1, { eventName, properties })]));
      const [row] = await ask<{ properties: string }>(
        `SELECT ${columnExpression('properties')} AS properties FROM events WHERE event_name = {name:String}`,
        { name: eventName },
      );
      expect(JSON.parse(row!.properties)).toEqual(properties);
    });

    test('a property is read as text, number or boolean by the kind it has', async () => {
      const eventName = freshName();
      const values = ['free "plan" é', '5', 5, 0.25, true, false, null, [1, 2]];
      const events = values.map((value, n) => sampleEvent(n, { eventName, properties: { p: value as string } }));
      await store.insertEvents(batchOf(freshName(), [...events, sampleEvent(99, { eventName, properties: {} })]));
      const rows = await ask(
        `SELECT ${propertyExpression('p', 'text')} AS text, ${propertyExpression('p', 'number')} AS number, ${propertyExpression('p', 'boolean')} AS boolean FROM events WHERE event_name = {name:String} ORDER BY event_id`,
        { name: eventName, p: 'p' },
      );
      expect(rows).toEqual([
        { text: 'free "plan" é', number: null, boolean: null },
        { text: '5', number: null, boolean: null },
        { text: '5', number: 5, boolean: null },
        { text: '0.25', number: 0.25, boolean: null },
        { text: 'true', number: null, boolean: true },
        { text: 'false', number: null, boolean: false },
        { text: '', number: null, boolean: null },
        { text: '[1,2]', number: null, boolean: null },
        { text: '', number: null, boolean: null },
      ]);
    });

    test('the largest event the door lets through is kept whole', async () => {
      const eventName = freshName();
      const properties = Object.fromEntries(
        Array.from({ length: 250 }, (_, n) => [`property_${n}`.padEnd(100, 'é'), `${'漢'.repeat(40)}${n}`]),
      );
      await store.insertEvents(batchOf(freshName(), [sampleEvent(1, { eventName, properties })]));
      const [row] = await ask<{ properties: string }>(
        `SELECT ${columnExpression('properties')} AS properties FROM events WHERE event_name = {name:String}`,
        { name: eventName },
      );
      expect(JSON.parse(row!.properties)).toEqual(properties);
    });

    test('half a character in a property costs that character, not the event', async () => {
      const eventName = freshName();
      const event = sampleEvent(1, { eventName, properties: { broken: 'a\ud800b', whole: 'c' }, surface: 'x\udfffy' });
      await store.insertEvents(batchOf(freshName(), [event]));
      const [row] = await ask(
        `SELECT ${propertyExpression('a', 'text')} AS broken, ${propertyExpression('b', 'text')} AS whole FROM events WHERE event_name = {name:String}`,
        { name: eventName, a: 'broken', b: 'whole' },
      );
      expect(row).toEqual({ broken: 'a\ufffdb', whole: 'c' });
    });

    test('people and sessions are counted by their pseudonyms, and absent ones not at all', async () => {
      const eventName = freshName();
      const users = [
        '00000000000000aa',
        '00000000000000aa',
        '00000000000000bb',
        '',
        'not-a-pseudonym',
        'not-a-pseudonym',
      ];
      const events = users.map((userId, n) =>
        sampleEvent(n, { eventName, userId, sessionId: n < 3 ? `000000000000000${n}`.slice(-16) : '', tenantId: '' }),
      );
      await store.insertEvents(batchOf(freshName(), events));
      const counted = (['user', 'session', 'tenant'] as const).map((of) => {
        const { key, present } = countableExpression(of);
        return `uniqExactIf(${key}, ${present}) AS ${of}`;
      });
      const [row] = await ask(`SELECT ${counted.join(', ')} FROM events WHERE event_name = {name:String}`, {
        name: eventName,
      });
      expect(row).toEqual({ user: 3, session: 2, tenant: 0 });
    });

    test('a batch over several months with the same token again changes neither table nor aggregates', async () => {
      const eventName = freshName();
      const token = freshName();
      const events = Array.from({ length: 60 }, (_, n) =>
        sampleEvent(n, { eventName, timestampMs: Date.now() - n * DAY_MS, weight: n % 2 === 0 ? 1 : 3 }),
      );
      await store.insertEvents(batchOf(token, events));
      await store.insertEvents(batchOf(token, events));
      expect(await countOf(eventName)).toEqual({ table: 60, hourly: 120 });
    });

    test('the same rows under another token are other inserts', async () => {
      const eventName = freshName();
      await store.insertEvents(batchOf(freshName(), [sampleEvent(1, { eventName })]));
      await store.insertEvents(batchOf(freshName(), [sampleEvent(1, { eventName })]));
      expect(await countOf(eventName)).toEqual({ table: 2, hourly: 2 });
    });

    test('a token is remembered across a restart, and rows are still there', async () => {
      const eventName = freshName();
      const batch = batchOf(freshName(), [sampleEvent(1, { eventName }), sampleEvent(2, { eventName })]);
      await store.insertEvents(batch);
      await reopen();
      await store.insertEvents(batch);
      expect(await countOf(eventName)).toEqual({ table: 2, hourly: 2 });
      expect((await store.stats()).events).toBeGreaterThan(2);
    }, 30_000);

    test('hourly aggregates count users and sessions per event, tenant and feature area', async () => {
      const eventName = freshName();
      const hour = Date.UTC(2026, 10, 2, 14);
      const users = Array.from({ length: 50 }, (_, n) => (n % 20).toString(16).padStart(16, 'a'));
      const events = users.map((userId, n) => sampleEvent(n, { eventName, userId, timestampMs: hour + n * 60_000 }));
      await store.insertEvents(batchOf(freshName(), events.slice(0, 25)));
      await store.insertEvents(batchOf(freshName(), events.slice(25)));
      const [row] = await ask(
        `SELECT min(hour) AS hour, sum(events) AS events, uniqIfMerge(users) AS users, uniqIfMerge(sessions) AS sessions, uniqExact(tenant_id) AS tenants FROM events_hourly WHERE event_name = {name:String}`,
        { name: eventName },
      );
      expect(row).toEqual({ hour: '2026-11-02T14:00:00Z', events: 50, users: 20, sessions: 1, tenants: 1 });
    });

    test('an unreadable row refuses its batch, names the row and stores nothing of it', async () => {
      const eventName = freshName();
      const good = batchOf(freshName(), [sampleEvent(1, { eventName }), sampleEvent(2, { eventName })]);
      for (const bad of ['["only one value"]', '[', 'null', '"text"', JSON.stringify(Array(36).fill('x'))]) {
        const rows = [...good.rows, Buffer.from(`${bad}\n`)];
        const refused = await store.insertEvents({ ...good, rows, eventCount: 3 }).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(RowsRefused);
        expect((refused as RowsRefused).row).toBe(2);
      }
      expect(await countOf(eventName)).toEqual({ table: 0, hourly: 0 });
      await store.insertEvents(good);
      expect(await countOf(eventName)).toEqual({ table: 2, hourly: 2 });
    });

    test('properties that are no object are refused rather than lost', async () => {
      const eventName = freshName();
      const batch = batchOf(freshName(), [sampleEvent(1, { eventName, properties: { marker: 1 } })]);
      const rows = batch.rows.map((row) => Buffer.from(row.toString().replace('{"marker":1}', '[1]')));
      await expect(store.insertEvents({ ...batch, rows })).rejects.toBeInstanceOf(RowsRefused);
      expect(await countOf(eventName)).toEqual({ table: 0, hourly: 0 });
    });

    test('a row layout this release does not know is refused', async () => {
      const batch = batchOf(freshName(), [sampleEvent(1)]);
      await expect(store.insertEvents({ ...batch, rowVersion: 99 })).rejects.toThrow(/row version 99/);
    });

    test('an empty batch is no insert', async () => {
      await store.insertEvents({ token: freshName(), rowVersion: ROW_VERSION, rows: [], eventCount: 0 });
    });

    testQuestions({ store: () => store, ask, countOf, freshName });

    test('the newest receipt is known, also right after it came', async () => {
      const receivedAtMs = Date.now() + 5_000;
      await store.insertEvents(batchOf(freshName(), [sampleEvent(1, { receivedAtMs })]));
      expect((await store.stats()).newestReceivedAtMs).toBe(receivedAtMs);
    });

    test('events expire by their class, and aggregates outlive them', async () => {
      const [old, restricted, recent] = [freshName(), freshName(), freshName()];
      const at = (age: number) => Date.now() - age * DAY_MS;
      await store.insertEvents(
        batchOf(freshName(), [
          sampleEvent(1, { eventName: old, timestampMs: at(100) }),
          sampleEvent(2, { eventName: restricted, timestampMs: at(40), dataSensitivity: 'restricted' }),
          sampleEvent(3, { eventName: restricted, timestampMs: at(20), dataSensitivity: 'restricted' }),
          sampleEvent(4, { eventName: recent, timestampMs: at(40) }),
        ]),
      );
      await expect.poll(() => countOf(old), { timeout: 20_000 }).toEqual({ table: 0, hourly: 1 });
      await expect.poll(() => countOf(restricted), { timeout: 20_000 }).toEqual({ table: 1, hourly: 2 });
      expect(await countOf(recent)).toEqual({ table: 1, hourly: 1 });
      await reopen({ retentionDays: 30, restrictedRetentionDays: 10 });
      await expect.poll(() => countOf(recent), { timeout: 20_000 }).toEqual({ table: 0, hourly: 1 });
      await expect.poll(() => countOf(restricted), { timeout: 20_000 }).toEqual({ table: 0, hourly: 2 });
    }, 90_000);
  });
}
