SELECT
  if(toUnixTimestamp64Milli(timestamp) >= {p4:Int64}, 2, 1) AS period,
  255 AS value_rank,
  roundDown(toUnixTimestamp64Milli(timestamp), {p5:Array(Int64)}) AS start_ms,
  max(weight != 1) AS is_sampled,
  sum(weight) AS series_0
FROM events
WHERE ((timestamp >= fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p1:Int64}, 'UTC')) OR (timestamp >= fromUnixTimestamp64Milli({p2:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p3:Int64}, 'UTC')))
GROUP BY period, start_ms WITH ROLLUP
HAVING period != 0 AND value_rank != 0

-- bound
{
  "p0": 1793145600000,
  "p1": 1794009600000,
  "p2": 1794355200000,
  "p3": 1795219200000,
  "p4": 1794355200000,
  "p5": [
    1793145600000,
    1793577600000,
    1794355200000,
    1794787200000
  ]
}
