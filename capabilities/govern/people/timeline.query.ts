/** What one person did, newest first: stored events of one workspace that carry one of their pseudonyms. */
import { columnExpression, type Question, type QuestionScope } from '@uptake/io/event-store';

export type TimelineRow = {
  readonly event_id: string;
  readonly event_name: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly environment_id: string;
  readonly tenant_id: string;
  readonly session_id: string;
  readonly feature_area: string;
  readonly surface: string;
  readonly platform: string;
  readonly app_version: string;
  readonly correlation_id: string;
  /** JSON text of an object. */
  readonly properties_json: string;
};

/** Several events may have one time, so a place among them is time and id. */
export type TimelinePlace = { readonly ms: number; readonly eventId: string };

export function timelineQuestion(
  scope: QuestionScope,
  pseudonyms: readonly string[],
  page: { readonly before: TimelinePlace; readonly limit: number },
): Question {
  return {
    name: 'govern.timeline',
    scope,
    parameters: { pseudonyms, before_ms: page.before.ms, before_id: page.before.eventId, rows: page.limit },
    sql: `
      SELECT toString(event_id) AS event_id, event_name, event_type, timestamp, toString(environment_id) AS environment_id,
        tenant_id, session_id, feature_area, surface, platform, app_version, correlation_id,
        ${columnExpression('properties')} AS properties_json
      FROM events
      WHERE user_key IN (arrayMap(each -> reinterpretAsUInt64(reverse(unhex(each))), {pseudonyms:Array(String)}))
        AND (timestamp, events.event_id) < (fromUnixTimestamp64Milli({before_ms:Int64}, 'UTC'), {before_id:UUID})
      ORDER BY timestamp DESC, events.event_id DESC
      LIMIT {rows:UInt32}`,
  };
}
