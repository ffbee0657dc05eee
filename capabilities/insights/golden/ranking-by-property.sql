SELECT
  multiIf(NOT startsWith(properties[{p2:String}], '"'), if(properties[{p2:String}] = 'null', '', properties[{p2:String}]), position(properties[{p2:String}], '\\') = 0, substring(properties[{p2:String}], 2, length(properties[{p2:String}]) - 2), JSONExtractString(properties[{p2:String}])) AS value
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
GROUP BY value
ORDER BY round(sum(weight), 6) DESC, value
LIMIT 10

-- bound
{
  "p0": 1794960000000,
  "p1": 1795219200000,
  "p2": "plan"
}
