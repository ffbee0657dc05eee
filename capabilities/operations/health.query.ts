/** How telemetry is doing: newest event, rates and share of errors (requirement S8). */
import type { Question, QuestionScope } from '@uptake/io/event-store';

export type HealthRow = {
  readonly last_received_at_ms: string | null;
  readonly events_last_5_minutes: number;
  readonly events_last_24_hours: number;
  readonly errors_last_hour: number;
  readonly events_last_hour: number;
};

/** Rates go by when events happened; "last event" goes by when it came. Counts are weighted (sampling). */
export function healthQuestion(scope: QuestionScope, nowMs: number): Question {
  return {
    name: 'operations.health',
    scope,
    parameters: { now: nowMs / 1000 },
    sql: `
      WITH toDateTime64({now:Float64}, 3, 'UTC') AS now
      SELECT
        if(count() = 0, NULL, toString(toUnixTimestamp64Milli(max(received_at)))) AS last_received_at_ms,
        toFloat64(sumIf(weight, timestamp > now - INTERVAL 5 MINUTE)) AS events_last_5_minutes,
        toFloat64(sum(weight)) AS events_last_24_hours,
        toFloat64(sumIf(weight, timestamp > now - INTERVAL 1 HOUR AND event_type = 'error')) AS errors_last_hour,
        toFloat64(sumIf(weight, timestamp > now - INTERVAL 1 HOUR)) AS events_last_hour
      FROM events
      WHERE timestamp > now - INTERVAL 1 DAY AND timestamp <= now + INTERVAL 10 MINUTE`,
  };
}
