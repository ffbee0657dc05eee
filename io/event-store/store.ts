/** The event store over any engine of the dialect: inserts, the seam for questions, and figures about itself. */
import type { Logger, Metrics } from '@uptake/io/observability';
import { createDeadLetterInserts } from './dead-letters.ts';
import { insertColumns, insertSettings } from './dialect.ts';
import { ENGINE_CODES, type Engine, EngineError } from './engine.ts';
import { type EventStore, RowsRefused, type StoreStats, StoreUnavailable } from './port.ts';
import { createPseudonymLinks } from './pseudonym-links.ts';
import { openQuestions, type Questions, type QuestionsOptions } from './questions.ts';
import { Turns } from './turns.ts';
import { createUpkeep } from './upkeep.ts';

export type StoreOptions = {
  readonly engine: Engine;
  readonly schemaVersion: number;
  readonly timeoutMs: number;
  readonly memoryLimitBytes: number;
  readonly nowMs: () => number;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
};

export async function openStore(options: StoreOptions): Promise<EventStore> {
  const { engine, nowMs } = options;
  const insertSeconds = options.metrics?.histogram(
    'uptake_event_store_insert_seconds',
    'Time one insert into the event store took.',
  );
  const inserted = options.metrics?.counter(
    'uptake_event_store_inserted_events_total',
    'Events inserted into the event store, repeats included.',
  );
  const questions = await openQuestions({ ...options, onAnswer: reportQuestions(options) });
  const turns = new Turns();
  const insert: Engine['insert'] = async (batch) => {
    try {
      await turns.insert(() => engine.insert(batch));
    } catch (error) {
      throw asInsertError(error);
    }
  };

  return {
    schemaVersion: options.schemaVersion,
    async insertEvents({ token, rowVersion, rows, eventCount }) {
      if (eventCount === 0) return;
      const startedAtMs = nowMs();
      const columns = insertColumns(rowVersion);
      const payload = rows.length === 1 ? rows[0]! : Buffer.concat(rows);
      await insert({ table: 'events', columns, settings: insertSettings(token, eventCount), rows: payload });
      inserted?.add(eventCount);
      insertSeconds?.observe((nowMs() - startedAtMs) / 1000);
    },
    ...createDeadLetterInserts(insert),
    ask: (question) => questions.ask(question),
    stream: (question) => questions.stream(question),
    askAsOperator: (question) => questions.askAsOperator(question),
    stats: readStats(questions),
    links: createPseudonymLinks(engine),
    upkeep: createUpkeep({ engine, betweenInserts: (work) => turns.alone(work) }),
    close: () => engine.close(),
  };
}

function reportQuestions({ logger, metrics }: StoreOptions): QuestionsOptions['onAnswer'] {
  const seconds = metrics?.histogram(
    'uptake_event_store_question_seconds',
    'Time a question to the event store took, its wait for a place included.',
    ['question', 'outcome'],
  );
  return ({ name, outcome, tookMs }) => {
    seconds?.observe(tookMs / 1000, { question: name, outcome });
    if (outcome !== 'answered') logger?.warn({ question: name, outcome, tookMs }, 'a question was not answered');
  };
}

/**
 * The engine names the row it could not read; anything else is a matter of disk, memory or shutdown, and the same batch
 * may succeed later.
 */
function asInsertError(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  const row = /\(at row (\d+)\)/.exec(error.message)?.[1];
  if (row !== undefined || error.code === ENGINE_CODES.valueRefused) {
    const index = row === undefined ? undefined : Number(row) - 1;
    return new RowsRefused(index, 'the event store cannot read a row', { cause: error });
  }
  return new StoreUnavailable(`the event store could not insert: ${error.message}`, { cause: error });
}

type PartsRow = { events: number; bytes: number; parts: number; names: string[] };

/** Counts come from the engine's list of parts. The newest receipt is looked for only in parts not seen before. */
function readStats(questions: Questions): () => Promise<StoreStats> {
  let newestReceivedAtMs: number | undefined;
  let seen: ReadonlySet<string> = new Set();
  return async () => {
    const [totals] = await questions.askAsOperator<PartsRow>({
      name: 'event-store.parts',
      sql: `SELECT sumIf(rows, table = 'events') AS events, sum(bytes_on_disk) AS bytes, count() AS parts,
  groupArrayIf(name, table = 'events') AS names
FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('events', 'events_hourly')`,
    });
    if (totals === undefined) throw new StoreUnavailable('the event store does not answer');
    const unseen = totals.names.filter((name) => !seen.has(name));
    if (unseen.length > 0) {
      const [newest] = await questions.askAsOperator<{ ms: number }>({
        name: 'event-store.newest-receipt',
        sql: 'SELECT toUnixTimestamp64Milli(max(received_at)) AS ms FROM events WHERE _part IN {parts:Array(String)}',
        parameters: { parts: unseen },
      });
      // A part may be merged away between the two questions; its successor is unseen next time.
      if (newest !== undefined && newest.ms > 0) newestReceivedAtMs = Math.max(newestReceivedAtMs ?? 0, newest.ms);
      seen = new Set(totals.names);
    }
    return { events: totals.events, bytesOnDisk: totals.bytes, parts: totals.parts, newestReceivedAtMs };
  };
}
