SELECT
  2 AS period,
  255 AS value_rank,
  roundDown(toUnixTimestamp64Milli(timestamp), {p18:Array(Int64)}) AS start_ms,
  max(weight != 1) AS is_sampled,
  sum(weight) AS series_0
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
  AND (country = {p2:String})
  AND NOT (tenant_id IN ({p3:String}, {p4:String}))
  AND (toString(is_internal) = {p5:String})
  AND (positionCaseInsensitiveUTF8(surface, {p6:String}) > 0)
  AND (multiIf(NOT startsWith(properties[{p12:String}], '"'), if(properties[{p12:String}] = 'null', '', properties[{p12:String}]), position(properties[{p12:String}], '\\') = 0, substring(properties[{p12:String}], 2, length(properties[{p12:String}]) - 2), JSONExtractString(properties[{p12:String}])) IN ({p11:String}) OR ifNull(toFloat64OrNull(properties[{p7:String}]) = {p8:Float64}, 0) OR ifNull(multiIf(properties[{p9:String}] = 'true', true, properties[{p9:String}] = 'false', false, NULL) = {p10:Bool}, 0))
  AND (positionCaseInsensitiveUTF8(multiIf(NOT startsWith(properties[{p13:String}], '"'), if(properties[{p13:String}] = 'null', '', properties[{p13:String}]), position(properties[{p13:String}], '\\') = 0, substring(properties[{p13:String}], 2, length(properties[{p13:String}]) - 2), JSONExtractString(properties[{p13:String}])), {p14:String}) = 1)
  AND ifNull(toFloat64OrNull(properties[{p15:String}]) >= {p16:Float64}, 0)
  AND (multiIf(NOT startsWith(properties[{p17:String}], '"'), if(properties[{p17:String}] = 'null', '', properties[{p17:String}]), position(properties[{p17:String}], '\\') = 0, substring(properties[{p17:String}], 2, length(properties[{p17:String}]) - 2), JSONExtractString(properties[{p17:String}])) = '')
GROUP BY start_ms WITH ROLLUP
HAVING period != 0 AND value_rank != 0

-- bound
{
  "p0": 1794960000000,
  "p1": 1795219200000,
  "p2": "DE",
  "p3": "acme",
  "p4": "o'hara",
  "p5": "false",
  "p6": "settings",
  "p7": "plan",
  "p8": 5,
  "p9": "plan",
  "p10": true,
  "p11": "pro",
  "p12": "plan",
  "p13": "plan",
  "p14": "p",
  "p15": "seats",
  "p16": 10,
  "p17": "coupon",
  "p18": [
    1794960000000,
    1795046400000,
    1795132800000
  ]
}
