SELECT DISTINCT
  multiIf(NOT startsWith(properties[{p1:String}], '"'), if(properties[{p1:String}] = 'null', '', properties[{p1:String}]), position(properties[{p1:String}], '\\') = 0, substring(properties[{p1:String}], 2, length(properties[{p1:String}]) - 2), JSONExtractString(properties[{p1:String}])) AS value
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p2:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p3:Int64}, 'UTC')
  AND event_name = {p0:String}
LIMIT 11

-- bound
{
  "p0": "login",
  "p1": "plan",
  "p2": 1795003200000,
  "p3": 1795176000000
}
