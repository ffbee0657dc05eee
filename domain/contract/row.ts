/**
 * The row an event becomes: one JSON array per event in the order of `EVENT_COLUMNS`. The pipeline writes it once; the
 * log keeps those bytes, and the writer hands them to the event store untouched (`JSONCompactEachRow`), so that an event
 * is serialised exactly once on its way.
 */
import type { Event } from './envelope.ts';

/** Version of the row layout, kept with every log record, so that a newer writer can read an older log. */
export const ROW_VERSION = 2;

export const EVENT_COLUMNS = [
  'workspace_id',
  'product_id',
  'environment_id',
  'event_id',
  'event_name',
  'event_type',
  'timestamp',
  'original_timestamp',
  'received_at',
  'source',
  'platform',
  'app_version',
  'tenant_id',
  'user_id',
  'user_role',
  'session_id',
  'auth_context',
  'is_internal',
  'feature_area',
  'workflow_name',
  'surface',
  'experiment_assignments',
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
  'properties',
  'weight',
  'is_planned',
  'schema_version',
  'consent',
] as const;

/** How many columns the rows of each version have. New ones are added behind the others, so an older row is a shorter one. */
export const COLUMNS_OF_ROW_VERSION: Readonly<Record<number, number>> = { 1: 36, 2: 38 };

export type EventColumn = (typeof EVENT_COLUMNS)[number];

/** Where an event belongs. All three are UUIDs. */
export type EventScope = { readonly workspaceId: string; readonly productId: string; readonly environmentId: string };

/**
 * One row as JSON text, without a line end. Times are Unix milliseconds as decimal seconds text (`1700000000.123`).
 * Measured: 2.0 µs a row with its copy into bytes. Pasting the columns together by hand, each escaped where it must be, takes
 * 3.1 µs (template literal), 2.7 (join) or 3.0 (into bytes by a loop); `RowEncoder` does better where nothing needs escapes.
 */
export function encodeRow(scope: EventScope, event: Event): string {
  return JSON.stringify([
    scope.workspaceId,
    scope.productId,
    scope.environmentId,
    event.eventId,
    event.eventName,
    event.eventType,
    seconds(event.timestampMs),
    seconds(event.originalTimestampMs),
    seconds(event.receivedAtMs),
    event.source,
    event.platform,
    event.appVersion,
    event.tenantId,
    event.userId,
    event.userRole,
    event.sessionId,
    event.authContext,
    event.isInternal,
    event.featureArea,
    event.workflowName,
    event.surface,
    event.experimentAssignments,
    event.requestId,
    event.traceId,
    event.correlationId,
    event.deviceType,
    event.browserFamily,
    event.osFamily,
    event.country,
    event.region,
    event.connectionType,
    event.piiClassification,
    event.dataSensitivity,
    event.properties,
    event.weight,
    event.isPlanned,
    event.schemaVersion,
    event.consent,
  ]);
}

/** Unix milliseconds as seconds with three decimals. By hand, since `toFixed` costs as much as the rest of a column three times over. */
export function seconds(ms: number): string {
  const whole = Math.floor(ms / 1000);
  const thousandths = Math.round(ms - whole * 1000);
  return `${whole}.${thousandths < 10 ? '00' : thousandths < 100 ? '0' : ''}${thousandths}`;
}
