/** What a polled database is asked, as a person configures it: read strictly, every mistake with its place. */
import type { InputError } from '@uptake/domain/contract';
import { InputReader } from '@uptake/domain/insights';
import { POLLED_ENGINES, type PolledEngine } from '@uptake/io/polled-databases';
import { unknownPlaceholder } from './placeholders.ts';

/** In names of the wire: this is the JSON document that is kept. */
export type DatabaseConfig = {
  /** `mysql` is MariaDB too. */
  readonly engine: PolledEngine;
  readonly host: string;
  readonly port?: number;
  readonly database: string;
  readonly tls?: 'verify' | 'off';
  /** PEM of an authority of one's own. */
  readonly tls_authority?: string;
  /** One statement that reads; `{{tenant_id}}` and `{{day}}` are parameters. */
  readonly query: string;
  readonly mapping: TableMapping;
  readonly timeout_seconds?: number;
};

export type TableMapping =
  /** Each row is a value; these are names of columns. */
  | {
      readonly kind: 'rows';
      readonly attribute: string;
      readonly value: string;
      readonly task?: string;
      readonly day?: string;
      readonly notes?: string;
    }
  /** One row, whose columns are named after attributes. */
  | { readonly kind: 'columns'; readonly task?: string };

const KEYS = [
  'engine',
  'host',
  'port',
  'database',
  'tls',
  'tls_authority',
  'query',
  'mapping',
  'timeout_seconds',
] as const;
const ROW_COLUMNS = ['attribute', 'value', 'task', 'day', 'notes'] as const;
const MAX_QUERY = 10_000;
const MAX_NAME = 200;
/** Runs as a whole are bounded to five minutes. */
const LONGEST_SECONDS = 120;

export function wrongDatabaseConfig(given: unknown): readonly InputError[] {
  const reader = new InputReader();
  const config = reader.object(given, '', KEYS, ['engine', 'host', 'database', 'query', 'mapping']);
  if (config === undefined) return reader.errors;
  reader.oneOf(config.engine, '/engine', POLLED_ENGINES);
  checkHost(reader, config.host);
  if (config.port !== undefined) reader.wholeNumber(config.port, '/port', 1, 65_535);
  reader.text(config.database, '/database', MAX_NAME, 1);
  if (config.tls !== undefined) reader.oneOf(config.tls, '/tls', ['verify', 'off']);
  if (config.tls_authority !== undefined) {
    const pem = reader.text(config.tls_authority, '/tls_authority', 20_000, 1);
    if (config.engine === 'clickhouse')
      reader.refuse('/tls_authority', 'is not for ClickHouse; have the system trust it');
    else if (pem !== undefined && !pem.includes('-----BEGIN CERTIFICATE-----')) {
      reader.refuse('/tls_authority', 'must be certificates in PEM');
    }
  }
  const query = reader.text(config.query, '/query', MAX_QUERY, 1);
  if (query !== undefined && unknownPlaceholder(query) !== undefined) {
    reader.refuse('/query', 'knows only {{tenant_id}} and {{day}} in braces');
  }
  if (config.timeout_seconds !== undefined) {
    reader.wholeNumber(config.timeout_seconds, '/timeout_seconds', 1, LONGEST_SECONDS);
  }
  checkMapping(reader, config.mapping);
  return reader.errors;
}

function checkHost(reader: InputReader, given: unknown): void {
  const host = reader.text(given, '/host', 253, 1);
  if (host !== undefined && !/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$|^[0-9a-f:.]+$/i.test(host)) {
    reader.refuse('/host', 'must be a host name or an address alone, without protocol, port or user');
  }
}

function checkMapping(reader: InputReader, given: unknown): void {
  const isColumns = (given as { kind?: unknown } | null | undefined)?.kind === 'columns';
  const keys = isColumns ? ['task'] : ROW_COLUMNS;
  const required = isColumns ? [] : ['attribute', 'value'];
  const mapping = reader.object(given, '/mapping', ['kind', ...keys], ['kind', ...required]);
  if (mapping === undefined) return;
  reader.oneOf(mapping.kind, '/mapping/kind', ['rows', 'columns']);
  for (const name of keys) if (mapping[name] !== undefined) reader.text(mapping[name], `/mapping/${name}`, 500, 1);
}
