/** What other capabilities may ask of insights: trends and counts of a period, as plain data. */
import type { Source, TrendAnswer, TrendDefinition } from '@uptake/domain/insights';
import type { AnalyticsFilter } from './analytics.query.ts';

export type { AnalyticsFilter } from './analytics.query.ts';

/** Everything accepted before `asOf` is counted. */
export type Freshness = { readonly asOf: Date; readonly behindMs: number };

export type TrendResult = {
  readonly definition: TrendDefinition;
  readonly answer: TrendAnswer;
  readonly freshness: Freshness;
  /** Some event stood for more or fewer than one: numbers are estimates without bias, and state their standard errors. */
  readonly isSampled: boolean;
  /** What was read: the events themselves, or their hourly aggregates. */
  readonly source: Source;
  /** Answered from aggregates, whose unique users and sessions are about 1 % off. */
  readonly isApproximate: boolean;
  /** Whoever was active before and after a change of pseudonyms counts more than once; `explanation` says so in words. */
  readonly crossesRotation: boolean;
  readonly explanation: string | null;
  readonly tookMs: number;
};

/** [fromMs, toMs) */
export type CountedPeriod = { readonly fromMs: number; readonly toMs: number };

export type PeriodCounts = {
  readonly totalEvents: number;
  readonly uniqueUsers: number;
  readonly uniqueSessions: number;
  /** `null` where every event was there to be counted. */
  readonly standardError: {
    readonly totalEvents: number;
    readonly uniqueUsers: number;
    readonly uniqueSessions: number;
  } | null;
  readonly eventCounts: Readonly<Record<string, number>>;
  readonly period: CountedPeriod;
  readonly freshness: Freshness;
  readonly isSampled: boolean;
  readonly isApproximate: boolean;
  /** As of a trend. */
  readonly crossesRotation: boolean;
  readonly explanation: string | null;
};

/** How people are counted over changes of their pseudonyms. */
export type PeopleCounting = {
  /** Whether events are to be read with the persons behind their pseudonyms (`LINKED_EVENTS` of the event store). */
  readonly isLinked: boolean;
  /** As of a trend. */
  readonly crossesRotation: boolean;
  readonly explanation: string | null;
};

export interface InsightsReadModel {
  /** Throws `Problem` `invalid_definition` with every mistake, `query_timeout` or `store_unavailable`. */
  trend(workspaceId: string, definition: unknown): Promise<TrendResult>;
  /** Counts of one period, narrowed where asked. `environmentId` absent: all environments of the workspace. */
  periodCounts(
    scope: { readonly workspaceId: string; readonly environmentId?: string | undefined },
    period: CountedPeriod,
    filter?: AnalyticsFilter,
  ): Promise<PeriodCounts>;
  /** For counts of people within each of these stretches, read from the events themselves. */
  peopleOver(
    scope: { readonly workspaceId: string; readonly environmentId?: string | undefined },
    spans: readonly CountedPeriod[],
  ): Promise<PeopleCounting>;
}
