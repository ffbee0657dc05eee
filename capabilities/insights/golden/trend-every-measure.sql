SELECT
  2 AS period,
  255 AS value_rank,
  roundDown(toUnixTimestamp64Milli(timestamp), {p7:Array(Int64)}) AS start_ms,
  max(weight != 1) AS is_sampled,
  sumIf(weight, event_name = {p0:String}) AS series_0,
  uniqExactIf(user_key, user_key != 0) AS series_1,
  uniqExactIf(session_key, session_key != 0) AS series_2,
  uniqExactIf(tenant_id, tenant_id != '') AS series_3,
  sumIf(weight, user_key != 0) / uniqExactIf(user_key, user_key != 0) AS series_4,
  sum(weight * toFloat64OrNull(properties[{p3:String}])) AS series_5,
  sum(weight * toFloat64OrNull(properties[{p4:String}])) / sumIf(weight, isNotNull(toFloat64OrNull(properties[{p4:String}]))) AS series_6,
  max(toFloat64OrNull(properties[{p5:String}])) AS series_7,
  quantileExactWeighted(0.95)(toFloat64OrNull(properties[{p6:String}]), toUInt64(round(weight * 1000))) AS series_8
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p1:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p2:Int64}, 'UTC')
GROUP BY start_ms WITH ROLLUP
HAVING period != 0 AND value_rank != 0

-- bound
{
  "p0": "project_created",
  "p1": 1794956400000,
  "p2": 1795215600000,
  "p3": "duration_ms",
  "p4": "duration_ms",
  "p5": "duration_ms",
  "p6": "duration_ms",
  "p7": [
    1794956400000,
    1795042800000,
    1795129200000
  ]
}
