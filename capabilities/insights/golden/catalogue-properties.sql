SELECT
  arrayJoin(properties.keys) AS name,
  sum(weight) AS events
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
GROUP BY name
ORDER BY events DESC, name
LIMIT 2000

-- bound
{
  "since": 1792584000000
}
