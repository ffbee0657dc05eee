SELECT
  2 AS period,
  toUInt8(transform(country, {p11:Array(String)}, {p12:Array(Int64)}, 255)) AS value_rank,
  roundDown(toUnixTimestamp64Milli(timestamp), {p13:Array(Int64)}) AS start_ms,
  max(weight != 1) AS is_sampled,
  round(sumIf(weight, event_name = {p0:String}), 6) AS rank_score,
  sumIf(weight, event_name = {p0:String}) AS series_0,
  uniqExactIf(user_key, user_key != 0) AS series_1,
  uniqExactIf(session_key, session_key != 0) AS series_2,
  uniqExactIf(tenant_id, tenant_id != '') AS series_3,
  sumIf(weight, user_key != 0) / uniqExactIf(user_key, user_key != 0) AS series_4,
  sum(weight * toFloat64OrNull(properties[{p3:String}])) AS series_5,
  sum(weight * toFloat64OrNull(properties[{p4:String}])) / sumIf(weight, isNotNull(toFloat64OrNull(properties[{p4:String}]))) AS series_6,
  max(toFloat64OrNull(properties[{p5:String}])) AS series_7,
  quantileExactWeighted(0.95)(toFloat64OrNull(properties[{p6:String}]), toUInt64(round(weight * 1000))) AS series_8,
  sumIf(weight * (weight - 1), event_name = {p0:String}) AS series_0_variance,
  uniqExactIf(user_key, user_key != 0 AND weight > 0) AS series_1_weighted,
  sum(weight) AS series_1_weights,
  sum(weight * (weight - 1)) AS series_1_variance,
  uniqExactIf(session_key, session_key != 0 AND weight > 0) AS series_2_weighted,
  sum(weight) AS series_2_weights,
  sum(weight * (weight - 1)) AS series_2_variance,
  uniqExactIf(user_key, user_key != 0) AS series_4_people,
  uniqExactIf(user_key, user_key != 0 AND weight > 0) AS series_4_weighted,
  sumIf(weight, user_key != 0) AS series_4_weights,
  sumIf(weight * (weight - 1), user_key != 0) AS series_4_variance,
  sum(weight * (weight - 1) * toFloat64OrNull(properties[{p7:String}]) * toFloat64OrNull(properties[{p7:String}])) AS series_5_squares,
  sum(weight * (weight - 1) * toFloat64OrNull(properties[{p8:String}]) * toFloat64OrNull(properties[{p8:String}])) AS series_6_squares,
  sum(weight * (weight - 1) * toFloat64OrNull(properties[{p8:String}])) AS series_6_values,
  sumIf(weight * (weight - 1), isNotNull(toFloat64OrNull(properties[{p8:String}]))) AS series_6_ones,
  sumIf(weight, isNotNull(toFloat64OrNull(properties[{p8:String}]))) AS series_6_weights
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p1:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p2:Int64}, 'UTC')
GROUP BY value_rank, start_ms WITH ROLLUP
HAVING period != 0 AND value_rank != 0

-- bound
{
  "p0": "project_created",
  "p1": 1794960000000,
  "p2": 1795219200000,
  "p3": "duration_ms",
  "p4": "duration_ms",
  "p5": "duration_ms",
  "p6": "duration_ms",
  "p7": "duration_ms",
  "p8": "duration_ms",
  "p9": "duration_ms",
  "p10": "duration_ms",
  "p11": [
    "DE"
  ],
  "p12": [
    1
  ],
  "p13": [
    1794960000000,
    1795046400000,
    1795132800000
  ]
}
