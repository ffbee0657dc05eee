/** The quality of what came in over a period, against what is allowed. */
import type { EventResult } from '@uptake/domain/contract';
import type { EventStore } from '@uptake/io/event-store';
import type { Static } from 'typebox';
import { type Alert, messageOf, severityOf, type Thresholds } from './alerts.ts';
import {
  type IntervalRow,
  intervalsQuestion,
  type ReasonRow,
  reasonsQuestion,
  type SourceRow,
  sourcesQuestion,
} from './rates.query.ts';
import type { Place, QualityStore } from './store.ts';
import { PERIODS, type PeriodName, type Quality, thresholdsToWire } from './wire.ts';

export type ReportDependencies = {
  readonly eventStore: Pick<EventStore, 'ask'>;
  readonly store: Pick<QualityStore, 'thresholdsOf' | 'alertsOf' | 'scansSince'>;
  readonly keyNames: (workspaceId: string) => Promise<ReadonlyMap<string, string>>;
  readonly freshness: () => Promise<{ readonly asOf: Date }>;
  readonly nowMs: () => number;
};

export async function qualityOf(
  place: Place,
  period: PeriodName,
  { eventStore, store, keyNames, freshness, nowMs }: ReportDependencies,
): Promise<Static<typeof Quality>> {
  const { lengthMs, stepMs } = PERIODS[period];
  const toMs = nowMs();
  // Whole steps, the one under way last, so that each figure stands for the same length.
  const fromMs = (Math.floor(toMs / stepMs) + 1) * stepMs - lengthMs;
  const span = { fromMs, toMs };
  const [reasons, intervals, sources, thresholds, alerts, scanned, names, { asOf }] = await Promise.all([
    eventStore.ask<ReasonRow>(reasonsQuestion(span, place)),
    eventStore.ask<IntervalRow>(intervalsQuestion(span, stepMs, place)),
    eventStore.ask<SourceRow>(sourcesQuestion(span, place)),
    store.thresholdsOf(place),
    store.alertsOf(place.workspaceId, place.environmentId),
    store.scansSince(place, fromMs),
    keyNames(place.workspaceId),
    freshness(),
  ]);
  const of = (result: EventResult): number =>
    reasons.reduce((sum, row) => sum + (row.result === result ? row.events : 0), 0);
  const counts = { accepted: of('accepted'), rejected: of('rejected'), dropped: of('dropped'), sampled: of('sampled') };
  const received = counts.accepted + counts.rejected + counts.dropped + counts.sampled;
  return {
    as_of: asOf.toISOString(),
    period,
    ...counts,
    duplicates: of('duplicate'),
    rejection_rate: share(counts.rejected, received),
    drop_rate: share(counts.dropped, received),
    thresholds: thresholdsToWire(thresholds),
    by_source: sources.map((row) => sourceToWire(row, thresholds, names)),
    per_interval: everyStep(intervals, span, stepMs),
    reasons: reasons
      .filter(({ result }) => result !== 'accepted')
      .map(({ reason, result, events }) => ({ reason, result, events })),
    pii: {
      scanned_events: scanned.scannedEvents,
      events_with_findings: scanned.eventsWithFindings,
      rate: scanned.scannedEvents === 0 ? null : scanned.eventsWithFindings / scanned.scannedEvents,
      scanned_until: scanned.scannedUntil?.toISOString() ?? null,
      by_rule: [...scanned.byRule],
    },
    alerts: alerts.map(alertToWire),
  };
}

function sourceToWire(
  { received, key_id, ...row }: SourceRow,
  thresholds: Thresholds,
  names: ReadonlyMap<string, string>,
): Static<typeof Quality>['by_source'][number] {
  const rejectionRate = share(row.rejected, received);
  const dropRate = share(row.dropped, received);
  return {
    ...row,
    key_id,
    key_name: names.get(key_id) ?? null,
    rejection_rate: rejectionRate,
    drop_rate: dropRate,
    is_over: rejectionRate > thresholds.rejectionRate || dropRate > thresholds.dropRate,
  };
}

function everyStep(
  rows: readonly IntervalRow[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
  stepMs: number,
): Static<typeof Quality>['per_interval'] {
  const byTime = new Map(rows.map(({ at_ms, ...counts }) => [at_ms, counts]));
  const steps: Static<typeof Quality>['per_interval'] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) {
    const counts = byTime.get(atMs) ?? { accepted: 0, rejected: 0, dropped: 0, sampled: 0 };
    steps.push({ at: new Date(atMs).toISOString(), ...counts });
  }
  return steps;
}

function alertToWire(alert: Alert): Static<typeof Quality>['alerts'][number] {
  const { type, source, appVersion, since } = alert;
  return {
    type,
    message: messageOf(alert),
    severity: severityOf(alert),
    since: since.toISOString(),
    ...(type !== 'personal_data_found' && { source, app_version: appVersion }),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
