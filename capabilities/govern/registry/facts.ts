/** Gathers what is known of one event in one environment. */
import type { ControlStore } from '@uptake/io/control-store';
import { apiKeys, environments } from '@uptake/io/control-store/schema';
import type { EventStore } from '@uptake/io/event-store';
import { and, eq, isNull, or } from 'drizzle-orm';
import type { EnvironmentOfWorkspace } from '../../access/read-model.ts';
import {
  type AcceptedRow,
  acceptedQuestion,
  OBSERVED_DAYS,
  type ObservedEventRow,
  observedEventsQuestion,
} from './observed.query.ts';
import type { Registry } from './service.ts';
import type { Facts, KeyFact } from './troubleshooting.ts';
import { currentSchema } from './versions.ts';

/** Why events of this name were refused since then, most frequent first. */
export type RefusedSince = (
  scope: { workspaceId: string; environmentId: string },
  eventName: string,
  sinceMs: number,
) => Promise<NonNullable<Facts['refused']>>;

export type FactsDependencies = {
  readonly controlStore: ControlStore;
  readonly eventStore: Pick<EventStore, 'ask'>;
  readonly registry: Pick<Registry, 'list'>;
  readonly nowMs: () => number;
  readonly refusedSince: RefusedSince | undefined;
};

const DAY_MS = 86_400_000;

export async function gatherFacts(
  { controlStore, eventStore, registry, nowMs, refusedSince }: FactsDependencies,
  workspaceId: string,
  environment: EnvironmentOfWorkspace,
  eventName: string,
): Promise<Facts> {
  const now = nowMs();
  const since = now - OBSERVED_DAYS * DAY_MS;
  const scope = { workspaceId, environmentId: environment.id };
  const [planned, [accepted], observed, settings, refused] = await Promise.all([
    registry.list({ workspaceId, productId: environment.productId }),
    eventStore.ask<AcceptedRow>(acceptedQuestion(eventName, now, since, scope)),
    eventStore.ask<ObservedEventRow>(observedEventsQuestion(since, scope)),
    settingsOf(controlStore, scope, now),
    refusedSince?.(scope, eventName, now - DAY_MS),
  ]);
  const event = planned.find(({ row }) => row.eventName === eventName);
  const schema = event === undefined ? undefined : currentSchema(event);
  const names = new Set([...observed.map((row) => row.event_name), ...planned.map(({ row }) => row.eventName)]);
  names.delete(eventName);
  return {
    eventName,
    nowMs: now,
    environment: { mode: environment.mode, policy: environment.policy },
    isExcluded:
      settings.excludedEvents.includes(eventName) ||
      (schema !== undefined && settings.excludedFeatureAreas.includes(schema.feature_area)),
    schema: schema === undefined ? undefined : { state: schema.state, version: schema.version },
    accepted: accepted === undefined || accepted.rows === '0' ? null : toAccepted(accepted),
    refused,
    keys: settings.keys,
    otherNames: [...names],
  };
}

/** Read within the workspace, whose rows alone can be seen there. */
async function settingsOf(
  controlStore: ControlStore,
  { workspaceId, environmentId }: { workspaceId: string; environmentId: string },
  nowMs: number,
) {
  return controlStore.withWorkspace(workspaceId, async (tx) => {
    const [environment] = await tx.select().from(environments).where(eq(environments.id, environmentId));
    const rows = await tx
      .select()
      .from(apiKeys)
      .where(
        and(
          eq(apiKeys.workspaceId, workspaceId),
          or(eq(apiKeys.environmentId, environmentId), isNull(apiKeys.environmentId)),
        ),
      );
    const keys: KeyFact[] = rows
      .filter(({ kind, scopes }) => kind === 'write' || scopes.includes('write'))
      .map(({ name, prefix, kind, lastUsedAt, revokedAt, expiresAt }) => ({
        name,
        prefix,
        kind,
        lastUsedAt,
        isUsable: revokedAt === null && (expiresAt === null || expiresAt.getTime() > nowMs),
      }));
    return {
      keys,
      excludedEvents: environment?.excludedEvents ?? [],
      excludedFeatureAreas: environment?.excludedFeatureAreas ?? [],
    };
  });
}

function toAccepted(row: AcceptedRow): NonNullable<Facts['accepted']> {
  return {
    lastReceivedAt: new Date(Number(row.last_received_ms)),
    lastTimestamp: new Date(Number(row.last_timestamp_ms)),
    lastHour: Number(row.events_last_hour),
    lastDay: Number(row.events_last_day),
    violationsLastDay: Number(row.violations_last_day),
  };
}
