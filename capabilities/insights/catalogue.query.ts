/** What there is to ask about: the events and properties of the last thirty days. */
import type { Question, QuestionScope } from '@uptake/io/event-store';
import { propertyKindExpression } from '@uptake/io/event-store';

export const CATALOGUE_DAYS = 30;
const MAX_EVENTS = 2_000;
const MAX_PROPERTIES = 2_000;
/** Events whose property values are looked at to tell text from number. Reading all values would cost seconds. */
const KIND_SAMPLE_EVENTS = 50_000;

export type CatalogueEventRow = { readonly name: string; readonly events: number; readonly last_seen_ms: number };
export type CataloguePropertyRow = { readonly name: string; readonly events: number };
export type CatalogueKindRow = { readonly name: string; readonly kind: 'text' | 'number' | 'boolean' };

const SINCE = `timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`;

export function catalogueEventsQuestion(sinceMs: number, scope: QuestionScope): Question {
  return {
    name: 'insights.catalogue.events',
    scope,
    parameters: { since: sinceMs },
    sql: `SELECT
  event_name AS name,
  sum(weight) AS events,
  toUnixTimestamp64Milli(max(timestamp)) AS last_seen_ms
FROM events
WHERE ${SINCE}
GROUP BY name
ORDER BY events DESC, name
LIMIT ${MAX_EVENTS}`,
  };
}

/** Reads the names alone, a column of its own within the map. */
export function cataloguePropertiesQuestion(sinceMs: number, scope: QuestionScope): Question {
  return {
    name: 'insights.catalogue.properties',
    scope,
    parameters: { since: sinceMs },
    sql: `SELECT
  arrayJoin(properties.keys) AS name,
  sum(weight) AS events
FROM events
WHERE ${SINCE}
GROUP BY name
ORDER BY events DESC, name
LIMIT ${MAX_PROPERTIES}`,
  };
}

/** The most frequent kind of each property among events spread over the time; lists and objects read as text. */
export function catalogueKindsQuestion(sinceMs: number, scope: QuestionScope): Question {
  const kind = propertyKindExpression('entry.2');
  return {
    name: 'insights.catalogue.kinds',
    scope,
    parameters: { since: sinceMs },
    sql: `SELECT name, argMax(kind, occurrences) AS kind
FROM (
  SELECT
    entry.1 AS name,
    multiIf(raw_kind = 'number', 'number', raw_kind = 'boolean', 'boolean', 'text') AS kind,
    count() AS occurrences
  FROM (
    SELECT
      arrayJoin(arrayZip(mapKeys(properties), mapValues(properties))) AS entry,
      ${kind} AS raw_kind
    FROM (SELECT properties FROM events WHERE ${SINCE} LIMIT 1 BY event_name, toStartOfHour(timestamp), product_id LIMIT ${KIND_SAMPLE_EVENTS})
  )
  WHERE raw_kind != 'null'
  GROUP BY name, kind
)
GROUP BY name`,
  };
}
