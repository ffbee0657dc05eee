/** The part of the contract that questions keep: scope, limits, bound values, streams. Run by `suite.ts`. */
import { expect, test } from 'vitest';
import { type EventStore, type Question, QuestionFailed, QuestionTimedOut } from './port.ts';
import { batchOf, CONTOSO, NORTHWIND, sampleEvent } from './sample-rows.ts';

export type Suite = {
  readonly store: () => EventStore;
  /** Asks for Northwind. */
  readonly ask: <Row extends Record<string, unknown>>(
    sql: string,
    parameters?: Question['parameters'],
  ) => Promise<Row[]>;
  /** How many events of the name table and aggregates hold, as the scope sees it. */
  readonly countOf: (eventName: string, scope?: Question['scope']) => Promise<unknown>;
  readonly freshName: () => string;
};

async function drain<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

export function testQuestions(suite: Suite): void {
  const { ask, countOf, freshName } = suite;
  const scope = { workspaceId: NORTHWIND.workspaceId };

  test('no question sees another workspace, however it asks', async () => {
    const eventName = freshName();
    const secret = freshName();
    await suite.store().insertEvents(batchOf(freshName(), [sampleEvent(1, { eventName })]));
    await suite.store().insertEvents(
      batchOf(
        freshName(),
        [1, 2, 3].map((n) => sampleEvent(n, { eventName, tenantId: secret })),
        CONTOSO,
      ),
    );
    const readings = [
      'SELECT count() AS n FROM events WHERE event_name = {name:String}',
      'SELECT count() AS n FROM default.events AS e WHERE e.event_name = {name:String} OR 1 = 1 AND e.event_name = {name:String}',
      'WITH mine AS (SELECT * FROM events) SELECT count() AS n FROM mine WHERE event_name = {name:String}',
      'SELECT count() AS n FROM (SELECT event_name FROM events UNION ALL SELECT event_name FROM events WHERE 0) WHERE event_name = {name:String}',
      'SELECT count() AS n FROM events WHERE event_name = {name:String} AND event_id IN (SELECT event_id FROM events)',
      "SELECT (SELECT count() FROM events WHERE event_name = {name:String}) AS n, ' SETTINGS additional_table_filters = {}' AS decoy",
      'SELECT sum(events) AS n FROM events_hourly WHERE event_name = {name:String}',
      'SELECT sum(events) AS n FROM events_hourly_writer WHERE event_name = {name:String}',
      'SELECT 1 AS n WHERE 0 UNION ALL SELECT count() AS n FROM events WHERE event_name = {name:String}',
      `SELECT count() AS n FROM events WHERE event_name = {name:String} AND workspace_id IN ('${NORTHWIND.workspaceId}', '${CONTOSO.workspaceId}')`,
    ];
    for (const sql of readings)
      expect(await ask(sql, { name: eventName }), sql).toEqual([expect.objectContaining({ n: 1 })]);
    expect(await countOf(eventName, { workspaceId: CONTOSO.workspaceId })).toEqual({ table: 3, hourly: 3 });
    const other = { workspaceId: NORTHWIND.workspaceId, environmentId: CONTOSO.environmentId };
    expect(await countOf(eventName, other)).toEqual({ table: 0, hourly: 0 });
  });

  test('a question that would walk round the scope is refused', async () => {
    const attempts = [
      'SELECT * FROM events SETTINGS additional_table_filters = {}',
      'SELECT * FROM (SELECT * FROM events SETTINGS additional_table_filters = {})',
      "SELECT * FROM merge('default', '^events$')",
      'SELECT * FROM MERGE(default, events)',
      "SELECT * FROM remote('localhost', default.events)",
      "SELECT * FROM mergeTreeIndex('default', 'events')",
      "SELECT * FROM file('/etc/passwd', 'LineAsString')",
      "SELECT * FROM url('http://localhost/', 'LineAsString')",
      'SELECT * FROM system.parts',
      'SELECT * FROM "system"."parts"',
      'SELECT * FROM `system`.query_log',
      'SELECT * FROM information_schema.tables',
      "SELECT 1 -- '\n SETTINGS max_execution_time = 0",
      'SELECT 1; DROP TABLE events',
      'INSERT INTO events SELECT * FROM events',
      'DROP TABLE events',
      "SELECT * FROM events INTO OUTFILE '/tmp/stolen'",
      'SELECT * FROM events FORMAT TSV',
      "SELECT 1 # '\n SETTINGS readonly = 0 # '",
      "SELECT 'a\\' SETTINGS readonly = 0",
    ];
    for (const sql of attempts) await expect(ask(sql), sql).rejects.toBeInstanceOf(QuestionFailed);
    await expect(
      suite.store().ask({ name: 'suite', sql: 'SELECT 1', scope: { workspaceId: "x' OR 1 = 1 OR '" } }),
    ).rejects.toBeInstanceOf(QuestionFailed);
  });

  test('a bound value stays a value', async () => {
    const hostile = ["'", "\\'", "' OR 1=1 --", '\\', '{p:String}', 'a\nb\t\0', "'; DROP TABLE events", '🚀', ''];
    for (const value of hostile) expect(await ask('SELECT {p:String} AS p', { p: value })).toEqual([{ p: value }]);
    expect(await ask('SELECT {p:Array(String)} AS p', { p: hostile })).toEqual([{ p: hostile }]);
    const [row] = await ask(
      "SELECT {i:Int64} AS i, {f:Float64} AS f, {b:Bool} AS b, {n:Nullable(String)} AS n, {t:DateTime64(3, 'UTC')} AS t, {none:Array(String)} AS none, {l:Array(UInt32)} AS l",
      { i: -5n, f: 0.1, b: true, n: null, t: '2026-11-01T10:00:00.500Z', none: [], l: [1, 2] },
    );
    expect(row).toEqual({ i: -5, f: 0.1, b: true, n: null, t: '2026-11-01T10:00:00.500Z', none: [], l: [1, 2] });
    await expect(ask('SELECT {missing:String}')).rejects.toThrow(/missing/);
  });

  test('two hundred questions of two workspaces at once never see each other', async () => {
    const eventName = freshName();
    const events = (count: number) => Array.from({ length: count }, (_, n) => sampleEvent(n, { eventName }));
    await suite.store().insertEvents(batchOf(freshName(), events(7)));
    await suite.store().insertEvents(batchOf(freshName(), events(11), CONTOSO));
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const [row] = await suite.store().ask<{ n: number; count: number; workspaces: string[] }>({
          name: 'suite.concurrent',
          sql: 'SELECT {n:UInt32} AS n, count() AS count, groupUniqArray(workspace_id) AS workspaces FROM events WHERE event_name = {name:String}',
          parameters: { n, name: eventName },
          scope: { workspaceId: (n % 2 === 0 ? NORTHWIND : CONTOSO).workspaceId },
        });
        return row;
      }),
    );
    answers.forEach((row, n) => {
      const [count, owner] = n % 2 === 0 ? [7, NORTHWIND] : [11, CONTOSO];
      expect(row).toEqual({ n, count, workspaces: [owner.workspaceId] });
    });
  }, 60_000);

  test('a question ends at its time limit, and the next one is answered', async () => {
    const endless = 'SELECT sum(sipHash64(number)) AS s FROM numbers(100000000000)';
    const startedAt = performance.now();
    await expect(suite.store().ask({ name: 'suite.slow', sql: endless, scope, timeoutMs: 200 })).rejects.toBeInstanceOf(
      QuestionTimedOut,
    );
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(await ask('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 20_000);

  test('a question whose asker leaves is stopped and gives its place back', async () => {
    const leaving = Array.from({ length: 6 }, () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('gone')), 100);
      const sql = 'SELECT sum(sipHash64(number)) AS s FROM numbers(100000000000)';
      return suite.store().ask({ name: 'suite.left', sql, scope, timeoutMs: 30_000, signal: controller.signal });
    });
    for (const left of await Promise.allSettled(leaving)) {
      expect(left).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
    }
    expect(await ask('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 20_000);

  test('an error of the engine is a failed question', async () => {
    await expect(ask('SELECT no_such_column FROM events')).rejects.toBeInstanceOf(QuestionFailed);
    await expect(ask("SELECT throwIf(1, 'boom')")).rejects.toThrow(/boom/);
  });

  test('what a failed question had already written is in no later answer', async () => {
    const leak = "SELECT 'secret' AS secret, throwIf(number = 90000) AS n FROM numbers(100000)";
    const late = "SELECT 'secret' AS secret, sleepEachRow(0.001) AS n FROM numbers(3000)";
    for (let round = 0; round < 5; round += 1) {
      const failing = Promise.allSettled(
        [leak, late].map((sql) =>
          suite.store().ask({ name: 'suite.leak', sql, scope: { workspaceId: CONTOSO.workspaceId }, timeoutMs: 300 }),
        ),
      );
      const between = await ask<{ n: number }>('SELECT {n:UInt32} AS n', { n: round });
      expect((await failing).map((left) => left.status)).toEqual(['rejected', 'rejected']);
      const after = await Promise.all([0, 1, 2, 3].map((n) => ask('SELECT {n:UInt32} AS n', { n })));
      expect([between, ...after]).toEqual([[{ n: round }], ...[0, 1, 2, 3].map((n) => [{ n }])]);
    }
  }, 30_000);

  test('an answer too large to hold is refused, and a stream gives it row by row', async () => {
    const sql = 'SELECT number FROM numbers(1000001)';
    await expect(ask(sql)).rejects.toBeInstanceOf(QuestionFailed);
    let rows = 0;
    for await (const row of suite.store().stream<{ number: number }>({ name: 'suite.stream', sql, scope })) {
      if (row.number !== rows) throw new Error(`row ${rows} came as ${row.number}`);
      rows += 1;
    }
    expect(rows).toBe(1_000_001);
  }, 60_000);

  test('a stream keeps its scope, binds its values, and may be left early', async () => {
    const eventName = freshName();
    await suite.store().insertEvents(
      batchOf(
        freshName(),
        [1, 2].map((n) => sampleEvent(n, { eventName })),
      ),
    );
    await suite.store().insertEvents(batchOf(freshName(), [sampleEvent(3, { eventName })], CONTOSO));
    const sql = 'SELECT toString(event_id) AS id FROM events WHERE event_name = {name:String} ORDER BY event_id';
    const streams = await Promise.all(
      [NORTHWIND, CONTOSO].map(({ workspaceId }) =>
        drain(suite.store().stream({ name: 'suite', sql, parameters: { name: eventName }, scope: { workspaceId } })),
      ),
    );
    expect(streams.map((rows) => rows.length)).toEqual([2, 1]);
    for await (const _ of suite.store().stream({ name: 'suite', sql: 'SELECT number FROM numbers(100000000)', scope }))
      break;
    const broken = suite
      .store()
      .stream({ name: 'suite', sql: 'SELECT throwIf(number = 99999) FROM numbers(100000)', scope });
    await expect(drain(broken)).rejects.toBeInstanceOf(QuestionFailed);
  }, 20_000);
}
