/** Realistic events made inside the engine: the same seeded rows for every candidate table and for the seam's own bench. */

const DAYS = 90;
const SLOTS = 4096;
const END_OF_DATA = '2026-11-01 00:00:00';

/** The three workspaces, environments and products; the first holds 90 % of the events. */
export const BENCH_WORKSPACE = '0197f3a0-0000-7000-8000-000000000001';
export const BENCH_ENVIRONMENT = '0197f3a0-0000-7000-8000-0000000000e1';
export const BENCH_PERIOD = { from: '2026-08-03 00:00:00', to: END_OF_DATA } as const;

const EVENT_NAMES = [
  'page_viewed',
  'api_called',
  'project_viewed',
  'button_clicked',
  'search_performed',
  'task_viewed',
  'task_updated',
  'document_opened',
  'comment_added',
  'notification_opened',
  'task_created',
  'file_uploaded',
  'report_viewed',
  'session_started',
  'task_completed',
  'dashboard_viewed',
  'filter_applied',
  'project_created',
  'document_shared',
  'error_shown',
  'workflow_step_completed',
  'task_assigned',
  'export_started',
  'export_completed',
  'report_created',
  'integration_synced',
  'invite_sent',
  'invite_accepted',
  'settings_changed',
  'agent_invoked',
  'agent_completed',
  'webhook_failed',
  'plan_viewed',
  'project_creation_error',
  'template_used',
  'survey_shown',
  'project_feedback_submitted',
  'plan_upgraded',
  'user_deactivated',
  'data_imported',
] as const;

/** Slot tables turn a uniform hash into a skewed choice at the price of one array look-up. */
function slots(weights: readonly number[]): string {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const filled: number[] = [];
  let reached = 0;
  weights.forEach((weight, index) => {
    reached += weight;
    while (filled.length < Math.round((reached / total) * SLOTS)) filled.push(index);
  });
  return `[${filled.slice(0, SLOTS).join(',')}]`;
}

function zipf(count: number, exponent: number): number[] {
  return Array.from({ length: count }, (_, index) => 1 / (index + 1) ** exponent);
}

/** Weekends carry a quarter of a working day. The data ends on a Saturday night. */
function weeklyRhythm(): number[] {
  return Array.from({ length: DAYS }, (_, day) => ((day + 1) % 7 === 6 || (day + 1) % 7 === 0 ? 0.25 : 1));
}

const pick = (salt: string, table: string) => `${table}[cityHash64(n, '${salt}') % ${SLOTS} + 1]`;
const uniform = (salt: string) => `(cityHash64(n, '${salt}') % 1000003 / 1000003)`;
const uuidOf = (expression: string) =>
  `toUUID(concat(substring(hex(sipHash128(${expression})), 1, 8), '-', substring(hex(sipHash128(${expression})), 9, 4), '-4', substring(hex(sipHash128(${expression})), 14, 3), '-a', substring(hex(sipHash128(${expression})), 18, 3), '-', substring(hex(sipHash128(${expression})), 21, 12)))`;

/** Six to ten properties by event, of every kind, one nested; about 190 bytes of JSON. */
const PROPERTIES = `concat(
  '{"plan":"', ['free','team','business','enterprise'][tenant % 4 + 1],
  '","path":"/projects/', toString(cityHash64(n, 'path') % 400), ['/board','/list','/settings','/files',''][cityHash64(n, 'tab') % 5 + 1],
  '","duration_ms":', toString(toUInt32(exp(4 + 3 * ${uniform('duration')}))),
  ',"is_first":', if(cityHash64(n, 'first') % 20 = 0, 'true', 'false'),
  ',"item_count":', toString(cityHash64(n, 'items') % 60),
  ',"theme":"', ['light','dark','system'][user % 3 + 1], '"',
  if(event % 2 = 0, concat(',"button":"', ['save','cancel','open','share','export','delete','retry','help'][cityHash64(n, 'button') % 8 + 1], '"'), ''),
  if(event % 3 = 0, concat(',"project_id":"p_', lower(hex(toUInt32(cityHash64(tenant, cityHash64(n, 'project') % 120)))), '"'), ''),
  if(event % 4 = 0, concat(',"amount":', toString(round(${uniform('amount')} * 500, 2))), ''),
  if(event % 5 = 0, concat(',"filter":{"status":"', ['open','closed','all'][cityHash64(n, 'status') % 3 + 1], '","mine":', if(n % 2 = 0, 'true', 'false'), '}'), ''),
  ',"release":"2026.', toString(7 + intDiv(day, 30)), '"}')`;

/** SELECT of `count` events in order of arrival-like hash, with the column names of the contract. */
export function generateEvents(count: number, offset = 0): string {
  const tenants = zipf(40, 0.9);
  const tenantTotal = tenants.reduce((sum, weight) => sum + weight, 0);
  const users = `[${tenants.map((weight) => Math.max(20, Math.round((weight / tenantTotal) * 20_000))).join(',')}]`;
  return `
WITH
  number + ${offset} AS n,
  ${pick('tenant', slots(tenants))} AS tenant,
  ${pick('event', slots(zipf(EVENT_NAMES.length, 1)))} AS event,
  ${pick('day', slots(weeklyRhythm()))} AS day,
  tenant * 100000 + toUInt32(pow(${uniform('user')}, 1.6) * ${users}[tenant + 1]) AS user,
  cityHash64(user, day, cityHash64(n, 'session') % 2) AS session,
  toUInt64(28800000 + session % 36000000 + cityHash64(n, 'action') % 2 * 240000 + cityHash64(n, 'within') % 3000) AS ms_of_day,
  event % 2 = 1 AS is_server,
  cityHash64(session, cityHash64(n, 'action') % 2) AS request
SELECT
  toUUID(if(n % 10 = 0, '0197f3a0-0000-7000-8000-000000000002', '${BENCH_WORKSPACE}')) AS workspace_id,
  toUUID(if(n % 10 = 0, '0197f3a0-0000-7000-8000-0000000000b2', '0197f3a0-0000-7000-8000-0000000000b1')) AS product_id,
  toUUID(if(n % 10 = 0, '0197f3a0-0000-7000-8000-0000000000e2', '${BENCH_ENVIRONMENT}')) AS environment_id,
  ${uuidOf("n, 'id'")} AS event_id,
  ${JSON.stringify(EVENT_NAMES).replaceAll('"', "'")}[event + 1] AS event_name,
  ['view','action','action','outcome','error'][event % 5 + 1] AS event_type,
  fromUnixTimestamp64Milli(toInt64((toUInt64(toUnixTimestamp('${BENCH_PERIOD.from}', 'UTC')) + day * 86400) * 1000 + ms_of_day), 'UTC') AS timestamp,
  timestamp + toIntervalMillisecond(if(user % 10 = 0, user % 4000, 0)) AS original_timestamp,
  timestamp + toIntervalMillisecond(20 + cityHash64(n, 'lag') % 5000) AS received_at,
  if(is_server, 'server', 'client') AS source,
  if(is_server, 'api', ['web','web','web','ios','android'][user % 5 + 1]) AS platform,
  concat('2026.', toString(7 + intDiv(day, 30)), '.', toString(intDiv(day, 7) % 5)) AS app_version,
  concat('tenant-', leftPad(toString(tenant), 3, '0')) AS tenant_id,
  lower(hex(cityHash64(user, 'pseudonym'))) AS user_id_unpadded,
  leftPad(user_id_unpadded, 16, '0') AS user_id,
  ['admin','member','member','viewer'][user % 4 + 1] AS user_role,
  leftPad(lower(hex(session)), 16, '0') AS session_id,
  if(is_server, 'api_token', 'sso') AS auth_context,
  user % 97 = 0 AS is_internal,
  ['projects','tasks','documents','reports','search','settings','agents','billing'][event % 8 + 1] AS feature_area,
  if(event % 7 = 0, ['onboarding','export','review','import'][intDiv(event, 7) % 4 + 1], '') AS workflow_name,
  concat('component_', toString(cityHash64(event, n % 6) % 200)) AS surface,
  if(user % 3 = 0, concat('{"new_board":"', if(user % 2 = 0, 'control', 'treatment'), '"}'), '{}') AS experiment_assignments,
  if(is_server, toString(${uuidOf("request, 'request'")}), '') AS request_id,
  if(is_server, lower(hex(sipHash128(request, 'trace'))), '') AS trace_id,
  if(event % 20 = 19, lower(hex(cityHash64(request, 'correlation'))), '') AS correlation_id,
  if(is_server, 'server', ['desktop','desktop','desktop','mobile','tablet'][user % 5 + 1]) AS device_type,
  if(is_server, '', ['Chrome','Safari','Firefox','Edge'][user % 4 + 1]) AS browser_family,
  if(is_server, 'Linux', ['Windows','macOS','iOS','Android'][user % 4 + 1]) AS os_family,
  ['DE','US','GB','FR','NL','ES','SE','JP','BR','IN'][tenant % 10 + 1] AS country,
  '' AS region,
  if(is_server, '', ['wifi','ethernet','cellular'][session % 3 + 1]) AS connection_type,
  if(event % 9 = 0, 'low', 'none') AS pii_classification,
  if(event % 13 = 12, 'restricted', 'internal') AS data_sensitivity,
  ${PROPERTIES} AS properties,
  toFloat64(1) AS weight,
  event < 30 AS is_planned
FROM numbers(${count})`;
}
