SELECT
  event_name,
  sum(weight) AS events,
  uniqExactIf(user_key, user_key != 0 AND 1) AS users
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({now:Int64}, 'UTC')
GROUP BY event_name
ORDER BY events DESC, event_name
LIMIT 10

-- bound
{
  "day_ago": 1795089600000,
  "now": 1795176000000
}
