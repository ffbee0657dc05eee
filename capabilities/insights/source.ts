/** What a question reads: the events themselves or their hourly aggregates, and how each counts. */
import type { Source, Span, UniqueOf } from '@uptake/domain/insights';
import { countableExpression, LINKED_EVENTS } from '@uptake/io/event-store';
import type { Bindings } from './bindings.ts';

export type SourceSql = {
  readonly table: string;
  /** Unix milliseconds of a row, an integer. */
  readonly timeMs: string;
  /** Sampled events count as many as they stand for. `condition` narrows the rows, where given. */
  readonly total: (condition: string | undefined) => string;
  /** Of everything that was kept. */
  readonly unique: (of: UniqueOf, condition: string | undefined) => string;
  /** Of what counts: without those of whom there are panel events alone (domain/sampling). */
  readonly uniqueWeighted: (of: UniqueOf, condition: string | undefined) => string;
  /** Σ w(w − 1) over the rows: the variance of `total`. */
  readonly variance: (condition: string | undefined) => string;
  /** 1 where any event stood for more or fewer than one. */
  readonly isSampled: string;
  /** Rows within [fromMs, toMs), in the form by which the engine skips what it need not read. */
  readonly within: (span: Span, bindings: Bindings) => string;
};

const RAW: SourceSql = {
  table: 'events',
  timeMs: 'toUnixTimestamp64Milli(timestamp)',
  total: (condition) => aggregate('sum', 'weight', condition),
  unique: (of, condition) => {
    const { key, present } = countableExpression(of);
    return `uniqExactIf(${key}, ${both(present, condition)})`;
  },
  uniqueWeighted: (of, condition) => RAW.unique(of, both('weight > 0', condition)),
  variance: (condition) => aggregate('sum', 'weight * (weight - 1)', condition),
  isSampled: 'max(weight != 1)',
  within: (span, bindings) => {
    const at = (ms: number) => `fromUnixTimestamp64Milli(${bindings.bind(ms, 'Int64')}, 'UTC')`;
    return `timestamp >= ${at(span.fromMs)} AND timestamp < ${at(span.toMs)}`;
  },
};

const LINKED: SourceSql = { ...RAW, table: LINKED_EVENTS };

/** Users and sessions are sketches here (about 1 % off); tenants are part of the key, so their number is exact. */
const HOURLY: SourceSql = {
  table: 'events_hourly',
  timeMs: 'toInt64(toUnixTimestamp(hour)) * 1000',
  total: (condition) => aggregate('sum', 'events', condition),
  unique: (of, condition) =>
    of === 'tenant'
      ? `uniqExactIf(tenant_id, ${both("tenant_id != ''", condition)})`
      : aggregate('uniqIfMerge', of === 'user' ? 'users' : 'sessions', condition),
  uniqueWeighted: (of, condition) => HOURLY.unique(of, both('is_panel_only = 0', condition)),
  variance: (condition) => aggregate('sum', 'events_variance', condition),
  isSampled: 'max(is_panel_only = 1 OR events_variance > 0)',
  within: (span, bindings) => {
    const at = (ms: number) => `toDateTime(${bindings.bind(ms / 1000, 'Int64')}, 'UTC')`;
    return `hour >= ${at(span.fromMs)} AND hour < ${at(span.toMs)}`;
  },
};

export const SOURCES: Readonly<Record<Source, SourceSql>> = { raw: RAW, linked: LINKED, hourly: HOURLY };

export function aggregate(name: string, column: string, condition: string | undefined, level = ''): string {
  return condition === undefined ? `${name}${level}(${column})` : `${name}If${level}(${column}, ${condition})`;
}

export function both(first: string, second: string | undefined): string {
  return second === undefined ? first : `${first} AND ${second}`;
}
