/** Stored events of one environment as they left: how many each hour has, and a stretch of them in the order of time. */
import { columnExpression, type Question, type QuestionScope } from '@uptake/io/event-store';

export type ExportPeriod = { readonly fromMs: number; readonly toMs: number };

export type ExportHourRow = {
  /** Start of the hour, Unix milliseconds. */
  readonly hour_ms: number;
  readonly events: number;
};

/** Columns of the envelope that are texts as stored; empty means absent. */
export const EXPORTED_TEXTS = [
  'source',
  'platform',
  'app_version',
  'tenant_id',
  'user_id',
  'user_role',
  'session_id',
  'auth_context',
  'feature_area',
  'workflow_name',
  'surface',
  'request_id',
  'trace_id',
  'correlation_id',
  'device_type',
  'browser_family',
  'os_family',
  'country',
  'region',
  'connection_type',
  'pii_classification',
  'data_sensitivity',
] as const;

export type ExportRow = {
  readonly event_id: string;
  readonly event_name: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly is_internal: boolean;
  /** JSON text of an object. */
  readonly assignments_json: string;
  /** JSON text of an object. */
  readonly properties_json: string;
} & { readonly [Column in (typeof EXPORTED_TEXTS)[number]]: string };

const IN_PERIOD = `timestamp >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
        AND timestamp < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')`;

/** Hours that hold any, in order. */
export function exportHoursQuestion(scope: QuestionScope, period: ExportPeriod): Question {
  return {
    name: 'operations.export_hours',
    scope,
    parameters: { from_ms: period.fromMs, to_ms: period.toMs },
    sql: `
      SELECT toInt64(toUnixTimestamp(toStartOfHour(timestamp))) * 1000 AS hour_ms, toFloat64(count()) AS events
      FROM events
      WHERE ${IN_PERIOD}
      GROUP BY hour_ms
      ORDER BY hour_ms`,
  };
}

export function exportEventsQuestion(
  scope: QuestionScope,
  period: ExportPeriod,
  limits: { timeoutMs: number; signal: AbortSignal },
): Question {
  return {
    name: 'operations.export_events',
    scope,
    parameters: { from_ms: period.fromMs, to_ms: period.toMs },
    ...limits,
    sql: `
      SELECT
        toString(event_id) AS event_id, event_name, event_type,
        timestamp, is_internal,
        ${columnExpression('experiment_assignments')} AS assignments_json,
        ${columnExpression('properties')} AS properties_json,
        ${EXPORTED_TEXTS.join(', ')}
      FROM events
      WHERE ${IN_PERIOD}
      ORDER BY timestamp, event_id`,
  };
}
