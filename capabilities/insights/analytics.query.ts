/** What happened in a period: events, users and sessions, and how often each event (requirement S3). */
import type { Source, Span } from '@uptake/domain/insights';
import type { Question, QuestionScope } from '@uptake/io/event-store';
import { Bindings } from './bindings.ts';
import type { Reading } from './sampled-measures.ts';
import { SOURCES } from './source.ts';

export type AnalyticsFilter = {
  readonly eventName?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly featureArea?: string | undefined;
};

/** One row per event name; the row with the name '' is the whole period. */
export type AnalyticsRow = {
  readonly name: string;
  readonly events: number;
  readonly unique_users: number;
  readonly unique_sessions: number;
  readonly is_sampled: number;
  /** There where the period is read as sampled. */
  readonly weighted_users?: number;
  readonly weighted_sessions?: number;
  readonly variance?: number;
};

/** ROLLUP merges the users of the single events into those of the period: one scan for both. */
export function analyticsQuestion(
  span: Span,
  filter: AnalyticsFilter,
  source: Source,
  scope: QuestionScope,
  reading: Reading = 'plain',
): Question {
  const bindings = new Bindings();
  const sql = SOURCES[source];
  const where = [sql.within(span, bindings)];
  if (filter.eventName !== undefined) where.push(`event_name = ${bindings.bind(filter.eventName, 'String')}`);
  if (filter.tenantId !== undefined) where.push(`tenant_id = ${bindings.bind(filter.tenantId, 'String')}`);
  if (filter.featureArea !== undefined) where.push(`feature_area = ${bindings.bind(filter.featureArea, 'String')}`);
  const parts = [
    `${sql.uniqueWeighted('user', undefined)} AS weighted_users`,
    `${sql.uniqueWeighted('session', undefined)} AS weighted_sessions`,
    `${sql.variance(undefined)} AS variance`,
  ];
  return {
    name: 'insights.analytics',
    scope,
    parameters: bindings.parameters,
    sql: `SELECT
  event_name AS name,
  ${sql.total(undefined)} AS events,
  ${sql.unique('user', undefined)} AS unique_users,
  ${sql.unique('session', undefined)} AS unique_sessions,
  ${[`${sql.isSampled} AS is_sampled`, ...(reading === 'sampled' ? parts : [])].join(',\n  ')}
FROM ${sql.table}
WHERE ${where.join('\n  AND ')}
GROUP BY name WITH ROLLUP
ORDER BY events DESC, name`,
  };
}
