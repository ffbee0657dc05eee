SELECT
  event_name AS name,
  sum(events) AS events,
  uniqIfMerge(users) AS unique_users,
  uniqIfMerge(sessions) AS unique_sessions,
  max(is_panel_only = 1 OR events_variance > 0) AS is_sampled,
  uniqIfMergeIf(users, is_panel_only = 0) AS weighted_users,
  uniqIfMergeIf(sessions, is_panel_only = 0) AS weighted_sessions,
  sum(events_variance) AS variance
FROM events_hourly
WHERE hour >= toDateTime({p0:Int64}, 'UTC') AND hour < toDateTime({p1:Int64}, 'UTC')
GROUP BY name WITH ROLLUP
ORDER BY events DESC, name

-- bound
{
  "p0": 1794571200,
  "p1": 1795176000
}
