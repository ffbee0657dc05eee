/**
 * The demo's events, day by day: who works today, in which product, and what they do there. The same options always give
 * the same events with the same ids, so that loading a demo again, wholly or partly, changes nothing.
 */
import { runSchedule, visitAgents } from './agents.ts';
import { createCalendar, DAY_MS, HOUR_MS, startOfSessionMs } from './calendar.ts';
import { visitDocuments } from './documents.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { visitProjects } from './projects.ts';
import { createRandom, type Random } from './random.ts';
import { createReleases, DEMO_PRODUCTS } from './releases.ts';
import { openSession, type PendingEvent, type World } from './session.ts';
import { createCustomers, DEMO_TENANTS, type DemoCustomer, type DemoProductSlug, type DemoUser } from './tenants.ts';
import { createTimeline, STORY_TENANTS, type Timeline } from './timeline.ts';

export type DemoOptions = {
  readonly seed: number;
  /** End of the period, exclusive. Part of every event's identity: to load again, give the same one again. */
  readonly endMs: number;
  /** At least 28; the events of the period's first quarter hour are left out, so that none is too old while it is loaded. */
  readonly days: number;
  /** 1 gives about half a million events in 90 days; users and tenants stay the same. */
  readonly scale: number;
  /** Only the events from here on, which are the same ones as in the whole demo; earlier days are not even made up. */
  readonly fromMs?: number;
};

export type DemoBatch = { readonly productSlug: DemoProductSlug; readonly events: IncomingEvent[] };

export const DEMO_BATCH_EVENTS = 500;
const LOADING_MARGIN_MS = 15 * 60_000;
/** A contract on its way through four phases is what takes longest from its first event to its last. */
const LONGEST_VISIT_MS = 2 * DAY_MS;
/** No time zone is further from UTC than this, in either direction. */
const WIDEST_OFFSET_MS = 14 * HOUR_MS;

/** Batches in the order of time within each product; the products take turns day by day. */
export function* demoEvents(options: DemoOptions): Generator<DemoBatch, void, undefined> {
  const { seed, endMs, days, scale } = options;
  const timeline = createTimeline(endMs, days);
  const customers = createCustomers(seed, timeline);
  const world: World = {
    timeline,
    calendar: createCalendar(),
    releases: createReleases(timeline),
    timelineViewFromMs: spreadTimelineView(createRandom(seed, 'timeline view'), timeline),
    pending: { projects: [], documents: [], agents: [] },
  };
  const fromMs = Math.max(timeline.startMs + LOADING_MARGIN_MS, options.fromMs ?? 0);
  const firstDateMs = startOfDay(Math.max(timeline.startMs, fromMs - LONGEST_VISIT_MS) - WIDEST_OFFSET_MS);
  const lastDateMs = startOfDay(endMs + WIDEST_OFFSET_MS);
  for (let dateMs = firstDateMs; dateMs <= lastDateMs; dateMs += DAY_MS) {
    const random = createRandom(seed, endMs, dateMs);
    for (const customer of customers) liveThroughDay(world, random, customer, dateMs, scale);
    // Tomorrow's earliest visitor starts at this moment, so everything before it is complete and can be put in order.
    const completeUntilMs = dateMs === lastDateMs ? endMs : Math.min(endMs, dateMs + DAY_MS - WIDEST_OFFSET_MS);
    for (const { slug } of DEMO_PRODUCTS) {
      yield* release(slug, world.pending[slug], fromMs, completeUntilMs);
    }
  }
}

function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

/** Takes the events before `untilMs` out of `pending`, in order; those before `fromMs` are outside the period. */
function* release(
  productSlug: DemoProductSlug,
  pending: PendingEvent[],
  fromMs: number,
  untilMs: number,
): Generator<DemoBatch> {
  pending.sort((a, b) => a.atMs - b.atMs);
  const complete = pending.splice(0, countBefore(pending, untilMs));
  const events = complete.slice(countBefore(complete, fromMs)).map(({ event }) => event);
  for (let i = 0; i < events.length; i += DEMO_BATCH_EVENTS) {
    yield { productSlug, events: events.slice(i, i + DEMO_BATCH_EVENTS) };
  }
}

function countBefore(sorted: readonly PendingEvent[], ms: number): number {
  const index = sorted.findIndex(({ atMs }) => atMs >= ms);
  return index < 0 ? sorted.length : index;
}

function liveThroughDay(world: World, random: Random, customer: DemoCustomer, dateMs: number, scale: number): void {
  const { calendar } = world;
  const { tenant, users } = customer;
  const present = users.filter((user) => user.joinedMs <= dateMs && dateMs < user.leftMs);
  const vigour = tenant.id === STORY_TENANTS.stalling ? stallingVigour(world.timeline, dateMs) : 1;
  for (const user of present) {
    const load = calendar.load(user.office.country, dateMs);
    const sessions = random.poisson(user.sessionsPerDay * load * vigour * scale * productVigour(user.mainProduct));
    const midnightMs = dateMs - calendar.offsetMs(user.office.timeZone, dateMs);
    for (let i = 0; i < sessions; i++) {
      visit(world, random, customer, present, user, midnightMs + startOfSessionMs(random, load));
    }
  }
  const operator = present[0];
  if (tenant.products.includes('agents') && operator !== undefined) {
    const midnightMs = dateMs - calendar.offsetMs(tenant.offices[0].timeZone, dateMs);
    runNightly(world, random, customer, operator, midnightMs, scale);
  }
}

/** Visits to Projects are the most frequent, but those to Agents do less at a time. */
function productVigour(product: DemoProductSlug): number {
  return { projects: 1, documents: 0.85, agents: 1.1 }[product];
}

/** Use halves again and again once the champion has left, until nobody is left to open the product. */
function stallingVigour(timeline: Timeline, dateMs: number): number {
  if (dateMs < timeline.championLeavesMs) return 1;
  if (dateMs >= timeline.stalledMs) return 0;
  return 0.5 ** ((dateMs - timeline.championLeavesMs) / timeline.stallHalfLifeMs);
}

function visit(
  world: World,
  random: Random,
  { tenant }: DemoCustomer,
  colleagues: readonly DemoUser[],
  user: DemoUser,
  atMs: number,
): void {
  const product = random.chance(0.8) ? user.mainProduct : random.pick(tenant.products);
  const session = openSession(world, random, { product, tenant, user, atMs });
  if (product === 'projects') visitProjects(session);
  else if (product === 'documents') visitDocuments(session, colleagues);
  else visitAgents(session);
}

/** Scheduled runs at two and at six in the tenant's morning, weekends and holidays included. */
function runNightly(
  world: World,
  random: Random,
  { tenant }: DemoCustomer,
  operator: DemoUser,
  midnightMs: number,
  scale: number,
): void {
  const service: DemoUser = { ...operator, id: `svc-${tenant.id}`, office: tenant.offices[0] };
  for (const hour of [2, 6]) {
    const runs = random.poisson((1 + tenant.seats / 30) * scale);
    if (runs === 0) continue;
    const atMs = midnightMs + hour * HOUR_MS + random.integer(0, 90_000);
    runSchedule(
      openSession(world, random, { product: 'agents', tenant, user: service, atMs, isAutomated: true }),
      runs,
    );
  }
}

/** Which tenants get the timeline view when: two pioneers, then the rest along a logistic curve, and five never. */
function spreadTimelineView(random: Random, timeline: Timeline): ReadonlyMap<string, number> {
  const fromMs = new Map<string, number>(STORY_TENANTS.pioneers.map((id) => [id, timeline.featureReleasedMs]));
  const others = DEMO_TENANTS.filter(({ id, products }) => products.includes('projects') && !fromMs.has(id))
    .map(({ id }) => ({ id, lot: random.unit() }))
    .sort((a, b) => a.lot - b.lot)
    .slice(5);
  const spanMs = timeline.endMs - timeline.startMs;
  for (const [index, { id }] of others.entries()) {
    const share = (index + 0.5) / others.length;
    fromMs.set(id, timeline.startMs + spanMs * (0.52 + 0.075 * Math.log(share / (1 - share))));
  }
  return fromMs;
}
