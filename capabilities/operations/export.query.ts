/** Stored events of one environment as they left: how many each hour has, and a stretch of them in the order of time. */
import { columnExpression, type Question, type QuestionScope } from '@uptake/io/event-store';

export type ExportPeriod = { readonly fromMs: number; readonly toMs: number };

/** How an export is cut: hours as a rule, seconds where an hour holds too much for one part. */
export const EXPORT_BUCKETS = { hour: 3_600_000, second: 1_000 } as const;

export type ExportBucketRow = {
  /** Start of the bucket, Unix milliseconds. */
  readonly start_ms: number;
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
  'consent',
] as const;

export type ExportRow = {
  readonly event_id: string;
  readonly event_name: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly is_internal: boolean;
  /** How many events it stands for: 1 unless a budget sampled it. */
  readonly weight: number;
  /** Of the schema it was judged by here; 0 where none covered it. */
  readonly schema_version: number;
  /** JSON text of an object. */
  readonly assignments_json: string;
  /** JSON text of an object. */
  readonly properties_json: string;
} & { readonly [Column in (typeof EXPORTED_TEXTS)[number]]: string };

const IN_PERIOD = `timestamp >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
        AND timestamp < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')`;

/** Buckets that hold any events, in order. */
export function exportBucketsQuestion(scope: QuestionScope, period: ExportPeriod, bucketMs: number): Question {
  return {
    name: 'operations.export_buckets',
    scope,
    parameters: { from_ms: period.fromMs, to_ms: period.toMs, bucket_ms: bucketMs },
    sql: `
      SELECT intDiv(toUnixTimestamp64Milli(timestamp), {bucket_ms:Int64}) * {bucket_ms:Int64} AS start_ms,
        toFloat64(count()) AS events
      FROM events
      WHERE ${IN_PERIOD}
      GROUP BY start_ms
      ORDER BY start_ms`,
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
        timestamp, is_internal, weight, schema_version,
        ${columnExpression('experiment_assignments')} AS assignments_json,
        ${columnExpression('properties')} AS properties_json,
        ${EXPORTED_TEXTS.join(', ')}
      FROM events
      WHERE ${IN_PERIOD}
      ORDER BY timestamp, event_id`,
  };
}
