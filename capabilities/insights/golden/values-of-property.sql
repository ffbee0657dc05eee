SELECT
  multiIf(NOT startsWith(properties[{p0:String}], '"'), if(properties[{p0:String}] = 'null', '', properties[{p0:String}]), position(properties[{p0:String}], '\\') = 0, substring(properties[{p0:String}], 2, length(properties[{p0:String}]) - 2), JSONExtractString(properties[{p0:String}])) AS value,
  sum(weight) AS events
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
  AND value != ''
  AND positionCaseInsensitiveUTF8(value, {p2:String}) > 0
GROUP BY value
ORDER BY events DESC, value
LIMIT 100

-- bound
{
  "p0": "plan",
  "p1": 1792584000000,
  "p2": "pr"
}
