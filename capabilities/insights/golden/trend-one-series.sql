SELECT
  2 AS period,
  255 AS value_rank,
  roundDown(toUnixTimestamp64Milli(timestamp), {p3:Array(Int64)}) AS start_ms,
  max(weight != 1) AS is_sampled,
  uniqExactIf(user_key, user_key != 0) AS series_0
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p1:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p2:Int64}, 'UTC')
  AND event_name = {p0:String}
GROUP BY start_ms WITH ROLLUP
HAVING period != 0 AND value_rank != 0

-- bound
{
  "p0": "project_created",
  "p1": 1794960000000,
  "p2": 1795219200000,
  "p3": [
    1794960000000,
    1795046400000,
    1795132800000
  ]
}
