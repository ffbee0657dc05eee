SELECT
  toString(is_internal) AS value,
  sum(weight) AS events
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p0:Int64}, 'UTC')
  AND value != ''
GROUP BY value
ORDER BY events DESC, value
LIMIT 100

-- bound
{
  "p0": 1792584000000
}
