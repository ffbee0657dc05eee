SELECT
  multiIf(NOT startsWith(properties[{p0:String}], '"'), if(properties[{p0:String}] = 'null', '', properties[{p0:String}]), position(properties[{p0:String}], '\\') = 0, substring(properties[{p0:String}], 2, length(properties[{p0:String}]) - 2), JSONExtractString(properties[{p0:String}])) AS value
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p1:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p2:Int64}, 'UTC')
GROUP BY value
ORDER BY round(sum(weight), 6) DESC, value
LIMIT 10

-- bound
{
  "p0": "plan",
  "p1": 1794960000000,
  "p2": 1795219200000
}
