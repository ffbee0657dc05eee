/**
 * Changes what is stored already: erases a person or a tenant, and removes what is older than it may be. Rows are hidden
 * from every question at once (a lightweight delete) and then written out of the files, since hidden is not gone.
 */
import type { Engine } from './engine.ts';
import { expiredCondition } from './expiry.ts';
import {
  EMPTY_SKETCH,
  HOURLY_COLUMNS,
  HOURLY_KEY,
  HOURLY_KEY_OF_EVENT,
  HOURLY_TUPLE_OF_EVENT,
  HOURLY_VALUES_OF_EVENTS,
} from './hourly.ts';
import type { Erasure, Expiry, RowCount, StoreUpkeep, Subject } from './port.ts';
import { quote } from './sql-text.ts';
import { SUBJECT_TABLES, sessionsOf, subjectCondition, uuid } from './subject.ts';

/** A repeat after a crash inserts the same rows once more, after removing them: that must not be taken for a repeat. */
const INSERT = 'SETTINGS insert_deduplicate = 0, async_insert = 0';

const DATA_TABLES = [...SUBJECT_TABLES, 'events_hourly', 'event_tallies', 'pseudonym_links'];
const IN_DATA_TABLES = `database = currentDatabase() AND table IN (${DATA_TABLES.map(quote).join(', ')})`;

export type UpkeepDependencies = {
  readonly engine: Engine;
  /** Runs the work while no insert does: between table and view an insert is neither here nor there. */
  readonly betweenInserts: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

export function createUpkeep({ engine, betweenInserts }: UpkeepDependencies): StoreUpkeep {
  const rows = async <Row>(sql: string): Promise<Row[]> =>
    (await engine.run({ sql: `${sql}\nFORMAT JSONEachRow SETTINGS output_format_json_quote_64bit_integers = 0` }))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Row);

  async function count(table: string, condition: string): Promise<number> {
    const [row] = await rows<{ rows: number }>(`SELECT count() AS rows FROM ${table} WHERE ${condition}`);
    return row?.rows ?? 0;
  }

  async function remove(table: string, condition: string): Promise<number> {
    const found = await count(table, condition);
    if (found > 0)
      await engine.run({ sql: `DELETE FROM ${table} WHERE ${condition} SETTINGS lightweight_deletes_sync = 2` });
    return found;
  }

  const staged = (erasure: Erasure) =>
    `workspace_id = ${uuid(erasure.workspaceId)} AND erasure_id = ${uuid(erasure.id)}`;
  const stagedSessions = (erasure: Erasure) => `SELECT session_key FROM erasure_sessions WHERE ${staged(erasure)}`;
  const stagedHours = (erasure: Erasure) => `SELECT ${HOURLY_KEY} FROM erasure_hours WHERE ${staged(erasure)}`;

  async function clearStage(erasure: Erasure): Promise<void> {
    await remove('erasure_sessions', staged(erasure));
    await remove('erasure_hours', staged(erasure));
  }

  async function stage(erasure: Erasure): Promise<void> {
    await clearStage(erasure);
    if (erasure.subject.kind === 'tenant') return;
    await engine.run({
      sql: `INSERT INTO erasure_sessions (workspace_id, erasure_id, session_key) ${INSERT}
SELECT ${uuid(erasure.workspaceId)}, ${uuid(erasure.id)}, session_key FROM (SELECT DISTINCT session_key FROM (${sessionsOf(erasure.workspaceId, erasure.subject)}))`,
    });
    // What the aggregates count and the raw rows no longer hold (restricted events go sooner) is carried over as it is.
    await engine.run({
      sql: `INSERT INTO erasure_hours (workspace_id, erasure_id, ${HOURLY_KEY}, carried_events, carried_variance) ${INSERT}
${affectedHours(erasure, stagedSessions(erasure))}`,
    });
  }

  async function rebuild(erasure: Erasure): Promise<number> {
    const { workspaceId, subject } = erasure;
    if (subject.kind === 'tenant') {
      return remove('events_hourly', `workspace_id = ${uuid(workspaceId)} AND tenant_id = ${quote(subject.tenantId)}`);
    }
    const hours = await count('erasure_hours', staged(erasure));
    if (hours === 0) return 0;
    await remove(
      'events_hourly',
      `workspace_id = ${uuid(workspaceId)} AND (${HOURLY_KEY}) IN (${stagedHours(erasure)})`,
    );
    await engine.run({
      sql: `INSERT INTO events_hourly (${HOURLY_COLUMNS}) ${INSERT}\n${rebuiltHours(erasure, stagedHours(erasure), staged(erasure))}`,
    });
    return hours;
  }

  async function partsWithRemovedRows(): Promise<number> {
    const [row] = await rows<{ parts: number }>(
      `SELECT count() AS parts FROM system.parts WHERE active AND has_lightweight_delete AND ${IN_DATA_TABLES}`,
    );
    return row?.parts ?? 0;
  }

  async function writeOut(table: string): Promise<void> {
    await engine.run({ sql: `ALTER TABLE ${table} APPLY DELETED MASK SETTINGS mutations_sync = 2` });
  }

  return {
    countSubject: (workspaceId, subject) => countRows(workspaceId, subject, sessionsOf(workspaceId, subject), count),
    prepareErasure: (erasure) => betweenInserts(() => stage(erasure)),
    async eraseRows(erasure) {
      const removed: RowCount[] = [];
      for (const table of SUBJECT_TABLES) {
        const condition = subjectCondition(table, erasure.workspaceId, erasure.subject, stagedSessions(erasure));
        removed.push({ table, rows: await remove(table, condition) });
      }
      return removed;
    },
    rebuildAggregates: (erasure) => betweenInserts(() => rebuild(erasure)),
    async writeOutRemoved() {
      for (const table of DATA_TABLES) await writeOut(table);
    },
    remainingRows: async (erasure) => [
      ...(await countRows(erasure.workspaceId, erasure.subject, stagedSessions(erasure), count)),
      { table: 'files with removed rows', rows: await partsWithRemovedRows() },
    ],
    async finishErasure(erasure) {
      await clearStage(erasure);
      for (const table of ['erasure_sessions', 'erasure_hours']) await writeOut(table);
    },
    async expire(expiry) {
      const condition = expiredCondition(expiry);
      const [found] = await rows<{ rows: number; oldest: string; newest: string }>(spanOf(expiry, condition));
      if (found === undefined || found.rows === 0) return { rows: 0, oldest: undefined, newest: undefined };
      if (!expiry.isDryRun) await remove(expiry.table, condition);
      return found;
    },
    async bytesOnDisk() {
      const [row] = await rows<{ bytes: number }>(
        `SELECT toUInt64(sum(bytes_on_disk)) AS bytes FROM system.parts WHERE active AND ${IN_DATA_TABLES}`,
      );
      return row?.bytes ?? 0;
    },
  };
}

async function countRows(
  workspaceId: string,
  subject: Subject,
  sessions: string,
  count: (table: string, condition: string) => Promise<number>,
): Promise<RowCount[]> {
  const counts: RowCount[] = [];
  for (const table of SUBJECT_TABLES) {
    counts.push({ table, rows: await count(table, subjectCondition(table, workspaceId, subject, sessions)) });
  }
  if (subject.kind === 'tenant') {
    const condition = `workspace_id = ${uuid(workspaceId)} AND tenant_id = ${quote(subject.tenantId)}`;
    counts.push({ table: 'events_hourly', rows: await count('events_hourly', condition) });
  }
  return counts;
}

/** Aggregates in which the person is counted, each with what it counts beyond the raw events of its hour. */
function affectedHours(erasure: Erasure, sessions: string): string {
  const own = `workspace_id = ${uuid(erasure.workspaceId)}`;
  const keys = `SELECT DISTINCT ${HOURLY_KEY_OF_EVENT} FROM events WHERE ${subjectCondition('events', erasure.workspaceId, erasure.subject, sessions)}`;
  return `SELECT ${uuid(erasure.workspaceId)}, ${uuid(erasure.id)}, ${HOURLY_KEY}, round(sum(counted), 6), round(sum(varied), 6)
FROM (
  SELECT ${HOURLY_KEY}, events AS counted, events_variance AS varied, 1 AS is_aggregate
  FROM events_hourly WHERE ${own} AND (${HOURLY_KEY}) IN (${keys})
  UNION ALL
  SELECT ${HOURLY_KEY_OF_EVENT}, -weight AS counted, -(weight * (weight - 1)) AS varied, 0 AS is_aggregate
  FROM events WHERE ${own} AND ${HOURLY_TUPLE_OF_EVENT} IN (${keys})
)
GROUP BY ${HOURLY_KEY}
HAVING max(is_aggregate) = 1`;
}

function rebuiltHours(erasure: Erasure, hours: string, staged: string): string {
  return `SELECT workspace_id, ${HOURLY_KEY_OF_EVENT}, ${HOURLY_VALUES_OF_EVENTS}
FROM events
WHERE workspace_id = ${uuid(erasure.workspaceId)} AND ${HOURLY_TUPLE_OF_EVENT} IN (${hours})
GROUP BY workspace_id, ${HOURLY_KEY}
UNION ALL
SELECT workspace_id, ${HOURLY_KEY}, carried_events, ${EMPTY_SKETCH}, ${EMPTY_SKETCH}, carried_variance
FROM erasure_hours WHERE ${staged} AND (carried_events != 0 OR carried_variance != 0)`;
}

function spanOf({ table, timeColumn }: Expiry, condition: string): string {
  const iso = (aggregate: string) => `formatDateTime(${aggregate}(${timeColumn}), '%FT%TZ', 'UTC')`;
  return `SELECT count() AS rows, ${iso('min')} AS oldest, ${iso('max')} AS newest FROM ${table} WHERE ${condition}`;
}
