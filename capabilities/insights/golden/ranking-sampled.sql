SELECT
  country AS value
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
GROUP BY value
ORDER BY (toInt64(uniqExactIf(user_key, user_key != 0 AND weight > 0)) + 16 * greatest(toInt64(uniqExactIf(user_key, user_key != 0)) - toInt64(uniqExactIf(user_key, user_key != 0 AND weight > 0)), 0)) DESC, value
LIMIT 10

-- bound
{
  "p0": 1794960000000,
  "p1": 1795219200000
}
