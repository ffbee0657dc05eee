/** The wire shapes of budgets. */
import type { Budget, Controller, KeepRate } from '@uptake/domain/sampling';
import { type Static, Type } from 'typebox';
import { totalsByArea } from './at-work.ts';

const MOST_AREAS = 200;
const MOST_EVENTS = 1e12;
const EventsPerDay = Type.Integer({ minimum: 1, maximum: MOST_EVENTS });
const FeatureArea = Type.String({ maxLength: 128, description: 'Empty for events that name no feature area.' });
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const strict = { additionalProperties: false };

const Shaping = Type.Object(
  {
    max_text_length: Type.Integer({ minimum: 16, maximum: 8_192 }),
    keep_properties: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 250 }),
  },
  { ...strict, description: 'Long texts, lists and objects are taken off events of stable, throttled flows.' },
);

const budgetParts = {
  events_per_day: Nullable(EventsPerDay),
  areas: Type.Array(Type.Object({ feature_area: FeatureArea, events_per_day: EventsPerDay }, strict), {
    maxItems: MOST_AREAS,
  }),
  samples_outcomes: Type.Boolean({ description: 'Whether errors, outcomes and feedback are sampled too.' }),
  shaping: Nullable(Shaping),
};

export const BudgetBody = Type.Object(
  {
    environment_id: Type.String({ format: 'uuid' }),
    events_per_day: Type.Optional(budgetParts.events_per_day),
    areas: Type.Optional(budgetParts.areas),
    samples_outcomes: Type.Optional(budgetParts.samples_outcomes),
    shaping: Type.Optional(budgetParts.shaping),
    revision: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'What was read before the change; refused where it is no longer the newest.',
      }),
    ),
  },
  strict,
);

const Rate = Type.Object({
  event_name: Type.String(),
  feature_area: Type.String(),
  favours: Type.Array(Type.String({ description: 'new_tenant, new_release, experiment or rising_errors.' })),
  bound: Type.String({ description: 'protected, fits, area_budget, environment_budget or floor.' }),
  keep_probability: Type.Number({ description: 'Of an event outside the panel.' }),
  weight: Type.Number(),
  offered_24h: Type.Number(),
  kept_24h: Type.Number(),
  expected_24h: Type.Number(),
});

export const BudgetAnswer = Type.Object({
  environment_id: Type.String(),
  budget: Nullable(Type.Object({ ...budgetParts, revision: Type.Integer() })),
  is_exceeded: Type.Boolean({ description: 'What may not be throttled is alone more than the budget.' }),
  offered_24h: Type.Number(),
  kept_24h: Type.Number(),
  areas: Type.Array(Type.Object({ feature_area: Type.String(), offered_24h: Type.Number(), kept_24h: Type.Number() })),
  rates: Type.Array(Rate),
});

export function budgetOf(body: Static<typeof BudgetBody>): Budget {
  return {
    eventsPerDay: body.events_per_day ?? null,
    areas: (body.areas ?? []).map((area) => ({ featureArea: area.feature_area, eventsPerDay: area.events_per_day })),
    samplesOutcomes: body.samples_outcomes ?? false,
    shaping: body.shaping
      ? { maxTextLength: body.shaping.max_text_length, keepProperties: body.shaping.keep_properties }
      : null,
  };
}

export function budgetToWire({ eventsPerDay, areas, samplesOutcomes, shaping }: Budget) {
  return {
    events_per_day: eventsPerDay,
    areas: areas.map((area) => ({ feature_area: area.featureArea, events_per_day: area.eventsPerDay })),
    samples_outcomes: samplesOutcomes,
    shaping:
      shaping === null
        ? null
        : { max_text_length: shaping.maxTextLength, keep_properties: [...shaping.keepProperties] },
  };
}

export function answerOf(
  environmentId: string,
  stored: { readonly budget: Budget; readonly revision: number } | undefined,
  controller: Controller | undefined,
): Static<typeof BudgetAnswer> {
  const areas = controller === undefined ? [] : [...totalsByArea(controller)];
  const sum = (of: 'offered' | 'kept') => areas.reduce((total, [, counts]) => total + counts[of], 0);
  return {
    environment_id: environmentId,
    budget: stored === undefined ? null : { ...budgetToWire(stored.budget), revision: stored.revision },
    is_exceeded: controller?.isExceeded ?? false,
    offered_24h: Math.round(sum('offered')),
    kept_24h: Math.round(sum('kept')),
    areas: areas
      .map(([feature_area, { offered, kept }]) => ({
        feature_area,
        offered_24h: Math.round(offered),
        kept_24h: Math.round(kept),
      }))
      .sort((a, b) => b.offered_24h - a.offered_24h),
    rates: (controller?.rates ?? []).map(rateToWire).sort((a, b) => b.offered_24h - a.offered_24h),
  };
}

function rateToWire(rate: KeepRate): Static<typeof Rate> {
  return {
    event_name: rate.eventName,
    feature_area: rate.featureArea,
    favours: [...rate.favours],
    bound: rate.bound,
    keep_probability: 1 / rate.weight,
    weight: rate.weight,
    offered_24h: Math.round(rate.offeredLastDay),
    kept_24h: Math.round(rate.keptLastDay),
    expected_24h: Math.round(rate.expectedNextDay),
  };
}
