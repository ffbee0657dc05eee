SELECT
  2 AS period,
  toUInt8(transform(multiIf(NOT startsWith(properties[{p2:String}], '"'), if(properties[{p2:String}] = 'null', '', properties[{p2:String}]), position(properties[{p2:String}], '\\') = 0, substring(properties[{p2:String}], 2, length(properties[{p2:String}]) - 2), JSONExtractString(properties[{p2:String}])), {p3:Array(String)}, {p4:Array(Int64)}, 255)) AS value_rank,
  roundDown(toUnixTimestamp64Milli(timestamp), {p5:Array(Int64)}) AS start_ms,
  max(weight != 1) AS is_sampled,
  round(sum(weight), 6) AS rank_score,
  sum(weight) AS series_0
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
GROUP BY value_rank, start_ms WITH ROLLUP
HAVING period != 0 AND value_rank != 0

-- bound
{
  "p0": 1794960000000,
  "p1": 1795219200000,
  "p2": "plan",
  "p3": [
    "pro"
  ],
  "p4": [
    1
  ],
  "p5": [
    1794960000000,
    1795046400000,
    1795132800000
  ]
}
