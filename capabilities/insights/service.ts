/** Answers questions about events: plan, ask the store, do the maths, and say how fresh and how exact the answer is. */
import { Problem } from '@uptake/domain/contract';
import {
  answerTrend,
  type Dimension,
  HOUR_MS,
  INSIGHT_FIELDS,
  type Measure,
  type PeopleAsked,
  parseTrendDefinition,
  peopleAsked,
  planTrend,
  type Retention,
  type Source,
  shift,
  type TrendPlan,
  type TrendRow,
} from '@uptake/domain/insights';
import { type Estimate, estimateUnique, missingShare, standardErrorOfSum } from '@uptake/domain/sampling';
import type { EventStore, Question, QuestionScope } from '@uptake/io/event-store';
import { type AnalyticsFilter, type AnalyticsRow, analyticsQuestion } from './analytics.query.ts';
import { ask } from './ask.ts';
import {
  CATALOGUE_DAYS,
  type CatalogueEventRow,
  type CatalogueKindRow,
  type CataloguePropertyRow,
  catalogueEventsQuestion,
  catalogueKindsQuestion,
  cataloguePropertiesQuestion,
} from './catalogue.query.ts';
import {
  fillMinutes,
  type OverviewMinuteRow,
  type OverviewTopEventRow,
  type OverviewTotalsRow,
  overviewMinutesQuestion,
  overviewTopEventsQuestion,
  overviewTotalsQuestion,
} from './overview.query.ts';
import type {
  CountedPeriod,
  Freshness,
  InsightsReadModel,
  PeopleCounting,
  PeriodCounts,
  TrendResult,
} from './read-model.ts';
import { type BridgedEnvironments, countingOver } from './rotation.ts';
import type { Reading } from './sampled-measures.ts';
import { createSampledReader } from './sampled-reader.ts';
import {
  hasOthers,
  inRankedOrder,
  newestValuesQuestion,
  rankingQuestion,
  type TrendQueryRow,
  type ValueRow as TrendValueRow,
  trendQuestion,
} from './trend.query.ts';
import { type ValueRow, valuesQuestion } from './values.query.ts';

const DAY_MS = 24 * HOUR_MS;
/** The newest days, whose values say of nearly every property what kind it is. */
const KIND_DAYS = 3;
/** How long the event store keeps its hourly aggregates (requirement E6). */
const HOURLY_RETENTION_MONTHS = 12;

export type InsightsDependencies = {
  readonly eventStore: EventStore;
  readonly freshness: () => Promise<Freshness>;
  /** Whose environments a definition may name. */
  readonly environmentsOf: (workspaceId: string) => Promise<readonly { readonly id: string }[]>;
  /** By environment: since when, and for how long, its pseudonyms are linked over rotations. None are where absent. */
  readonly bridgesOf?: ((workspaceId: string) => Promise<BridgedEnvironments['bridges']>) | undefined;
  readonly nowMs: () => number;
  /** How long raw events are kept. */
  readonly retentionDays: number;
};

export type Catalogue = {
  readonly events: readonly CatalogueEventRow[];
  readonly fields: readonly { readonly name: string; readonly kind: string }[];
  readonly properties: readonly { name: string; kind: CatalogueKindRow['kind']; events: number }[];
};

export type Overview = {
  readonly asOfMs: number;
  readonly totals: OverviewTotalsRow;
  readonly minutes: readonly OverviewMinuteRow[];
  readonly topEvents: readonly OverviewTopEventRow[];
  readonly freshness: Freshness;
  readonly people: PeopleCounting;
};

/** Throws where the asker may not see these people; writes down that they did where they may. */
export type PermitPeople = (asked: PeopleAsked & { readonly environmentId: string | undefined }) => Promise<void>;

export type InsightsService = Omit<InsightsReadModel, 'trend'> & {
  /** Fields that single people out are known only to whoever can permit them. */
  trend(workspaceId: string, definition: unknown, permit?: PermitPeople): Promise<TrendResult>;
  catalogue(scope: QuestionScope): Promise<Catalogue>;
  values(scope: QuestionScope, dimension: Dimension, search: string | undefined): Promise<readonly ValueRow[]>;
  overview(scope: QuestionScope): Promise<Overview>;
  /** Throws `not_found` where the workspace has no such environment. */
  scopeOf(workspaceId: string, environmentId: string | null | undefined): Promise<QuestionScope>;
};

export function createInsightsService(dependencies: InsightsDependencies): InsightsService {
  const { eventStore, nowMs } = dependencies;
  const sampling = createSampledReader();
  const retention = (): Retention => ({
    rawFromMs: nowMs() - dependencies.retentionDays * DAY_MS,
    hourlyFromMs: shift('month', nowMs(), -HOURLY_RETENTION_MONTHS, 'UTC'),
  });

  async function scopeOf(workspaceId: string, environmentId: string | null | undefined): Promise<QuestionScope> {
    if (environmentId === null || environmentId === undefined) return { workspaceId };
    const id = environmentId.toLowerCase();
    const environments = await dependencies.environmentsOf(workspaceId);
    if (environments.some((environment) => environment.id === id)) return { workspaceId, environmentId: id };
    throw new Problem('not_found', 'The workspace has no environment with this id.');
  }

  async function bridged({ workspaceId, environmentId }: QuestionScope): Promise<BridgedEnvironments> {
    const [environments, bridges] = await Promise.all([
      environmentId === undefined ? dependencies.environmentsOf(workspaceId) : [{ id: environmentId }],
      dependencies.bridgesOf?.(workspaceId) ?? new Map(),
    ]);
    return { environmentIds: environments.map(({ id }) => id), bridges };
  }

  /** The plan as it is to be read, and what to say of people counted over a change of their pseudonyms. */
  async function overRotations(plan: TrendPlan, scope: QuestionScope, askedMs: number, namesPeople: boolean) {
    // Pseudonyms are what such a question names, and what its answer shows: links would put others in their place.
    const isOfPeople = !namesPeople && plan.definition.series.some(({ measure }) => countsPeople(measure));
    const spans = isOfPeople ? plan.spans : [];
    const counting = await countingOver(spans, plan.source, askedMs, () => bridged(scope));
    return { plan: { ...plan, source: counting.source }, counting };
  }

  async function trend(workspaceId: string, definition: unknown, permit?: PermitPeople): Promise<TrendResult> {
    const startedMs = nowMs();
    const parsed = parseTrendDefinition(definition, { mayNamePeople: permit !== undefined });
    const planned = parsed.ok ? planTrend(parsed.value, { nowMs: startedMs, retention: retention() }) : parsed;
    if (!planned.ok) {
      const mistakes = planned.errors.length === 1 ? 'One part' : `${planned.errors.length} parts`;
      const detail = `${mistakes} of the definition cannot be used; "errors" names each by its path.`;
      throw new Problem('invalid_definition', detail, { errors: planned.errors });
    }
    const scope = await scopeOf(workspaceId, planned.value.definition.environment_id);
    const people = peopleAsked(planned.value.definition);
    if (people !== undefined) await permit?.({ ...people, environmentId: scope.environmentId });
    const { plan, counting } = await overRotations(planned.value, scope, startedMs, people !== undefined);
    // Read before the rows, so that it never promises more than they hold.
    const freshness = await dependencies.freshness();
    const { values, rows, isSampled } = await sampling.read(workspaceId, (reading) =>
      trendRows(eventStore, plan, scope, startedMs, reading),
    );
    const context = { nowMs: startedMs, asOfMs: freshness.asOf.getTime(), isSampled };
    return {
      definition: plan.definition,
      answer: answerTrend(plan, rows, values, context),
      freshness,
      isSampled,
      source: plan.source,
      crossesRotation: counting.crossesRotation,
      explanation: counting.explanation,
      isApproximate: isSketched(plan.source) && plan.definition.series.some((series) => countsSketches(series.measure)),
      tookMs: nowMs() - startedMs,
    };
  }

  async function peopleOver(scope: QuestionScope, spans: readonly CountedPeriod[]): Promise<PeopleCounting> {
    const { source, ...said } = await countingOver(spans, 'raw', nowMs(), () => bridged(scope));
    return { isLinked: source === 'linked', ...said };
  }

  async function periodCounts(
    scope: QuestionScope,
    period: CountedPeriod,
    filter: AnalyticsFilter = {},
  ): Promise<PeriodCounts> {
    const counting = await countingOver([period], sourceFor(period, retention()), nowMs(), () => bridged(scope));
    const { source } = counting;
    const freshness = await dependencies.freshness();
    const { rows, total, isSampled } = await sampling.read(scope.workspaceId, async (reading) => {
      const question = analyticsQuestion(period, filter, source, scope, reading);
      const rows = await ask<AnalyticsRow>(eventStore, question);
      const total = rows.find((row) => row.name === '');
      return { rows, total, isSampled: total?.is_sampled === 1 };
    });
    const users = uniqueOf(total, 'users');
    const sessions = uniqueOf(total, 'sessions');
    return {
      totalEvents: total?.events ?? 0,
      uniqueUsers: users.value,
      uniqueSessions: sessions.value,
      standardError: isSampled
        ? {
            totalEvents: standardErrorOfSum(total?.variance ?? 0),
            uniqueUsers: users.standardError,
            uniqueSessions: sessions.standardError,
          }
        : null,
      eventCounts: Object.fromEntries(rows.filter((row) => row.name !== '').map((row) => [row.name, row.events])),
      period,
      freshness,
      isSampled,
      isApproximate: isSketched(source),
      crossesRotation: counting.crossesRotation,
      explanation: counting.explanation,
    };
  }

  async function catalogue(scope: QuestionScope): Promise<Catalogue> {
    const sinceMs = nowMs() - CATALOGUE_DAYS * DAY_MS;
    const [events, properties, newestKinds] = await Promise.all([
      ask<CatalogueEventRow>(eventStore, catalogueEventsQuestion(sinceMs, scope)),
      ask<CataloguePropertyRow>(eventStore, cataloguePropertiesQuestion(sinceMs, scope)),
      ask<CatalogueKindRow>(eventStore, catalogueKindsQuestion(nowMs() - KIND_DAYS * DAY_MS, scope)),
    ]);
    const kindOf = new Map(newestKinds.map((row) => [row.name, row.kind]));
    if (properties.some((row) => !kindOf.has(row.name))) {
      // Reads the values of all thirty days, so only for properties that were not sent lately.
      const older = await ask<CatalogueKindRow>(eventStore, catalogueKindsQuestion(sinceMs, scope));
      for (const row of older) if (!kindOf.has(row.name)) kindOf.set(row.name, row.kind);
    }
    return {
      events,
      fields: INSIGHT_FIELDS.map(({ name, kind }) => ({ name, kind })),
      properties: properties.map((row) => ({ ...row, kind: kindOf.get(row.name) ?? 'text' })),
    };
  }

  async function overview(scope: QuestionScope): Promise<Overview> {
    const asOfMs = nowMs();
    const days = [1, 2].map((back) => ({ fromMs: asOfMs - back * DAY_MS, toMs: asOfMs - (back - 1) * DAY_MS }));
    const people = await peopleOver(scope, days);
    const freshness = await dependencies.freshness();
    const minutes = ask<OverviewMinuteRow>(eventStore, overviewMinutesQuestion(asOfMs, scope));
    const counted = sampling.read(scope.workspaceId, async (reading) => {
      const [[totals], topEvents] = await Promise.all([
        ask<OverviewTotalsRow>(eventStore, overviewTotalsQuestion(asOfMs, scope, reading, people.isLinked)),
        ask<OverviewTopEventRow>(eventStore, overviewTopEventsQuestion(asOfMs, scope, reading, people.isLinked)),
      ]);
      if (totals === undefined) throw new Error('an aggregate without GROUP BY has one row');
      return { totals, topEvents, isSampled: totals.is_sampled === 1 };
    });
    const [minuteRows, { totals, topEvents }] = await Promise.all([minutes, counted]);
    return { asOfMs, totals, minutes: fillMinutes(minuteRows, asOfMs), topEvents, freshness, people };
  }

  return {
    trend,
    periodCounts,
    peopleOver,
    catalogue,
    overview,
    scopeOf,
    values: (scope, dimension, search) =>
      ask<ValueRow>(eventStore, valuesQuestion(dimension, search, nowMs() - CATALOGUE_DAYS * DAY_MS, scope)),
  };
}

type TrendRows = {
  readonly values: readonly string[] | undefined;
  readonly rows: readonly TrendRow[];
  readonly isSampled: boolean;
};

/**
 * One scan without a breakdown, and with one of few values: those are guessed from the newest days, and where the answer
 * holds no other value the guess was right. Else the values are ranked first, in a scan before the trend's own.
 */
async function trendRows(
  eventStore: EventStore,
  plan: TrendPlan,
  scope: QuestionScope,
  nowMs: number,
  reading: Reading,
): Promise<TrendRows> {
  const askTrend = (values: readonly string[] | undefined) =>
    ask<TrendQueryRow>(eventStore, trendQuestion(plan, values, scope, reading));
  const read = (values: readonly string[] | undefined, rows: readonly TrendQueryRow[]): TrendRows => ({
    values,
    rows: rows.map(trendQuestion(plan, values, scope, reading).read),
    isSampled: rows.some((row) => row.is_sampled === 1),
  });
  const askValues = async (question: Question | undefined) =>
    question === undefined ? [] : (await ask<TrendValueRow>(eventStore, question)).map((row) => row.value);
  if (plan.breakdown === null || plan.breakdown.closedValues !== undefined) {
    const values = plan.breakdown?.closedValues;
    return read(values, await askTrend(values));
  }
  const guessed = await askValues(newestValuesQuestion(plan, nowMs, scope));
  if (guessed.length > 0 && guessed.length <= plan.breakdown.limit) {
    const rows = await askTrend(guessed);
    if (!hasOthers(rows)) {
      const ranked = inRankedOrder(guessed, rows);
      return read(ranked.values, ranked.rows);
    }
  }
  const values = await askValues(rankingQuestion(plan, scope, reading));
  return read(values, values.length === 0 ? [] : await askTrend(values));
}

function uniqueOf(row: AnalyticsRow | undefined, of: 'users' | 'sessions'): Estimate {
  const kept = row?.[`unique_${of}`] ?? 0;
  return estimateUnique(kept, row?.[`weighted_${of}`] ?? kept, missingShare(row?.events ?? 0, row?.variance ?? 0));
}

/** Aggregates count whole hours, so they answer a period beyond raw retention only where it consists of them. */
function sourceFor(period: CountedPeriod, retention: Retention): Source {
  const isWholeHours = period.fromMs % HOUR_MS === 0 && period.toMs % HOUR_MS === 0;
  return period.fromMs < retention.rawFromMs && isWholeHours ? 'hourly' : 'raw';
}

function isSketched(source: Source): boolean {
  return source === 'hourly';
}

/** Sessions end within the hour and tenants have no pseudonyms: a change makes people alone look like others. */
function countsPeople(measure: Measure): boolean {
  return measure.kind === 'per_user_average' || (measure.kind === 'unique' && measure.of === 'user');
}

function countsSketches(measure: TrendPlan['definition']['series'][number]['measure']): boolean {
  return measure.kind === 'unique' && measure.of !== 'tenant';
}
