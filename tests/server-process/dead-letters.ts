/** Puts dead letters into the directory of a server that is not running, as if its doors had refused the events. */
import { join } from 'node:path';
import type { EventScope } from '@uptake/domain/contract';
import { type DeadLetter, encodeLetter } from '@uptake/domain/dead-letters';
import { openChdbEventStore } from '@uptake/io/event-store';

/** The server's own, or opening would change how long tables keep what. */
const RETENTION = { retentionDays: 90, restrictedRetentionDays: 30 } as const;
const LETTERS_PER_INSERT = 10_000;

export async function seedDeadLetters(
  directory: string,
  scope: EventScope,
  count: number,
  letterOf: (n: number) => DeadLetter,
): Promise<void> {
  const store = await openChdbEventStore({
    directory: join(directory, 'events'),
    timeoutMs: 60_000,
    memoryLimitBytes: 800 * 1024 ** 2,
    ...RETENTION,
  });
  for (let from = 0; from < count; from += LETTERS_PER_INSERT) {
    const size = Math.min(LETTERS_PER_INSERT, count - from);
    const rows = Array.from({ length: size }, (_, n) => `${encodeLetter(scope, letterOf(from + n))}\n`);
    const batch = { token: `seed ${from}`, rows: [Buffer.from(rows.join(''))], count: size };
    await store.insertDeadLetters(batch);
  }
  await store.close();
}

/** Where the server's first environment is. */
export async function firstScope(url: string, key: string): Promise<EventScope> {
  const response = await fetch(`${url}/api/v1/workspace`, { headers: { authorization: `Bearer ${key}` } });
  const { id, products } = (await response.json()) as {
    id: string;
    products: { id: string; environments: { id: string }[] }[];
  };
  return { workspaceId: id, productId: products[0]!.id, environmentId: products[0]!.environments[0]!.id };
}

/** Of an event that its environment refused for a property it misnamed. */
export function misnamed(scope: EventScope, n: number, receivedAtMs: number): DeadLetter {
  const eventId = `0197f3a0-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
  const user = (n % 5_000).toString(16).padStart(16, 'a');
  const payload = {
    event_id: eventId,
    event_name: 'project_created',
    timestamp: new Date(receivedAtMs).toISOString(),
    platform: 'web',
    app_version: '4.2.0',
    tenant_id: `tenant-${n % 50}`,
    user_id: `pseudonym:${user}`,
    feature_area: 'projects',
    surface: 'board/header',
    properties: { planNmae: 'pro', seats: n % 40, creation: 'template', note: 'from the März import' },
  };
  return {
    letterId: `0197f3a0-1111-7000-8000-${n.toString(16).padStart(12, '0')}`,
    cause: n % 3 === 0 ? 'feedfacefeedface' : 'deadbeefdeadbeef',
    receivedAtMs,
    eventId,
    eventName: 'project_created',
    eventType: 'action',
    reason: 'property_not_allowed',
    path: '/properties/planNmae',
    detail: 'The schema of "project_created" has no property "planNmae".',
    schemaVersion: 1,
    source: 'client',
    keyId: scope.environmentId,
    appVersion: '4.2.0',
    tenantId: payload.tenant_id,
    userId: user,
    sessionId: '',
    sentTimestamp: payload.timestamp,
    context: {},
    payload: JSON.stringify(payload),
    isComplete: true,
  };
}
