/** Rows for the tests of event stores: realistic by default, each field changeable. */
import { type Event, type EventScope, encodeRow, ROW_VERSION } from '@uptake/domain/contract';

export const NORTHWIND: EventScope = {
  workspaceId: '0197f3a0-0000-7000-8000-000000000001',
  productId: '0197f3a0-0000-7000-8000-0000000000a1',
  environmentId: '0197f3a0-0000-7000-8000-0000000000e1',
};
export const CONTOSO: EventScope = {
  workspaceId: '0197f3a0-0000-7000-8000-000000000002',
  productId: '0197f3a0-0000-7000-8000-0000000000a2',
  environmentId: '0197f3a0-0000-7000-8000-0000000000e2',
};

export const DAY_MS = 86_400_000;

/** The `n`th event of a session in Munich, an hour ago. */
export function sampleEvent(n: number, changes: Partial<Event> = {}): Event {
  const timestampMs = changes.timestampMs ?? Date.now() - 3_600_000;
  return {
    eventId: `0197f3a0-0000-7000-8000-${String(n).padStart(12, '0')}`,
    eventName: 'project_created',
    eventType: 'action',
    timestampMs,
    originalTimestampMs: timestampMs,
    receivedAtMs: timestampMs + 250,
    source: 'client',
    platform: 'web',
    appVersion: '4.2.0',
    tenantId: 'acme-gmbh',
    userId: '00f1e2d3c4b5a697',
    userRole: 'admin',
    sessionId: 'ffeeddccbbaa9988',
    authContext: 'sso',
    isInternal: false,
    featureArea: 'projects',
    workflowName: '',
    surface: 'board',
    experimentAssignments: {},
    requestId: '',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    correlationId: '',
    deviceType: 'desktop',
    browserFamily: 'Firefox',
    osFamily: 'Linux',
    country: 'DE',
    region: 'Bayern',
    connectionType: 'wifi',
    piiClassification: 'none',
    dataSensitivity: 'internal',
    properties: { plan: 'team', duration_ms: 120.5 },
    weight: 1,
    isPlanned: true,
    schemaVersion: 1,
    consent: '',
    ...changes,
  };
}

/** An insert of these events, as the writer makes it. */
export function batchOf(token: string, events: readonly Event[], scope: EventScope = NORTHWIND) {
  const rows = events.map((event) => Buffer.from(`${encodeRow(scope, event)}\n`));
  return { token, rowVersion: ROW_VERSION, rows, eventCount: events.length };
}
