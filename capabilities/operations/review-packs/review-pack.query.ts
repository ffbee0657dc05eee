/** One tenant's use of a product over a period, beside the same of the period before: the questions of a review pack. */
import { countableExpression, LINKED_EVENTS, type Question, type QuestionScope } from '@uptake/io/event-store';

/** [fromMs, toMs), and the equally long stretch before it. */
export type ReviewPeriod = { readonly fromMs: number; readonly toMs: number };
export type ReviewScope = QuestionScope & {
  readonly tenantId: string;
  /** Whether people count once over changes of their pseudonyms, as far as these are linked. */
  readonly isLinked?: boolean;
};

/** How many lines a list of the pack has. */
const LISTED = 15;
const ERRORS_LISTED = 10;

const at = (parameter: string) => `fromUnixTimestamp64Milli({${parameter}:Int64}, 'UTC')`;
const CURRENT = `timestamp >= ${at('from')}`;
const PREVIOUS = `timestamp < ${at('from')}`;
const WITHIN = `timestamp >= ${at('before')} AND timestamp < ${at('to')} AND tenant_id = {tenant:String}`;
const IS_ERROR = "event_type = 'error'";

const tableOf = ({ isLinked }: ReviewScope) => (isLinked ? LINKED_EVENTS : 'events');
const events = (condition: string) => `sumIf(weight, ${condition})`;
const unique = (of: 'user' | 'session', condition: string) => {
  const { key, present } = countableExpression(of);
  return `uniqExactIf(${key}, ${present} AND ${condition})`;
};

function question(name: string, sql: string, scope: ReviewScope, { fromMs, toMs }: ReviewPeriod): Question {
  const { tenantId, isLinked: _, ...of } = scope;
  return {
    name: `operations.review-pack.${name}`,
    scope: of,
    parameters: { before: fromMs - (toMs - fromMs), from: fromMs, to: toMs, tenant: tenantId },
    sql,
  };
}

export type TotalsRow = {
  readonly events: number;
  readonly previous_events: number;
  readonly users: number;
  readonly previous_users: number;
  readonly sessions: number;
  readonly previous_sessions: number;
  readonly active_days: number;
  readonly previous_active_days: number;
  readonly errors: number;
  readonly previous_errors: number;
  readonly is_sampled: number;
};

export const totalsQuestion = (scope: ReviewScope, period: ReviewPeriod): Question =>
  question(
    'totals',
    `SELECT
  ${events(CURRENT)} AS events,
  ${events(PREVIOUS)} AS previous_events,
  ${unique('user', CURRENT)} AS users,
  ${unique('user', PREVIOUS)} AS previous_users,
  ${unique('session', CURRENT)} AS sessions,
  ${unique('session', PREVIOUS)} AS previous_sessions,
  uniqExactIf(toDate(timestamp), ${CURRENT}) AS active_days,
  uniqExactIf(toDate(timestamp), ${PREVIOUS}) AS previous_active_days,
  ${events(`${IS_ERROR} AND ${CURRENT}`)} AS errors,
  ${events(`${IS_ERROR} AND ${PREVIOUS}`)} AS previous_errors,
  max(weight != 1) AS is_sampled
FROM ${tableOf(scope)}
WHERE ${WITHIN}`,
    scope,
    period,
  );

export type TimelineRow = { readonly bucket: number; readonly users: number; readonly events: number };

/** Buckets of `bucketDays` days, counted from the beginning of the period: 0 is its first, −1 the last before it. */
export function timelineQuestion(scope: ReviewScope, period: ReviewPeriod, bucketDays: number): Question {
  const asked = question(
    'timeline',
    `SELECT
  toInt32(floor((toUnixTimestamp64Milli(timestamp) - {from:Int64}) / {bucket_ms:Int64})) AS bucket,
  ${unique('user', '1')} AS users,
  sum(weight) AS events
FROM ${tableOf(scope)}
WHERE ${WITHIN}
GROUP BY bucket
ORDER BY bucket`,
    scope,
    period,
  );
  return { ...asked, parameters: { ...asked.parameters, bucket_ms: bucketDays * 86_400_000 } };
}

export type UseRow = {
  readonly name: string;
  readonly users: number;
  readonly previous_users: number;
  readonly events: number;
  readonly previous_events: number;
  readonly errors: number;
};

/** What was used most, by the people who used it. */
function useQuestion(name: string, column: string, scope: ReviewScope, period: ReviewPeriod): Question {
  return question(
    name,
    `SELECT
  toString(${column}) AS name,
  ${unique('user', CURRENT)} AS users,
  ${unique('user', PREVIOUS)} AS previous_users,
  ${events(CURRENT)} AS events,
  ${events(PREVIOUS)} AS previous_events,
  ${events(`${IS_ERROR} AND ${CURRENT}`)} AS errors
FROM ${tableOf(scope)}
WHERE ${WITHIN} AND ${column} != ''
GROUP BY ${column}
HAVING events > 0 OR previous_events > 0
ORDER BY users DESC, events DESC, name
LIMIT ${LISTED}`,
    scope,
    period,
  );
}

export const featuresQuestion = (scope: ReviewScope, period: ReviewPeriod): Question =>
  useQuestion('features', 'feature_area', scope, period);
export const workflowsQuestion = (scope: ReviewScope, period: ReviewPeriod): Question =>
  useQuestion('workflows', 'workflow_name', scope, period);
export const eventsQuestion = (scope: ReviewScope, period: ReviewPeriod): Question =>
  useQuestion('events', 'event_name', scope, period);

export type ErrorRow = {
  readonly name: string;
  readonly feature_area: string;
  readonly users: number;
  readonly events: number;
  readonly previous_events: number;
};

export const errorsQuestion = (scope: ReviewScope, period: ReviewPeriod): Question =>
  question(
    'errors',
    `SELECT
  toString(event_name) AS name,
  toString(feature_area) AS feature_area,
  ${unique('user', CURRENT)} AS users,
  ${events(CURRENT)} AS events,
  ${events(PREVIOUS)} AS previous_events
FROM ${tableOf(scope)}
WHERE ${WITHIN} AND ${IS_ERROR}
GROUP BY event_name, feature_area
HAVING events > 0 OR previous_events > 0
ORDER BY events DESC, name, feature_area
LIMIT ${ERRORS_LISTED}`,
    scope,
    period,
  );
