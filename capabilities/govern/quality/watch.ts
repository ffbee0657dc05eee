/** Begins and ends the alerts of every environment, once a minute. */
import type { EventStore } from '@uptake/io/event-store';
import { alertsNow, type MinuteCounts } from './alerts.ts';
import { type MinuteRow, minutesQuestion } from './rates.query.ts';
import type { QualityStore, WatchedEnvironment } from './store.ts';

export type WatchDependencies = {
  readonly eventStore: Pick<EventStore, 'askAsOperator'>;
  readonly store: QualityStore;
  readonly freshness: () => Promise<{ readonly asOf: Date }>;
};

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export async function watch({ eventStore, store, freshness }: WatchDependencies): Promise<void> {
  const untilMs = (await freshness()).asOf.getTime();
  const environments = await store.watched(untilMs - DAY_MS);
  const longest = Math.max(0, ...environments.map(({ thresholds }) => thresholds.sustainedMinutes));
  const period = { fromMs: untilMs - (longest + 1) * MINUTE_MS, toMs: untilMs };
  const rows = await eventStore.askAsOperator<MinuteRow>(minutesQuestion(period));
  const countsOf = Map.groupBy(rows, ({ environment_id }) => environment_id);
  for (const environment of environments) {
    const counts = (countsOf.get(environment.environmentId) ?? []).map(toCounts);
    const { thresholds, scanned, alerts: before } = environment;
    const next = alertsNow({ thresholds, before, counts, scanned, untilMs });
    if (hasChanged(environment, next)) await store.settle(environment, next);
  }
}

function toCounts({ source, app_version, minute_ms, received, rejected, dropped }: MinuteRow): MinuteCounts {
  return { source, appVersion: app_version, minuteMs: minute_ms, received, rejected, dropped };
}

function hasChanged({ alerts }: WatchedEnvironment, next: WatchedEnvironment['alerts']): boolean {
  return alerts.length > 0 || next.length > 0;
}
