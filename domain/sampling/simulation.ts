/**
 * Days of a made-up product through the real sampler and controller, with the truth kept beside what was kept: what the
 * benchmark and the tests judge the estimators by. People differ by orders of magnitude in how much they do, two programs do
 * as much as hundreds of people, weekends are quiet, some days surge, releases and tenants are new for a while, and the
 * budget moves the weights all the time.
 */
import type { Event } from '../contract/index.ts';
import type { Budget } from './budget.ts';
import { Controller } from './controller.ts';
import {
  type Estimate,
  estimateUnique,
  missingShare,
  standardErrorOfMean,
  standardErrorOfRatio,
  standardErrorOfSum,
} from './estimators.ts';
import { NOT_KEPT } from './sampler.ts';

export type SimulationOptions = {
  readonly seed: number;
  readonly people: number;
  readonly budget: Budget;
};

/** One question of one day: what is true, and what was answered. */
export type Answered = { readonly question: string; readonly truth: number; readonly estimate: Estimate };

export type SimulatedDay = {
  readonly offered: number;
  readonly kept: number;
  /** How often a weight of a flow changed. */
  readonly steps: number;
  readonly answers: readonly Answered[];
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2024, 0, 1);
const TICKS_PER_HOUR = 6;
export const ROTATION_DAYS = 30;
const RELEASE_DAYS = 21;
const NEW_DAYS = 7;
const COUNTRIES = ['DE', 'US', 'FR', 'IN', 'JP'];

/** By how much of all events they and those before them make up; the last are rare. */
const FLOWS = [
  { eventName: 'page_viewed', featureArea: 'projects', upTo: 0.52 },
  { eventName: 'task_updated', featureArea: 'tasks', upTo: 0.72 },
  { eventName: 'search_performed', featureArea: 'search', upTo: 0.84 },
  { eventName: 'comment_added', featureArea: 'tasks', upTo: 0.92 },
  { eventName: 'report_viewed', featureArea: 'reports', upTo: 0.97 },
  { eventName: 'report_exported', featureArea: 'reports', upTo: 0.99 },
  { eventName: 'rule_created', featureArea: 'automation', upTo: 1 },
] as const;
const ERROR_SHARE = 0.004;

type Person = {
  readonly dailyEvents: number;
  readonly activeShare: number;
  readonly tenant: number;
  readonly country: string;
};

export function* simulate(options: SimulationOptions, days: number): Generator<SimulatedDay> {
  const random = mulberry32(options.seed);
  const people = Array.from({ length: options.people }, (_, index) => person(index, random));
  const controller = new Controller(options.budget, { seed: options.seed ^ 0x5eed, nowMs: START_MS });
  const month = new Tally('people of the month', () => true);
  const weights = new Map<string, number>();
  for (let day = 0; day < days; day++) {
    const dayMs = START_MS + day * DAY_MS;
    controller.context = contextOf(day);
    const tallies = talliesOfDay();
    if (day % ROTATION_DAYS === 0) month.clear();
    let offered = 0;
    let kept = 0;
    let steps = 0;
    for (const [hour, ids] of hoursOf(people, day, random).entries()) {
      const hourMs = dayMs + hour * HOUR_MS;
      for (const [position, index] of ids.entries()) {
        if (position % Math.ceil(ids.length / TICKS_PER_HOUR) === 0) {
          controller.tick(hourMs + Math.floor((position / ids.length) * HOUR_MS));
          steps += stepsSince(weights, controller);
        }
        const event = eventOf(index, people[index]!, { seed: options.seed, day, hourMs, number: offered }, random);
        const weight = controller.sampler.decide(event);
        offered++;
        if (weight !== NOT_KEPT) kept++;
        for (const tally of tallies) tally.add(event, weight);
        month.add(event, weight);
      }
    }
    const answers = tallies.flatMap((tally) => tally.answers());
    const monthly = (day + 1) % ROTATION_DAYS === 0 ? month.people() : [];
    yield { offered, kept, steps, answers: [...answers, ...monthly] };
  }
}

function stepsSince(weights: Map<string, number>, { rates }: Controller): number {
  let steps = 0;
  for (const { eventName, featureArea, favours, weight } of rates) {
    const key = [eventName, featureArea, ...favours].join();
    if ((weights.get(key) ?? weight) !== weight) steps++;
    weights.set(key, weight);
  }
  return steps;
}

function talliesOfDay(): Tally[] {
  return [
    new Tally('all events', () => true),
    new Tally('of a rare event', (event) => event.eventName === 'rule_created'),
    new Tally('in one country', (event) => event.country === 'JP'),
    new Tally('slower than a second', (event) => (event.properties.duration_ms as number) > 1_000),
  ];
}

/** The truth and the estimates of one filter. */
class Tally {
  readonly #name: string;
  readonly #holds: (event: Event) => boolean;
  readonly #truth = { people: new Set<string>(), sessions: new Set<string>(), tenants: new Set<string>() };
  readonly #kept = { people: new Set<string>(), sessions: new Set<string>(), tenants: new Set<string>() };
  readonly #weighted = { people: new Set<string>(), sessions: new Set<string>() };
  #events = 0;
  #sum = 0;
  #weights = 0;
  #values = 0;
  #ones = 0;
  #linear = 0;
  #squares = 0;

  constructor(name: string, holds: (event: Event) => boolean) {
    this.#name = name;
    this.#holds = holds;
  }

  add(event: Event, weight: number): void {
    if (!this.#holds(event)) return;
    const value = event.properties.duration_ms as number;
    this.#events++;
    this.#sum += value;
    this.#truth.people.add(event.userId);
    this.#truth.sessions.add(event.sessionId);
    this.#truth.tenants.add(event.tenantId);
    if (weight === NOT_KEPT) return;
    const variance = weight * (weight - 1);
    this.#weights += weight;
    this.#values += weight * value;
    this.#ones += variance;
    this.#linear += variance * value;
    this.#squares += variance * value * value;
    this.#kept.people.add(event.userId);
    this.#kept.sessions.add(event.sessionId);
    this.#kept.tenants.add(event.tenantId);
    if (weight === 0) return;
    this.#weighted.people.add(event.userId);
    this.#weighted.sessions.add(event.sessionId);
  }

  answers(): Answered[] {
    const count = { value: this.#weights, standardError: standardErrorOfSum(this.#ones) };
    const mean = this.#values / this.#weights;
    const squares = { ones: this.#ones, values: this.#linear, valuesSquared: this.#squares };
    const [people] = this.people() as [Answered];
    const perPerson = count.value / people.estimate.value;
    return [
      { question: `count, ${this.#name}`, truth: this.#events, estimate: count },
      {
        question: `sum, ${this.#name}`,
        truth: this.#sum,
        estimate: { value: this.#values, standardError: standardErrorOfSum(this.#squares) },
      },
      {
        question: `average, ${this.#name}`,
        truth: this.#sum / this.#events,
        estimate: { value: mean, standardError: standardErrorOfMean(mean, this.#weights, squares) },
      },
      people,
      {
        question: `sessions, ${this.#name}`,
        truth: this.#truth.sessions.size,
        estimate: estimateUnique(this.#kept.sessions.size, this.#weighted.sessions.size, this.#missing),
      },
      {
        question: `events per person, ${this.#name}`,
        truth: this.#events / this.#truth.people.size,
        estimate: { value: perPerson, standardError: standardErrorOfRatio(count, people.estimate) },
      },
      {
        question: `tenants, ${this.#name}`,
        truth: this.#truth.tenants.size,
        estimate: { value: this.#kept.tenants.size, standardError: 0 },
      },
    ].filter(({ truth }) => Number.isFinite(truth) && truth > 0);
  }

  get #missing(): number {
    return missingShare(this.#weights, this.#ones);
  }

  people(): Answered[] {
    const estimate = estimateUnique(this.#kept.people.size, this.#weighted.people.size, this.#missing);
    return [{ question: `people, ${this.#name}`, truth: this.#truth.people.size, estimate }];
  }

  clear(): void {
    this.#weights = this.#ones = 0;
    for (const sets of [this.#truth, this.#kept, this.#weighted]) for (const set of Object.values(sets)) set.clear();
  }
}

/** A log-normal crowd: the busiest hundredth does about a tenth of all. The first two are programs. */
function person(index: number, random: () => number): Person {
  const tenant = Math.floor(60 * random() ** 3);
  const country = COUNTRIES[Math.floor(COUNTRIES.length * random() ** 2)]!;
  if (index < 2) return { dailyEvents: 300, activeShare: 1, tenant, country };
  return { dailyEvents: Math.exp(1.2 + 1.1 * normal(random)), activeShare: 0.1 + 0.8 * random(), tenant, country };
}

/** Who does something in each hour, once per event. Most of it between eight and six. */
function hoursOf(people: readonly Person[], day: number, random: () => number): number[][] {
  const hours: number[][] = Array.from({ length: 24 }, () => []);
  const isWeekend = day % 7 >= 5;
  const surge = random() < 0.02 ? 3 : 1;
  const growth = 1 + day / 2_000;
  people.forEach((one, index) => {
    const share = index < 2 ? 1 : one.activeShare * (isWeekend ? 0.3 : 1);
    if (random() >= share) return;
    const events = Math.ceil(one.dailyEvents * surge * growth * -Math.log(1 - random()));
    for (let n = 0; n < events; n++) {
      const hour = random() < 0.8 ? 8 + Math.floor(10 * random()) : Math.floor(24 * random());
      hours[hour]!.push(index);
    }
  });
  return hours;
}

type Moment = { readonly seed: number; readonly day: number; readonly hourMs: number; readonly number: number };

function eventOf(index: number, { tenant, country }: Person, moment: Moment, random: () => number): Event {
  const { seed, day, hourMs, number } = moment;
  const isError = random() < ERROR_SHARE;
  const share = random();
  const flow = FLOWS.find((each) => share < each.upTo) ?? FLOWS[0];
  const timestampMs = hourMs + Math.floor(random() * HOUR_MS);
  return {
    eventId: `${day.toString(16)}-${number.toString(16).padStart(8, '0')}`,
    eventName: isError ? 'request_failed' : flow.eventName,
    eventType: isError ? 'error' : 'action',
    timestampMs,
    originalTimestampMs: timestampMs,
    receivedAtMs: timestampMs,
    source: 'client',
    platform: 'web',
    appVersion: `1.${Math.floor(day / RELEASE_DAYS) - (random() < 0.4 ? 1 : 0)}.0`,
    tenantId: tenantName(tenant, day),
    userId: pseudonym(seed, index, Math.floor(day / ROTATION_DAYS)),
    sessionId: pseudonym(seed, index * 4 + Math.floor(random() * 3), day ^ 0x5e55),
    featureArea: flow.featureArea,
    country,
    properties: { duration_ms: Math.exp(5 + 1.2 * normal(random)) },
    weight: 1,
    ...UNUSED,
  };
}

/** A tenth of the tenants is replaced by others after a while. */
function tenantName(tenant: number, day: number): string {
  return tenant % 10 === 3 ? `tenant-${tenant}-${Math.floor(day / 45)}` : `tenant-${tenant}`;
}

function contextOf(day: number) {
  const release = Math.floor(day / RELEASE_DAYS);
  const isReleaseNew = day % RELEASE_DAYS < NEW_DAYS;
  const releases = Array.from({ length: release + 1 }, (_, n) => `1.${n - 1}.0`);
  const tenants = Array.from({ length: 60 }, (_, tenant) => tenantName(tenant, day));
  return {
    establishedTenants: new Set(day % 45 < 14 ? tenants.filter((name) => name.split('-').length === 2) : tenants),
    establishedReleases: new Set(isReleaseNew ? releases : [...releases, `1.${release}.0`]),
    runningExperiments: undefined,
  };
}

const UNUSED = {
  userRole: '',
  authContext: '',
  isInternal: false,
  workflowName: '',
  surface: '',
  experimentAssignments: {},
  requestId: '',
  traceId: '',
  correlationId: '',
  deviceType: '',
  browserFamily: '',
  osFamily: '',
  region: '',
  connectionType: '',
  piiClassification: 'none',
  dataSensitivity: 'internal',
  isPlanned: false,
  schemaVersion: 0,
  consent: '',
} as const;

/** Sixteen hex digits as a keyed hash would give them; another seed is another key, and so another panel. */
function pseudonym(seed: number, index: number, epoch: number): string {
  const key = Math.imul(seed, 0xc2b2ae35);
  const half = (salt: number) =>
    mulberry32(key ^ Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(epoch + salt, 0x85ebca6b))();
  const hex = (share: number) =>
    Math.floor(share * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  return hex(half(1)) + hex(half(77));
}

/** Tommy Ettinger's generator (public domain): small, seedable, and good enough to be told from chance by none of this. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Box–Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
