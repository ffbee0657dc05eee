/** What happened in a period: events, users and sessions, and how often each event (requirement S3). */
import type { Source, Span } from '@uptake/domain/insights';
import type { Question, QuestionScope } from '@uptake/io/event-store';
import { Bindings } from './bindings.ts';
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
  readonly users: number;
  readonly sessions: number;
  readonly is_sampled: number;
};

/** ROLLUP merges the users of the single events into those of the period: one scan for both. */
export function analyticsQuestion(span: Span, filter: AnalyticsFilter, source: Source, scope: QuestionScope): Question {
  const bindings = new Bindings();
  const sql = SOURCES[source];
  const where = [sql.within(span, bindings)];
  if (filter.eventName !== undefined) where.push(`event_name = ${bindings.bind(filter.eventName, 'String')}`);
  if (filter.tenantId !== undefined) where.push(`tenant_id = ${bindings.bind(filter.tenantId, 'String')}`);
  if (filter.featureArea !== undefined) where.push(`feature_area = ${bindings.bind(filter.featureArea, 'String')}`);
  return {
    name: 'insights.analytics',
    scope,
    parameters: bindings.parameters,
    sql: `SELECT
  event_name AS name,
  ${sql.total(undefined)} AS events,
  ${sql.unique('user', undefined)} AS users,
  ${sql.unique('session', undefined)} AS sessions,
  ${sql.isSampled} AS is_sampled
FROM ${sql.table}
WHERE ${where.join('\n  AND ')}
GROUP BY name WITH ROLLUP
ORDER BY events DESC, name`,
  };
}
