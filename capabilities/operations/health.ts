/** Judges the health of telemetry from its figures: healthy, and which alerts are due (requirement S8). */
import type { HealthRow } from './health.query.ts';

/** Healthy means that an event came within this time. */
export const HEALTHY_WITHIN_MS = 5 * 60 * 1000;
/** Fewer events a day than this say nothing about a drop. */
const LEAST_EVENTS_PER_DAY = 288;

export type TelemetryAlert = {
  /** `low_event_rate`, `no_recent_event`, `writer_behind`, or one of the quality of what comes in. */
  readonly type: string;
  readonly message: string;
  readonly severity: 'warning' | 'critical';
};

export type TelemetryHealth = {
  readonly isHealthy: boolean;
  readonly lastEventTime: Date | undefined;
  readonly eventRatePerMinute: number;
  readonly averageEventRatePerMinute: number;
  /** Share of error events among the events of the last hour, 0 to 1. */
  readonly errorRate: number;
  readonly alerts: readonly TelemetryAlert[];
};

export function judgeHealth(row: HealthRow, nowMs: number, writerTrouble: string | undefined): TelemetryHealth {
  const lastMs = row.last_received_at_ms === null ? undefined : Number(row.last_received_at_ms);
  const eventRatePerMinute = row.events_last_5_minutes / 5;
  const averageEventRatePerMinute = row.events_last_24_hours / (24 * 60);
  const recent = lastMs !== undefined && nowMs - lastMs < HEALTHY_WITHIN_MS;
  const alerts: TelemetryAlert[] = [];
  if (row.events_last_24_hours >= LEAST_EVENTS_PER_DAY && eventRatePerMinute < averageEventRatePerMinute * 0.5) {
    alerts.push({
      type: 'low_event_rate',
      message: `${round(eventRatePerMinute)} events a minute over the last 5 minutes, under half of the day's average of ${round(averageEventRatePerMinute)}.`,
      severity: 'warning',
    });
  }
  if (!recent) {
    alerts.push({
      type: 'no_recent_event',
      message:
        lastMs === undefined
          ? 'No event came within the last 24 hours. Check that the product sends with a valid write key.'
          : `The last event came ${Math.round((nowMs - lastMs) / 60_000)} minutes ago.`,
      severity: 'warning',
    });
  }
  if (writerTrouble !== undefined) {
    alerts.push({
      type: 'writer_behind',
      message: `Accepted events are safe in the log but cannot be written to the event store: ${writerTrouble}`,
      severity: 'critical',
    });
  }
  return {
    isHealthy: recent && writerTrouble === undefined,
    lastEventTime: lastMs === undefined ? undefined : new Date(lastMs),
    eventRatePerMinute,
    averageEventRatePerMinute,
    errorRate: row.events_last_hour === 0 ? 0 : row.errors_last_hour / row.events_last_hour,
    alerts,
  };
}

function round(value: number): string {
  return value >= 10 ? Math.round(value).toString() : value.toFixed(1);
}
