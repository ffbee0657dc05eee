SELECT
  intDiv(toUnixTimestamp64Milli(timestamp), 60000) * 60000 AS minute_ms,
  sum(weight) AS events
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({now:Int64}, 'UTC')
GROUP BY minute_ms

-- bound
{
  "since": 1795172460000,
  "now": 1795176000000
}
