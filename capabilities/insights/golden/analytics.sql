SELECT
  event_name AS name,
  sum(weight) AS events,
  uniqExactIf(user_key, user_key != 0) AS unique_users,
  uniqExactIf(session_key, session_key != 0) AS unique_sessions,
  max(weight != 1) AS is_sampled
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
  AND event_name = {p2:String}
  AND tenant_id = {p3:String}
  AND feature_area = {p4:String}
GROUP BY name WITH ROLLUP
ORDER BY events DESC, name

-- bound
{
  "p0": 1794571200000,
  "p1": 1795176000000,
  "p2": "login",
  "p3": "acme",
  "p4": "billing"
}
