/** Where thresholds, alerts that are on, and the findings of later looks are kept. */
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import {
  environments,
  qualityAlerts,
  qualityScans,
  qualityThresholds,
  type RuleFindings,
} from '@uptake/io/control-store/schema';
import { and, eq, gte, lt, max } from 'drizzle-orm';
import { type AuditActor, recordAudit } from '../../access/read-model.ts';
import { type Alert, DEFAULT_THRESHOLDS, type Thresholds } from './alerts.ts';

export type Place = { readonly workspaceId: string; readonly environmentId: string };
export type Scan = {
  readonly scannedEvents: number;
  readonly eventsWithFindings: number;
  readonly byRule: readonly RuleFindings[];
};
export type WatchedEnvironment = Place & {
  readonly thresholds: Thresholds;
  readonly alerts: readonly Alert[];
  readonly scanned: Scan;
};

export type QualityStore = {
  thresholdsOf(place: Place): Promise<Thresholds>;
  /** What is absent stays; audited where anything differs. */
  change(place: Place, change: Partial<Thresholds>, actor: AuditActor): Promise<Thresholds>;
  alertsOf(workspaceId: string, environmentId: string | undefined): Promise<readonly (Alert & Place)[]>;
  /** Every environment there is, with what was looked at again since then. */
  watched(sinceMs: number): Promise<readonly WatchedEnvironment[]>;
  /** Makes these the alerts that are on; those that begin and end are audited. */
  settle(place: Place, next: readonly Alert[]): Promise<void>;
  scansSince(place: Place, sinceMs: number): Promise<Scan & { readonly scannedUntil: Date | undefined }>;
  /** How far rows were looked at again, in any environment. */
  scannedUntil(): Promise<Date | undefined>;
  keepScans(scans: readonly (Place & Scan)[], untilMs: number): Promise<void>;
};

const HOUR_MS = 3_600_000;
const KEPT_MS = 31 * 24 * HOUR_MS;

export function createQualityStore(controlStore: ControlStore, nowMs: () => number): QualityStore {
  const ofPlace = ({ environmentId }: Place) => eq(qualityThresholds.environmentId, environmentId);
  const read = async (tx: ControlTransaction, place: Place): Promise<Thresholds> => {
    const [row] = await tx.select().from(qualityThresholds).where(ofPlace(place));
    return row === undefined ? DEFAULT_THRESHOLDS : thresholdsOf(row);
  };
  return {
    thresholdsOf: (place) => controlStore.withWorkspace(place.workspaceId, (tx) => read(tx, place)),

    change: (place, change, actor) =>
      controlStore.withWorkspace(place.workspaceId, async (tx) => {
        const before = await read(tx, place);
        const after = { ...before, ...change };
        if (isSame(before, after)) return before;
        const values = { ...after, updatedAt: new Date(nowMs()) };
        await tx
          .insert(qualityThresholds)
          .values({ ...place, ...values })
          .onConflictDoUpdate({ target: qualityThresholds.environmentId, set: values });
        const subject = { kind: 'environment', id: place.environmentId };
        const { workspaceId } = place;
        const action = 'quality_thresholds.changed';
        await recordAudit(tx, { workspaceId, actor, action, subject, details: { before, after } }, nowMs());
        return after;
      }),

    alertsOf: (workspaceId, environmentId) =>
      controlStore.withWorkspace(workspaceId, (tx) =>
        tx
          .select()
          .from(qualityAlerts)
          .where(environmentId === undefined ? undefined : eq(qualityAlerts.environmentId, environmentId))
          .orderBy(qualityAlerts.since, qualityAlerts.type, qualityAlerts.source, qualityAlerts.appVersion),
      ),

    watched: (sinceMs) =>
      controlStore.asSystem(async (tx) => {
        const rows = await tx
          .select({ environmentId: environments.id, workspaceId: environments.workspaceId, set: qualityThresholds })
          .from(environments)
          .leftJoin(qualityThresholds, eq(qualityThresholds.environmentId, environments.id));
        const alerts = Map.groupBy(await tx.select().from(qualityAlerts), (alert) => alert.environmentId);
        const lately = await tx
          .select()
          .from(qualityScans)
          .where(gte(qualityScans.hour, hourOf(sinceMs)));
        const scans = Map.groupBy(lately, (scan) => scan.environmentId);
        return rows.map(({ set, ...place }) => ({
          ...place,
          scanned: (scans.get(place.environmentId) ?? []).reduce<Scan>(sumOf, NOTHING_SCANNED),
          thresholds: set === null ? DEFAULT_THRESHOLDS : thresholdsOf(set),
          alerts: alerts.get(place.environmentId) ?? [],
        }));
      }),

    settle: (place, next) =>
      controlStore.withWorkspace(place.workspaceId, async (tx) => {
        const here = eq(qualityAlerts.environmentId, place.environmentId);
        const before = await tx.delete(qualityAlerts).where(here).returning();
        if (next.length > 0) await tx.insert(qualityAlerts).values(next.map((alert) => ({ ...alert, ...place })));
        const known = new Set(before.map(keyOf));
        const kept = new Set(next.map(keyOf));
        const changes = [
          ...next.filter((alert) => !known.has(keyOf(alert))).map((alert) => ['quality_alert.began', alert] as const),
          ...before.filter((alert) => !kept.has(keyOf(alert))).map((alert) => ['quality_alert.ended', alert] as const),
        ];
        for (const [action, { type, source, appVersion, rate, threshold, since }] of changes) {
          const details = { type, source, appVersion, rate, threshold, since: since.toISOString() };
          const subject = { kind: 'environment', id: place.environmentId };
          const entry = {
            workspaceId: place.workspaceId,
            actor: { kind: 'system' } as const,
            action,
            subject,
            details,
          };
          await recordAudit(tx, entry, nowMs());
        }
      }),

    scansSince: (place, sinceMs) =>
      controlStore.withWorkspace(place.workspaceId, async (tx) => {
        const here = eq(qualityScans.environmentId, place.environmentId);
        const rows = await tx
          .select()
          .from(qualityScans)
          .where(and(here, gte(qualityScans.hour, hourOf(sinceMs))))
          .orderBy(qualityScans.hour);
        return { ...rows.reduce<Scan>(sumOf, NOTHING_SCANNED), scannedUntil: rows.at(-1)?.scannedUntil };
      }),

    scannedUntil: () =>
      controlStore.asSystem(async (tx) => {
        const [row] = await tx.select({ until: max(qualityScans.scannedUntil) }).from(qualityScans);
        return row?.until ?? undefined;
      }),

    keepScans: (scans, untilMs) =>
      controlStore.asSystem(async (tx) => {
        const hour = hourOf(untilMs);
        const scannedUntil = new Date(untilMs);
        await tx.delete(qualityScans).where(lt(qualityScans.hour, new Date(untilMs - KEPT_MS)));
        for (const { workspaceId, environmentId, ...scan } of scans) {
          const here = and(eq(qualityScans.environmentId, environmentId), eq(qualityScans.hour, hour));
          const [before] = await tx.select().from(qualityScans).where(here).for('update');
          const values = { ...sumOf(before ?? NOTHING_SCANNED, scan), scannedUntil };
          await tx
            .insert(qualityScans)
            .values({ workspaceId, environmentId, hour, ...values })
            .onConflictDoUpdate({ target: [qualityScans.environmentId, qualityScans.hour], set: values });
        }
      }),
  };
}

const NOTHING_SCANNED: Scan = { scannedEvents: 0, eventsWithFindings: 0, byRule: [] };

function hourOf(atMs: number): Date {
  return new Date(Math.floor(atMs / HOUR_MS) * HOUR_MS);
}

function sumOf(a: Scan, b: Scan): Scan {
  const events = new Map<string, RuleFindings>();
  for (const each of [...a.byRule, ...b.byRule]) {
    const key = `${each.rule}\0${each.place}`;
    events.set(key, { ...each, events: (events.get(key)?.events ?? 0) + each.events });
  }
  return {
    scannedEvents: a.scannedEvents + b.scannedEvents,
    eventsWithFindings: a.eventsWithFindings + b.eventsWithFindings,
    byRule: [...events.values()],
  };
}

function thresholdsOf({ rejectionRate, dropRate, piiRate, sustainedMinutes }: Thresholds): Thresholds {
  return { rejectionRate, dropRate, piiRate, sustainedMinutes };
}

function isSame(a: Thresholds, b: Thresholds): boolean {
  return (Object.keys(a) as (keyof Thresholds)[]).every((name) => a[name] === b[name]);
}

function keyOf({ type, source, appVersion }: Pick<Alert, 'type' | 'source' | 'appVersion'>): string {
  return [type, source, appVersion].join('\0');
}
