SELECT
  if(toUnixTimestamp64Milli(timestamp) >= {p2:Int64}, 2, 1) AS period,
  toUInt8(transform(country, {p3:Array(String)}, {p4:Array(Int64)}, 255)) AS value_rank,
  roundDown(toUnixTimestamp64Milli(timestamp), {p5:Array(Int64)}) AS start_ms,
  max(weight != 1) AS is_sampled,
  round(sum(weight), 6) AS rank_score,
  sum(weight) AS series_0
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
GROUP BY period, value_rank, start_ms WITH ROLLUP
HAVING period != 0 AND value_rank != 0

-- bound
{
  "p0": 1794700800000,
  "p1": 1795219200000,
  "p2": 1794960000000,
  "p3": [
    "DE",
    "",
    "US"
  ],
  "p4": [
    1,
    2,
    3
  ],
  "p5": [
    1794700800000,
    1794787200000,
    1794873600000,
    1794960000000,
    1795046400000,
    1795132800000
  ]
}
