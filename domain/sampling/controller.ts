/**
 * Steers a sampler: once a minute it turns what was offered into a forecast of the day, divides the budget, and moves the
 * weights by steps. It never looks at what was kept: the draws must not influence their own probabilities, or counts were no
 * longer unbiased; and without feedback there is nothing that could swing.
 */
import { type Allocation, allocate, type Demand } from './allocation.ts';
import { type Budget, certainPerMinute } from './budget.ts';
import { ErrorWatch, type SavedErrorWatch } from './errors.ts';
import { Sampler } from './sampler.ts';
import { CLASS, type Context, type Flow, PROTECTED, type SavedStratum, type Stratum } from './strata.ts';
import { growthOf, HOURS_KEPT } from './traffic.ts';
import { LEAST_PROBABILITY, steadyWeight } from './weights.ts';

/** How many times as much is kept of what is favoured; favours multiply up to the most. */
const FAVOUR = 4;
const MOST_FAVOUR = 16;

export type Favour = 'new_tenant' | 'new_release' | 'experiment' | 'rising_errors';
/** What holds a stratum at its probability. */
export type Bound = 'protected' | 'fits' | 'area_budget' | 'environment_budget' | 'floor';

export type KeepRate = {
  readonly eventName: string;
  readonly featureArea: string;
  readonly favours: readonly Favour[];
  readonly bound: Bound;
  readonly weight: number;
  readonly offeredLastDay: number;
  readonly keptLastDay: number;
  readonly expectedNextDay: number;
};

export type SavedController = {
  readonly watchedSinceMs: number;
  readonly strata: readonly SavedStratum[];
  readonly errors: readonly (readonly [featureArea: string, watch: SavedErrorWatch])[];
};

/** What one flow offered in one hour, as it was stored before there was a budget. */
export type PastHour = {
  readonly eventName: string;
  readonly featureArea: string;
  readonly isProtected: boolean;
  /** Hours since 1970. */
  readonly hour: number;
  readonly events: number;
};

/** A controller that has seen the last day, so that a budget begins with a forecast and not by guessing. */
export function controllerOfPast(past: readonly PastHour[], nowMs: number): SavedController {
  const newest = Math.floor(nowMs / HOUR_MS);
  const strata = new Map<string, { offered: number[] } & SavedStratum>();
  for (const { eventName, featureArea, isProtected, hour, events } of past) {
    const age = newest - hour;
    if (age < 0 || age >= HOURS_KEPT) continue;
    const key = [eventName, featureArea, isProtected].join('\0');
    const stratum = strata.get(key) ?? {
      ...{ eventName, featureArea, class: isProtected ? PROTECTED : 0, weight: 1, newest },
      ...{ offered: new Array<number>(HOURS_KEPT).fill(0), certain: [], kept: [] },
    };
    stratum.offered[age] = (stratum.offered[age] ?? 0) + events;
    strata.set(key, stratum);
  }
  const oldest = Math.min(newest, ...past.map(({ hour }) => hour));
  const kept = [...strata.values()].map((stratum) => ({ ...stratum, kept: stratum.offered }));
  return { watchedSinceMs: oldest * HOUR_MS, strata: kept, errors: [] };
}

const HOUR_MS = 3_600_000;

type Line = {
  readonly flow: Flow;
  readonly which: number;
  readonly stratum: Stratum;
  readonly demand: Demand;
  readonly favours: readonly Favour[];
};

export class Controller {
  readonly sampler: Sampler;
  /** The budget cannot be met by throttling: what is fixed, the panel and the floor are more. */
  isExceeded = false;
  readonly #budget: Budget;
  readonly #watchedSinceMs: number;
  readonly #errors: Map<string, ErrorWatch>;
  #rates: readonly KeepRate[] = [];

  constructor(budget: Budget, options: { seed: number; nowMs: number; saved?: SavedController | undefined }) {
    const { saved } = options;
    this.#budget = budget;
    this.#watchedSinceMs = saved?.watchedSinceMs ?? options.nowMs;
    this.#errors = new Map(saved?.errors.map(([area, watch]) => [area, new ErrorWatch(watch)]));
    this.sampler = new Sampler({
      seed: options.seed,
      samplesOutcomes: budget.samplesOutcomes,
      certainPerMinute: certainPerMinute(budget),
      ...(saved === undefined ? {} : { saved: saved.strata }),
    });
  }

  set context(context: Context) {
    this.sampler.context = context;
  }

  /** As of the last tick. */
  get rates(): readonly KeepRate[] {
    return this.#rates;
  }

  tick(nowMs: number): void {
    this.#watchErrors(nowMs);
    this.sampler.turn(nowMs);
    const lines = this.#lines(nowMs);
    const { wanted, bounds } = this.#divide(lines);
    this.#rates = lines.map((line, index) => {
      const { flow, which, stratum, favours, demand } = line;
      stratum.weight = which === PROTECTED ? 1 : steadyWeight(stratum.weight, wanted[index] ?? 1);
      return {
        eventName: flow.eventName,
        featureArea: flow.featureArea,
        favours,
        bound: which === PROTECTED ? 'protected' : stratum.weight === 1 ? 'fits' : (bounds[index] ?? 'fits'),
        weight: stratum.weight,
        offeredLastDay: stratum.offered.lastDay(nowMs),
        keptLastDay: stratum.kept.lastDay(nowMs),
        expectedNextDay: demand.offered + demand.fixed,
      };
    });
  }

  save(nowMs: number): SavedController {
    this.#watchErrors(nowMs);
    return {
      watchedSinceMs: this.#watchedSinceMs,
      strata: this.sampler.save(nowMs),
      errors: [...this.#errors].map(([area, watch]) => [area, watch.toJSON()]),
    };
  }

  /** Before the counters are turned over: what came since the last minute, by area. */
  #watchErrors(nowMs: number): void {
    const counts = new Map<string, { events: number; errors: number }>();
    for (const { featureArea, strata } of this.sampler.flows()) {
      const count = counts.get(featureArea) ?? { events: 0, errors: 0 };
      counts.set(featureArea, count);
      for (const stratum of strata) {
        count.events += stratum?.newlyOffered ?? 0;
        count.errors += stratum?.newlyErrors ?? 0;
      }
    }
    for (const [area, { events, errors }] of counts) {
      let watch = this.#errors.get(area);
      if (watch === undefined) {
        watch = new ErrorWatch();
        this.#errors.set(area, watch);
      }
      watch.turn(nowMs, events, errors);
    }
  }

  #growth(nowMs: number): number {
    let lastHour = 0;
    let yesterday = 0;
    for (const flow of this.sampler.flows()) {
      for (const stratum of flow.strata) {
        lastHour += stratum?.offered.lastHour(nowMs) ?? 0;
        yesterday += stratum?.offered.sameHourYesterday(nowMs) ?? 0;
      }
    }
    return growthOf(lastHour, yesterday);
  }

  #lines(nowMs: number): Line[] {
    const watchedMs = nowMs - this.#watchedSinceMs;
    const growth = this.#growth(nowMs);
    return [...this.sampler.flows()].flatMap((flow) => {
      const isRising = this.#errors.get(flow.featureArea)?.isRising ?? false;
      return flow.strata.flatMap((stratum, which) => {
        if (stratum === undefined) return [];
        const favours = favoursOf(which, isRising);
        const expected = stratum.offered.forecast(nowMs, watchedMs, growth);
        const certain = Math.min(expected, stratum.certain.lastDay(nowMs));
        const demand: Demand = {
          offered: which === PROTECTED ? 0 : expected - certain,
          fixed: which === PROTECTED ? expected : certain,
          favour: Math.min(MOST_FAVOUR, FAVOUR ** favours.length),
          ceiling: Number.POSITIVE_INFINITY,
        };
        return [{ flow, which, stratum, demand, favours }];
      });
    });
  }

  /** First each area within its own budget, then all of them within the environment's. */
  #divide(lines: readonly Line[]): { wanted: number[]; bounds: Bound[] } {
    const wanted = lines.map(() => Number.POSITIVE_INFINITY);
    const bounds = lines.map((): Bound => 'fits');
    this.isExceeded = false;
    const apply = (indexes: readonly number[], budget: number, bound: Bound) => {
      const demands = indexes.map((index) => ({ ...lines[index]!.demand, ceiling: wanted[index]! }));
      const allocation: Allocation = allocate(demands, budget, LEAST_PROBABILITY);
      this.isExceeded ||= allocation.isExceeded;
      indexes.forEach((index, position) => {
        const probability = allocation.wanted[position]!;
        if (probability < wanted[index]! && probability < 1) {
          bounds[index] = probability <= LEAST_PROBABILITY ? 'floor' : bound;
        }
        wanted[index] = Math.min(wanted[index]!, probability);
      });
    };
    for (const { featureArea, eventsPerDay } of this.#budget.areas) {
      const own = [...lines.keys()].filter((index) => lines[index]!.flow.featureArea === featureArea);
      apply(own, eventsPerDay, 'area_budget');
    }
    if (this.#budget.eventsPerDay !== null) {
      apply([...lines.keys()], this.#budget.eventsPerDay, 'environment_budget');
    }
    return { wanted, bounds };
  }
}

function favoursOf(which: number, isRising: boolean): Favour[] {
  if (which === PROTECTED) return [];
  return [
    ...(which & CLASS.newTenant ? (['new_tenant'] as const) : []),
    ...(which & CLASS.newRelease ? (['new_release'] as const) : []),
    ...(which & CLASS.experiment ? (['experiment'] as const) : []),
    ...(isRising ? (['rising_errors'] as const) : []),
  ];
}
