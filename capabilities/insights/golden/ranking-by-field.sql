SELECT
  country AS value
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p1:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p2:Int64}, 'UTC')
GROUP BY value
ORDER BY round(uniqExactIf(user_key, user_key != 0 AND event_name = {p0:String}), 6) DESC, value
LIMIT 10

-- bound
{
  "p0": "login",
  "p1": 1794960000000,
  "p2": 1795219200000
}
