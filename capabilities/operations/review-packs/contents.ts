/** The figures of a review pack, asked once and kept. */
import type { EventStore } from '@uptake/io/event-store';
import type { Freshness } from '../../collect/read-model.ts';
import type { InsightsReadModel } from '../../insights/read-model.ts';
import {
  type ErrorRow,
  errorsQuestion,
  eventsQuestion,
  featuresQuestion,
  type ReviewPeriod,
  type ReviewScope,
  type TimelineRow,
  type TotalsRow,
  timelineQuestion,
  totalsQuestion,
  type UseRow,
  workflowsQuestion,
} from './review-pack.query.ts';

/** A figure, and the same of the period before; `null` where that lies beyond what is kept. */
export type Compared = { readonly value: number; readonly previous: number | null };

export type Used = {
  readonly name: string;
  readonly users: Compared;
  readonly events: Compared;
  readonly errors: number;
};

export type ReviewPackContents = {
  readonly tenant_id: string;
  /** `null`: all environments of the workspace. */
  readonly environment: string | null;
  readonly period: { readonly from: string; readonly to: string };
  readonly totals: Readonly<
    Record<'active_users' | 'sessions' | 'active_days' | 'events' | 'errors' | 'error_share', Compared>
  >;
  readonly timeline: {
    readonly bucket_days: number;
    readonly starts: readonly string[];
    readonly active_users: readonly number[];
    readonly events: readonly number[];
    readonly previous_active_users: readonly number[] | null;
  };
  readonly features: readonly Used[];
  readonly workflows: readonly Used[];
  readonly events: readonly Used[];
  readonly errors: readonly {
    readonly name: string;
    readonly feature_area: string;
    readonly users: number;
    readonly events: Compared;
  }[];
  readonly counted_up_to: string;
  readonly is_sampled: boolean;
  /** Somebody may count as more than one, for pseudonyms changed within a period; in words beside it. */
  readonly crosses_rotation: boolean;
  readonly explanation: string | null;
};

/** How people are counted within stretches of time over which their pseudonyms change. */
export type PeopleOver = InsightsReadModel['peopleOver'];

export type ContentsRequest = {
  readonly scope: ReviewScope;
  readonly environment: string | null;
  readonly period: ReviewPeriod;
  /** Events before this are deleted, so that nothing can be said of them. */
  readonly keptFromMs: number;
};

const DAY_MS = 86_400_000;
/** More bars than this are weeks. */
const MOST_DAYS = 45;

export async function askContents(
  eventStore: Pick<EventStore, 'ask'>,
  freshness: () => Promise<Freshness>,
  peopleOver: PeopleOver,
  { scope: asked, environment, period, keptFromMs }: ContentsRequest,
): Promise<ReviewPackContents> {
  const lengthMs = period.toMs - period.fromMs;
  const before = { fromMs: period.fromMs - lengthMs, toMs: period.fromMs };
  const isComparable = before.fromMs >= keptFromMs;
  const people = await peopleOver(asked, isComparable ? [before, period] : [period]);
  const scope = { ...asked, isLinked: people.isLinked };
  const bucketDays = lengthMs / DAY_MS > MOST_DAYS ? 7 : 1;
  // Read before the rows, so that it never promises more than they hold.
  const { asOf } = await freshness();
  const [totals] = await eventStore.ask<TotalsRow>(totalsQuestion(scope, period));
  const timeline = await eventStore.ask<TimelineRow>(timelineQuestion(scope, period, bucketDays));
  const features = await eventStore.ask<UseRow>(featuresQuestion(scope, period));
  const workflows = await eventStore.ask<UseRow>(workflowsQuestion(scope, period));
  const events = await eventStore.ask<UseRow>(eventsQuestion(scope, period));
  const errors = await eventStore.ask<ErrorRow>(errorsQuestion(scope, period));
  const compare = (value: number, previous: number): Compared => ({ value, previous: isComparable ? previous : null });
  const used = (rows: readonly UseRow[]): Used[] =>
    rows.map((row) => ({
      name: row.name,
      users: compare(row.users, row.previous_users),
      events: compare(row.events, row.previous_events),
      errors: row.errors,
    }));
  const row = totals!;
  return {
    tenant_id: scope.tenantId,
    environment,
    period: { from: new Date(period.fromMs).toISOString(), to: new Date(period.toMs).toISOString() },
    totals: {
      active_users: compare(row.users, row.previous_users),
      sessions: compare(row.sessions, row.previous_sessions),
      active_days: compare(row.active_days, row.previous_active_days),
      events: compare(row.events, row.previous_events),
      errors: compare(row.errors, row.previous_errors),
      error_share: compare(share(row.errors, row.events), share(row.previous_errors, row.previous_events)),
    },
    timeline: timelineOf(timeline, period, bucketDays, isComparable),
    features: used(features),
    workflows: used(workflows),
    events: used(events),
    errors: errors.map((error) => ({
      name: error.name,
      feature_area: error.feature_area,
      users: error.users,
      events: compare(error.events, error.previous_events),
    })),
    counted_up_to: asOf.toISOString(),
    is_sampled: row.is_sampled === 1,
    crosses_rotation: people.crossesRotation,
    explanation: people.explanation,
  };
}

/** Where the period is no whole number of buckets, those before it begin elsewhere, so that they are left out. */
function timelineOf(
  rows: readonly TimelineRow[],
  { fromMs, toMs }: ReviewPeriod,
  bucketDays: number,
  isComparable: boolean,
): ReviewPackContents['timeline'] {
  const bucketMs = bucketDays * DAY_MS;
  const lengthMs = toMs - fromMs;
  const buckets = Math.ceil(lengthMs / bucketMs);
  const isAligned = lengthMs % bucketMs === 0;
  const read = (from: number, figure: 'users' | 'events') =>
    Array.from({ length: buckets }, (_, index) => rows.find(({ bucket }) => bucket === from + index)?.[figure] ?? 0);
  return {
    bucket_days: bucketDays,
    starts: Array.from({ length: buckets }, (_, index) => new Date(fromMs + index * bucketMs).toISOString()),
    active_users: read(0, 'users'),
    events: read(0, 'events'),
    previous_active_users: isComparable && isAligned ? read(-buckets, 'users') : null,
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
