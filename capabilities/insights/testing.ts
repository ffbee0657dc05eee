/** Events on the real event store in a directory of its own, for tests of questions. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Event, type EventScope, encodeRow, ROW_VERSION } from '@uptake/domain/contract';
import { type EventStore, openChdbEventStore } from '@uptake/io/event-store';

export const TEST_SCOPE: EventScope = {
  workspaceId: '0190a000-0000-7000-8000-000000000001',
  productId: '0190a000-0000-7000-8000-000000000002',
  environmentId: '0190a000-0000-7000-8000-000000000003',
};
/** Another customer on the same installation: nothing of it may ever show. */
export const OTHER_SCOPE: EventScope = {
  workspaceId: '0190b000-0000-7000-8000-000000000001',
  productId: '0190b000-0000-7000-8000-000000000002',
  environmentId: '0190b000-0000-7000-8000-000000000003',
};

export type TestEventStore = {
  readonly eventStore: EventStore;
  insert(events: readonly Event[], scope?: EventScope): Promise<void>;
  close(): Promise<void>;
};

export async function openTestEventStore(nowMs?: () => number): Promise<TestEventStore> {
  const directory = await mkdtemp(join(tmpdir(), 'uptake-insights-'));
  const eventStore = await openChdbEventStore({
    directory,
    timeoutMs: 30_000,
    memoryLimitBytes: 512 * 1024 * 1024,
    // Tests speak of fixed dates; the engine's own clock must not expire them.
    retentionDays: 3_650,
    restrictedRetentionDays: 3_650,
    ...(nowMs === undefined ? {} : { nowMs }),
  });
  let batches = 0;
  return {
    eventStore,
    insert: async (events, scope = TEST_SCOPE) => {
      batches += 1;
      const rows = events.map((event) => `${encodeRow(scope, event)}\n`).join('');
      await eventStore.insertEvents({
        token: `batch-${batches}`,
        rowVersion: ROW_VERSION,
        rows: [Buffer.from(rows)],
        eventCount: events.length,
      });
    },
    close: async () => {
      await eventStore.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An event that is lawful in every field, with what a test cares about put over it. `userId` is a pseudonym as stored. */
export function eventWith(parts: Partial<Event> & { readonly timestampMs: number }): Event {
  return {
    eventId: crypto.randomUUID(),
    eventName: 'project_viewed',
    eventType: 'view',
    originalTimestampMs: parts.timestampMs,
    receivedAtMs: parts.timestampMs,
    source: 'client',
    platform: 'web',
    appVersion: '',
    tenantId: '',
    userId: '',
    userRole: '',
    sessionId: '',
    authContext: '',
    isInternal: false,
    featureArea: '',
    workflowName: '',
    surface: '',
    experimentAssignments: {},
    requestId: '',
    traceId: '',
    correlationId: '',
    deviceType: '',
    browserFamily: '',
    osFamily: '',
    country: '',
    region: '',
    connectionType: '',
    piiClassification: 'none',
    dataSensitivity: 'internal',
    properties: {},
    weight: 1,
    isPlanned: false,
    schemaVersion: 0,
    consent: '',
    ...parts,
  };
}
