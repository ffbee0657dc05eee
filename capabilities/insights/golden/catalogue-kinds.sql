SELECT name, argMax(kind, occurrences) AS kind
FROM (
  SELECT
    entry.1 AS name,
    multiIf(raw_kind = 'number', 'number', raw_kind = 'boolean', 'boolean', 'text') AS kind,
    count() AS occurrences
  FROM (
    SELECT
      arrayJoin(arrayZip(mapKeys(properties), mapValues(properties))) AS entry,
      multiIf(startsWith(entry.2, '"'), 'text', entry.2 IN ('true', 'false'), 'boolean', entry.2 = 'null', 'null', startsWith(entry.2, '{'), 'object', startsWith(entry.2, '['), 'list', 'number') AS raw_kind
    FROM (SELECT properties FROM events WHERE timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') LIMIT 1 BY event_name, toStartOfHour(timestamp), product_id LIMIT 50000)
  )
  WHERE raw_kind != 'null'
  GROUP BY name, kind
)
GROUP BY name

-- bound
{
  "since": 1792584000000
}
