SELECT
  sumIf(weight, timestamp >= fromUnixTimestamp64Milli({hour_ago:Int64}, 'UTC')) AS events_last_hour,
  sumIf(weight, timestamp >= fromUnixTimestamp64Milli({two_hours_ago:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({hour_ago:Int64}, 'UTC')) AS events_previous_hour,
  (toInt64(uniqExactIf(user_key, user_key != 0 AND weight > 0 AND timestamp >= fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC'))) + 16 * greatest(toInt64(uniqExactIf(user_key, user_key != 0 AND timestamp >= fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC'))) - toInt64(uniqExactIf(user_key, user_key != 0 AND weight > 0 AND timestamp >= fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC'))), 0)) AS active_users_24h,
  (toInt64(uniqExactIf(user_key, user_key != 0 AND weight > 0 AND timestamp < fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC'))) + 16 * greatest(toInt64(uniqExactIf(user_key, user_key != 0 AND timestamp < fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC'))) - toInt64(uniqExactIf(user_key, user_key != 0 AND weight > 0 AND timestamp < fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC'))), 0)) AS active_users_previous_24h,
  uniqExactIf(tenant_id, tenant_id != '' AND timestamp >= fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC')) AS active_tenants_24h,
  uniqExactIf(tenant_id, tenant_id != '' AND timestamp < fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC')) AS active_tenants_previous_24h,
  sumIf(weight, event_type = 'error' AND timestamp >= fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC'))
    / nullIf(sumIf(weight, timestamp >= fromUnixTimestamp64Milli({day_ago:Int64}, 'UTC')), 0) AS error_rate_24h,
  max(weight != 1) AS is_sampled
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({two_days_ago:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({now:Int64}, 'UTC')

-- bound
{
  "now": 1795176000000,
  "hour_ago": 1795172400000,
  "two_hours_ago": 1795168800000,
  "day_ago": 1795089600000,
  "two_days_ago": 1795003200000
}
