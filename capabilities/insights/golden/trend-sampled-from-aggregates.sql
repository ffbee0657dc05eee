SELECT
  2 AS period,
  255 AS value_rank,
  roundDown(toInt64(toUnixTimestamp(hour)) * 1000, {p3:Array(Int64)}) AS start_ms,
  max(is_panel_only = 1 OR events_variance > 0) AS is_sampled,
  uniqIfMerge(users) AS series_0,
  sumIf(events, event_name = {p0:String}) AS series_1,
  uniqIfMergeIf(users, is_panel_only = 0) AS series_0_weighted,
  sum(events) AS series_0_weights,
  sum(events_variance) AS series_0_variance,
  sumIf(events_variance, event_name = {p0:String}) AS series_1_variance
FROM events_hourly
WHERE hour >= toDateTime({p1:Int64}, 'UTC') AND hour < toDateTime({p2:Int64}, 'UTC')
GROUP BY start_ms WITH ROLLUP
HAVING period != 0 AND value_rank != 0

-- bound
{
  "p0": "login",
  "p1": 1794960000,
  "p2": 1795219200,
  "p3": [
    1794960000000,
    1795046400000,
    1795132800000
  ]
}
