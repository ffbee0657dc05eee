SELECT
  feature_area AS value
FROM events_hourly
WHERE hour >= toDateTime({p0:Int64}, 'UTC') AND hour < toDateTime({p1:Int64}, 'UTC')
GROUP BY value
ORDER BY round(sum(events), 6) DESC, value
LIMIT 10

-- bound
{
  "p0": 1794960000,
  "p1": 1795219200
}
