/** Asks a database for values: one statement that reads, whose rows or columns are values of the plan. */
import type { Outbound } from '@uptake/io/outbound';
import {
  createPolledDatabases,
  type PolledCell,
  PolledDatabaseError,
  type PolledQuestion,
  type PolledTable,
} from '@uptake/io/polled-databases';
import type { SourceRow } from '../map-rows.ts';
import { type FetchAsked, type FetchedValues, type SourceDriver, SourceFailed } from '../source-driver.ts';
import { wordFailures } from './api-polling.ts';
import { credential, wrongCredentials } from './credentials.ts';
import { type DatabaseConfig, type TableMapping, wrongDatabaseConfig } from './database-config.ts';
import { MAX_ROWS } from './json-mapping.ts';
import { Notices } from './notices.ts';
import { fill, fillingsOf, type Placeholder } from './placeholders.ts';

const DEFAULT_TIMEOUT_SECONDS = 30;
const SAMPLE_ROWS = 20;
const PORTS = {
  postgresql: { verify: 5432, off: 5432 },
  mysql: { verify: 3306, off: 3306 },
  clickhouse: { verify: 8443, off: 8123 },
} as const;

export function createDatabases(outbound: Pick<Outbound, 'request' | 'resolve'>): SourceDriver {
  const databases = createPolledDatabases(outbound);
  return {
    readConfig: wrongDatabaseConfig,
    readCredentials: (given) => wrongCredentials(given, ['username', 'password']),
    targetOf: (config) => {
      const { engine, host, port, tls = 'verify', tls_authority: authority = '' } = config as DatabaseConfig;
      return JSON.stringify([engine, host.toLowerCase(), port ?? PORTS[engine][tls], tls, authority]);
    },
    async fetchValues(asked) {
      // What is kept was read by `readConfig` when it was saved.
      const config = asked.config as DatabaseConfig;
      const question = questionOf(config, asked);
      const table = await wordFailures(() => databases[config.engine](question)).catch((error: unknown) => {
        if (!(error instanceof PolledDatabaseError)) throw error;
        throw new SourceFailed(error.message, { isRetriable: error.isRetriable, cause: error });
      });
      return readTable(table, config.mapping);
    },
  };
}

function questionOf(config: DatabaseConfig, asked: FetchAsked): PolledQuestion {
  const mode = config.tls ?? 'verify';
  const timeoutMs = (config.timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS) * 1_000;
  return {
    host: config.host,
    port: config.port ?? PORTS[config.engine][mode],
    database: config.database,
    username: credential(asked.credentials, 'username'),
    password: credential(asked.credentials, 'password'),
    tls: mode === 'off' ? { mode } : { mode, authority: config.tls_authority },
    ...statementOf(config.query, asked),
    maxRows: MAX_ROWS,
    timeoutMs,
    signal: AbortSignal.any([asked.signal, AbortSignal.timeout(timeoutMs)]),
  };
}

/** Every place of a filling is a parameter of its own, so that what is filled in is data to every engine. */
function statementOf(query: string, asked: FetchAsked): Pick<PolledQuestion, 'statement' | 'parameters'> {
  const parameters: { name: Placeholder; value: string }[] = [];
  const mark = '\0';
  const text = fill(query.trim().replace(/;\s*$/, ''), fillingsOf(asked), (value, name) => {
    parameters.push({ name, value });
    return mark;
  });
  return { statement: text.split(mark), parameters };
}

export function readTable({ columns, rows }: PolledTable, mapping: TableMapping): FetchedValues {
  const notices = new Notices();
  const kept = rows.slice(0, MAX_ROWS);
  if (rows.length > MAX_ROWS) notices.add(`Only the first ${MAX_ROWS} rows are read.`);
  if (rows.length === 0) notices.add('The query gave no rows.');
  const sample = kept
    .slice(0, SAMPLE_ROWS)
    .map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
  const values =
    mapping.kind === 'columns'
      ? readOneRow(columns, kept, mapping, notices)
      : readRows(columns, kept, mapping, notices);
  return { rows: values, notices: notices.list(), sample };
}

type Cells = readonly (readonly PolledCell[])[];

function readOneRow(
  columns: readonly string[],
  rows: Cells,
  { task }: Extract<TableMapping, { kind: 'columns' }>,
  notices: Notices,
): readonly SourceRow[] {
  const [row] = rows;
  if (row === undefined) return [];
  if (rows.length > 1) {
    throw new SourceFailed(
      `The query gave ${rows.length} rows where one is needed, with a column for each attribute; narrow it to one customer.`,
      { isRetriable: false },
    );
  }
  return columns.flatMap((attribute, index) => {
    const value = readable(row[index], `Column "${attribute}"`, notices);
    return value === undefined ? [] : [{ attribute, value, ...(task !== undefined && { task }) }];
  });
}

function readRows(
  columns: readonly string[],
  rows: Cells,
  mapping: Extract<TableMapping, { kind: 'rows' }>,
  notices: Notices,
): readonly SourceRow[] {
  const at = (name: string | undefined) => (name === undefined ? undefined : indexOf(columns, name));
  const places = { attribute: indexOf(columns, mapping.attribute), value: indexOf(columns, mapping.value) };
  const texts = { task: at(mapping.task), day: at(mapping.day), notes: at(mapping.notes) };
  return rows.flatMap((row, index) => {
    const where = `Row ${index + 1}`;
    const attribute = row[places.attribute];
    if (typeof attribute !== 'string' || attribute.trim() === '') {
      notices.add(`${where}: ${mapping.attribute} is no text that names an attribute.`);
      return [];
    }
    const value = readable(row[places.value], `${where}: ${mapping.value}`, notices);
    if (value === undefined) return [];
    const more: { task?: string; day?: string; notes?: string } = {};
    for (const [name, place] of Object.entries(texts) as [keyof typeof texts, number | undefined][]) {
      const text = place === undefined ? null : row[place];
      if (text === null || text === undefined) continue;
      if (typeof text !== 'string') {
        notices.add(`${where}: ${mapping[name]} is no text.`);
        return [];
      }
      more[name] = text;
    }
    return [{ attribute, value, ...more }];
  });
}

function indexOf(columns: readonly string[], name: string): number {
  const index = columns.indexOf(name);
  if (index >= 0 && columns.lastIndexOf(name) === index) return index;
  const what = index < 0 ? 'has no' : 'has more than one';
  throw new SourceFailed(`The answer ${what} column "${name}"; it has ${columns.slice(0, 20).join(', ')}.`, {
    isRetriable: false,
  });
}

function readable(
  cell: PolledCell | undefined,
  where: string,
  notices: Notices,
): string | number | boolean | undefined {
  if (cell === null || cell === undefined) notices.add(`${where} is empty.`);
  else if (typeof cell === 'object')
    notices.add(`${where} holds ${cell.unreadable}; select text, a number, truth or a day.`);
  else return cell;
  return undefined;
}
