/**
 * The SQL dialect of the event store in one place: names, settings and literals. Embedded and scaled differ only in what
 * `TableFamily` answers; every statement is otherwise the same.
 */
import { COLUMNS_OF_ROW_VERSION, EVENT_COLUMNS, type EventColumn, ROW_VERSION } from '@uptake/domain/contract';
import type { QuestionScope } from './port.ts';
import { quote } from './sql-text.ts';

/** How the engine behind the store spells a table, so that one migration serves one machine and a cluster. */
export type TableFamily = {
  /** `MergeTree` or `AggregatingMergeTree` as this installation runs it. */
  engine(kind: 'MergeTree' | 'AggregatingMergeTree'): string;
  /** The table settings that make a repeated insert token harmless, and an insert durable once it is answered. */
  insertSettings(): string;
};

/**
 * How many inserted blocks a table remembers. One insert makes a block per month it touches, so 20,000 keep the promised
 * 1,000 inserts even where each of them touches twenty months.
 */
const DEDUPLICATION_WINDOW = 20_000;

export const SINGLE_NODE: TableFamily = {
  engine: (kind) => kind,
  insertSettings: () =>
    `non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW}, fsync_after_insert = 1, fsync_part_directory = 1`,
};

/**
 * Every name under which workspace data can be read. The seam filters all of them; a test compares the list with the
 * tables of a migrated store, so a new one cannot be forgotten.
 */
export const SCOPED_TABLES = [
  'events',
  'events_hourly',
  'events_hourly_writer',
  'erasure_sessions',
  'erasure_hours',
  'pseudonym_links',
  'dead_letters',
  'event_tallies',
  'dead_letter_outcomes',
] as const;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The wall between workspaces: a filter the engine puts on every read of a scoped table, wherever in the query it is. */
export function scopeSetting(scope: QuestionScope): string {
  const filter = [`workspace_id = ${uuidLiteral('workspace', scope.workspaceId)}`];
  if (scope.environmentId !== undefined) {
    filter.push(`environment_id = ${uuidLiteral('environment', scope.environmentId)}`);
  }
  const entries = SCOPED_TABLES.map((table) => `${quote(table)}: ${quote(filter.join(' AND '))}`);
  return `additional_table_filters = {${entries.join(', ')}}`;
}

function uuidLiteral(what: string, id: string): string {
  if (!UUID.test(id)) throw new TypeError(`the ${what} id of a question's scope must be a UUID`);
  return `toUUID('${id}')`;
}

export type QuestionLimits = {
  readonly timeoutMs: number;
  readonly maxMemoryBytes: number;
  /** Absent for streams, whose size is the point. */
  readonly maxResultRows?: number;
  readonly maxResultBytes?: number;
};

/**
 * A stream may put a million wide rows in order. With blocks of 8,192 rows and one thread that takes 250 MB and spills the
 * rest to disk; with the engine's usual blocks it takes more than 400 (decision 0010).
 */
const STREAM_SETTINGS = ['max_threads = 1', 'max_block_size = 8192', 'max_bytes_ratio_before_external_sort = 0'];
const STREAM_SORT_BYTES = 64 * 1024 * 1024;

/**
 * What follows a question: the format first and the settings last, because only there they hold for every branch of a
 * UNION. `readonly` closes the list, so nothing before it is refused and nothing after it can be changed.
 */
export function questionSuffix(input: {
  readonly tag: string;
  readonly limits: QuestionLimits;
  readonly scope: QuestionScope | undefined;
}): string {
  const { limits } = input;
  const isStream = limits.maxResultRows === undefined;
  const sortBytes = Math.floor(limits.maxMemoryBytes / 2);
  const settings = [
    ...(input.scope === undefined ? [] : [scopeSetting(input.scope)]),
    `log_comment = ${quote(input.tag)}`,
    `max_execution_time = ${limits.timeoutMs / 1000}`,
    "timeout_overflow_mode = 'throw'",
    `max_memory_usage = ${limits.maxMemoryBytes}`,
    `max_bytes_before_external_group_by = ${Math.floor(limits.maxMemoryBytes / 2)}`,
    `max_bytes_before_external_sort = ${isStream ? Math.min(sortBytes, STREAM_SORT_BYTES) : sortBytes}`,
    ...(isStream ? STREAM_SETTINGS : []),
    "result_overflow_mode = 'throw'",
    ...(isStream ? [] : [`max_result_rows = ${limits.maxResultRows}`]),
    ...(limits.maxResultBytes === undefined ? [] : [`max_result_bytes = ${limits.maxResultBytes}`]),
    "session_timezone = 'UTC'",
    "date_time_input_format = 'best_effort'",
    "cast_string_to_date_time_mode = 'best_effort'",
    "date_time_output_format = 'iso'",
    'output_format_json_quote_64bit_integers = 0',
    'output_format_json_quote_denormals = 0',
    'readonly = 1',
  ];
  return `\nFORMAT JSONEachRow\nSETTINGS ${settings.join(', ')}`;
}

/**
 * Where each column of the wire row enters the table. A row's value goes into the column of its own name, except where
 * the table keeps something smaller: then it enters through an ephemeral column, and the name reads it back.
 */
const INPUT_COLUMNS: Partial<Record<EventColumn, string>> = {
  original_timestamp: 'input_original_timestamp',
  received_at: 'input_received_at',
  user_id: 'input_user_id',
  session_id: 'input_session_id',
  properties: 'input_properties',
};

/** The columns a row of the layout fills, in its order. An older log may still hold older layouts: each stays here. */
export function insertColumns(rowVersion: number): readonly string[] {
  const count = COLUMNS_OF_ROW_VERSION[rowVersion];
  if (count === undefined) {
    throw new RangeError(`row version ${rowVersion} is not known to this release, which writes version ${ROW_VERSION}`);
  }
  return EVENT_COLUMNS.slice(0, count).map((column) => INPUT_COLUMNS[column] ?? column);
}

/**
 * Settings of an insert. The whole batch is one block, so that the token covers all of it or nothing; the views repeat
 * the check against their own tables, so that a crash between table and view is made good by the next attempt.
 * The engine's nice values are left alone: without CAP_SYS_NICE it cannot take them back, and aborts the process.
 */
export function insertSettings(token: string, eventCount: number): Readonly<Record<string, string | number>> {
  const wholeBatch = Math.max(eventCount, 1) + 1;
  return {
    insert_deduplication_token: token,
    insert_deduplicate: 1,
    deduplicate_blocks_in_dependent_materialized_views: 1,
    async_insert: 0,
    max_insert_block_size: wholeBatch,
    min_insert_block_size_rows: wholeBatch,
    min_insert_block_size_bytes: 0,
    input_format_parallel_parsing: 0,
    max_partitions_per_insert_block: 0,
    date_time_input_format: 'basic',
    input_format_json_read_objects_as_strings: 1,
    input_format_json_throw_on_bad_escape_sequence: 0,
    log_comment: 'event-store.insert',
  };
}
