/** Everything that is kept of one person or tenant, as NDJSON: each line names the store it comes from. */
import {
  columnExpression,
  type EventStore,
  type Question,
  type Subject,
  subjectCondition,
} from '@uptake/io/event-store';
import type { DataHolder } from './holders.ts';

/** Columns of the envelope that are texts as stored; empty means absent. */
const TEXTS = [
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

type ExportedRow = Readonly<Record<(typeof TEXTS)[number], string>> & {
  readonly event_id: string;
  readonly environment_id: string;
  readonly event_name: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly received_at: string;
  readonly is_internal: boolean;
  readonly properties_json: string;
  readonly assignments_json: string;
};

const CHUNK_LENGTH = 64 * 1024;

function eventsQuestion(workspaceId: string, subject: Subject, signal: AbortSignal): Question {
  return {
    name: 'govern.subject_export',
    scope: { workspaceId },
    signal,
    sql: `
      SELECT toString(event_id) AS event_id, toString(environment_id) AS environment_id, event_name, event_type,
        timestamp, received_at, is_internal,
        ${columnExpression('experiment_assignments')} AS assignments_json,
        ${columnExpression('properties')} AS properties_json,
        ${TEXTS.join(', ')}
      FROM events
      WHERE ${subjectCondition('events', workspaceId, subject)}`,
  };
}

type ExportedLetter = Readonly<Record<string, string | number>> & {
  readonly payload: string;
  readonly context: string;
};

/** Refused events are handed out as they are kept: scrubbed, ids as pseudonyms. */
function lettersQuestion(workspaceId: string, subject: Subject, signal: AbortSignal): Question {
  return {
    name: 'govern.subject_export_refused',
    scope: { workspaceId },
    signal,
    sql: `
      SELECT toString(letter_id) AS letter_id, toString(environment_id) AS environment_id, received_at, event_id, event_name,
        event_type, reason, path, detail, schema_version, source, app_version, tenant_id, user_id, session_id,
        sent_timestamp, context, payload
      FROM dead_letters
      WHERE ${subjectCondition('dead_letters', workspaceId, subject)}`,
  };
}

export type SubjectExport = { readonly workspaceId: string; readonly subject: Subject; readonly signal: AbortSignal };

/** Pieces of whole lines. */
export async function* exportSubject(
  { workspaceId, subject, signal }: SubjectExport,
  { eventStore, holders }: { readonly eventStore: Pick<EventStore, 'stream'>; readonly holders: readonly DataHolder[] },
): AsyncGenerator<string> {
  let chunk = '';
  for await (const line of linesOfStore()) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  for (const { name, read } of holders) {
    if (read === undefined) continue;
    for (const kept of await read(workspaceId, subject)) chunk += `${JSON.stringify({ store: name, ...kept })}\n`;
  }
  if (chunk !== '') yield chunk;

  async function* linesOfStore(): AsyncGenerator<string> {
    for await (const row of eventStore.stream<ExportedRow>(eventsQuestion(workspaceId, subject, signal))) {
      yield lineOf(row);
    }
    for await (const row of eventStore.stream<ExportedLetter>(lettersQuestion(workspaceId, subject, signal))) {
      yield lineOfLetter(row);
    }
  }
}

function lineOf(row: ExportedRow): string {
  const { properties_json, assignments_json, ...columns } = row;
  const present = Object.entries(columns).filter(([, value]) => value !== '' && value !== false);
  const line = JSON.stringify({ store: 'events', ...Object.fromEntries(present) }).slice(0, -1);
  // Both are stored as the JSON they came in; taking them over as text keeps every digit.
  return `${line},"experiment_assignments":${assignments_json},"properties":${properties_json}}`;
}

function lineOfLetter({ payload, context, ...columns }: ExportedLetter): string {
  const present = Object.entries(columns).filter(([, value]) => value !== '');
  const line = JSON.stringify({ store: 'dead_letters', ...Object.fromEntries(present) }).slice(0, -1);
  return `${line},"context":${context || '{}'},"payload":${payload || 'null'}}`;
}
