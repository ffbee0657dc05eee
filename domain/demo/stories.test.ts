import { parseTrendDefinition } from '@uptake/domain/insights';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEMO_PRODUCTS, DEMO_TENANTS, demoEvents, type IncomingEvent } from './index.ts';
import { FAULTY_PROJECTS_VERSION, LEAN_AGENTS_VERSION } from './releases.ts';
import { DEMO_STORIES } from './stories.ts';
import { createTimeline, STORY_TENANTS } from './timeline.ts';

const DAY_MS = 86_400_000;
const END_MS = Date.UTC(2026, 10, 21, 1, 30);
const timeline = createTimeline(END_MS, 90);

/** Kept slim: half a million whole events would make the test a memory benchmark. */
type Seen = Pick<IncomingEvent, 'event_name' | 'event_type' | 'tenant_id' | 'user_id' | 'app_version' | 'country'> & {
  readonly atMs: number;
  readonly platform: string;
  readonly properties: Readonly<Record<string, unknown>>;
};
const ids = new Set<string>();
const seen = { projects: [] as Seen[], documents: [] as Seen[], agents: [] as Seen[] };

beforeAll(() => {
  for (const { productSlug, events } of demoEvents({ seed: 1, endMs: END_MS, days: 90, scale: 1 })) {
    for (const event of events) {
      ids.add(event.event_id!);
      seen[productSlug].push({
        event_name: event.event_name,
        event_type: event.event_type!,
        tenant_id: event.tenant_id!,
        user_id: event.user_id!,
        app_version: event.app_version!,
        country: event.country!,
        platform: event.platform!,
        atMs: Date.parse(event.timestamp!),
        properties: event.properties ?? {},
      });
    }
  }
}, 90_000);

function between(events: readonly Seen[], fromMs: number, untilMs: number): Seen[] {
  return events.filter(({ atMs }) => fromMs <= atMs && atMs < untilMs);
}

function users(events: readonly Seen[]): number {
  return new Set(events.map(({ user_id }) => user_id)).size;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

describe('ninety days', () => {
  test('hold about half a million events of 2,000 users and 40 tenants, each with an id of its own', () => {
    const all = [...seen.projects, ...seen.documents, ...seen.agents];
    expect(all.length).toBeGreaterThan(470_000);
    expect(all.length).toBeLessThan(550_000);
    expect(ids.size).toBe(all.length);
    expect(users(all)).toBeGreaterThan(1_900);
    expect(users(all)).toBeLessThan(2_050);
    expect(new Set(all.map(({ tenant_id }) => tenant_id))).toEqual(new Set(DEMO_TENANTS.map(({ id }) => id)));
    expect(DEMO_TENANTS).toHaveLength(40);
    for (const { slug } of DEMO_PRODUCTS) expect(seen[slug].length).toBeGreaterThan(80_000);
  });
});

describe('the stories', () => {
  test('each have an id of their own and a question that the insights door reads', () => {
    expect(new Set(DEMO_STORIES.map(({ id }) => id)).size).toBe(DEMO_STORIES.length);
    for (const { id, definition } of DEMO_STORIES) {
      const parsed = parseTrendDefinition(definition);
      expect(parsed.ok ? [] : parsed.errors, id).toEqual([]);
    }
  });

  test('ask for events and properties that the demo has', () => {
    for (const { id, productSlug, definition } of DEMO_STORIES) {
      for (const { event, measure } of definition.series) {
        const events = seen[productSlug].filter(({ event_name }) => event === null || event_name === event);
        expect(events.length, `${id}: ${event}`).toBeGreaterThan(0);
        const breakdown = definition.breakdown;
        const properties = [
          ...(measure.kind === 'property' ? [measure.property] : []),
          ...(breakdown !== undefined && 'property' in breakdown ? [breakdown.property] : []),
        ];
        for (const property of properties) {
          expect(events[0]?.properties, `${id}: ${property}`).toHaveProperty(property);
        }
      }
    }
  });

  test('stalled-tenant: use decays after the champion has left, down to nothing', () => {
    const ofTenant = seen.projects.filter(({ tenant_id }) => tenant_id === STORY_TENANTS.stalling);
    const perWeek = (fromMs: number): number => users(between(ofTenant, fromMs, fromMs + 7 * DAY_MS));
    const before = perWeek(timeline.championLeavesMs - 7 * DAY_MS);
    const twoWeeksLater = perWeek(timeline.championLeavesMs + 14 * DAY_MS);
    expect(before).toBeGreaterThan(20);
    expect(twoWeeksLater).toBeLessThan(before * 0.5);
    expect(twoWeeksLater).toBeGreaterThan(0);
    expect(between(ofTenant, timeline.stalledMs + DAY_MS, END_MS)).toHaveLength(0);
    const champion = `u-${ofTenant.map(({ user_id }) => Number(user_id!.slice(2))).reduce((a, b) => Math.min(a, b))}`;
    const ofChampion = ofTenant.filter(({ user_id }) => user_id === champion);
    expect(ofChampion.length).toBeGreaterThan(500);
    expect(Math.max(...ofChampion.map(({ atMs }) => atMs))).toBeLessThan(timeline.championLeavesMs + 2 * DAY_MS);
  });

  test('faulty-release: the error rate of three days is many times that before and after, all in one version', () => {
    const errorShare = (fromMs: number, untilMs: number): number => {
      const events = between(seen.projects, fromMs, untilMs);
      return events.filter(({ event_type }) => event_type === 'error').length / events.length;
    };
    const { faultyReleaseMs, fixReleaseMs } = timeline;
    const before = errorShare(faultyReleaseMs - 14 * DAY_MS, faultyReleaseMs);
    const during = errorShare(faultyReleaseMs, fixReleaseMs);
    const after = errorShare(fixReleaseMs + DAY_MS, fixReleaseMs + 14 * DAY_MS);
    expect(before).toBeLessThan(0.012);
    expect(during).toBeGreaterThan(before * 6);
    expect(after).toBeLessThan(before * 1.6);
    const errors = between(seen.projects, faultyReleaseMs, fixReleaseMs).filter((each) => each.event_type === 'error');
    const ofVersion = errors.filter(({ app_version }) => app_version === FAULTY_PROJECTS_VERSION);
    expect(ofVersion.length / errors.length).toBeGreaterThan(0.95);
  });

  test('spreading-feature: tenants follow an S from two to most', () => {
    const opened = seen.projects.filter(({ event_name }) => event_name === 'timeline_opened');
    const span = END_MS - timeline.startMs;
    const tenants = [0.15, 0.25, 0.35, 0.5, 0.65, 0.8, 0.92].map((share) => {
      const middleMs = timeline.startMs + share * span;
      return new Set(between(opened, middleMs - 3.5 * DAY_MS, middleMs + 3.5 * DAY_MS).map((each) => each.tenant_id))
        .size;
    });
    expect(new Set(between(opened, 0, timeline.startMs + 0.17 * span).map((each) => each.tenant_id))).toEqual(
      new Set(STORY_TENANTS.pioneers),
    );
    expect(tenants.at(-1)).toBeGreaterThanOrEqual(25);
    const steps = tenants.slice(1).map((count, index) => count - tenants[index]!);
    const steepest = steps.indexOf(Math.max(...steps));
    expect(steepest).toBeGreaterThan(0);
    expect(steepest).toBeLessThan(5);
  });

  test('weekly-rhythm: German users work in office hours and rest at weekends', () => {
    const german = seen.projects.filter(({ country }) => country === 'DE');
    const berlin = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Berlin',
      hour: '2-digit',
      hourCycle: 'h23',
      weekday: 'short',
    });
    const perHour = new Map<number, number>();
    let weekend = 0;
    for (const { atMs } of german) {
      const [weekday, hour] = berlin.format(atMs).split(/,? /);
      if (weekday === 'Sat' || weekday === 'Sun') weekend++;
      else perHour.set(Number(hour), (perHour.get(Number(hour)) ?? 0) + 1);
    }
    expect(weekend / german.length).toBeLessThan(0.04);
    expect(perHour.get(9)!).toBeGreaterThan(20 * (perHour.get(4) ?? 1));
    expect(perHour.get(12)!).toBeLessThan(0.85 * perHour.get(10)!);
    expect(perHour.get(12)!).toBeLessThan(0.95 * perHour.get(14)!);
  });

  test('public-holidays: on Labor Day the United States rest while Germany works', () => {
    const laborDayMs = Date.UTC(2026, 8, 7, 6);
    const onDay = (country: string, fromMs: number): number =>
      users(
        between(seen.projects, fromMs, fromMs + DAY_MS).filter(
          (each) => each.country === country && each.platform === 'web',
        ),
      );
    expect(onDay('US', laborDayMs)).toBeLessThan(0.3 * onDay('US', laborDayMs + 7 * DAY_MS));
    expect(onDay('DE', laborDayMs)).toBeGreaterThan(0.7 * onDay('DE', laborDayMs + 7 * DAY_MS));
  });

  test('workflow-bottleneck: the third phase takes five times as long and loses two in five', () => {
    const phase = (number: number, name: string): Seen[] =>
      seen.documents.filter((each) => each.event_name === name && each.properties.phase_number === number);
    const medianMs = (number: number): number =>
      median(phase(number, 'workflow_phase_completed').map((each) => Number(each.properties.phase_duration_ms)));
    const lostShare = (number: number): number =>
      phase(number, 'workflow_phase_abandoned').length / phase(number, 'workflow_phase_started').length;
    for (const neighbour of [2, 4]) {
      expect(medianMs(3) / medianMs(neighbour)).toBeGreaterThan(4.3);
      expect(medianMs(3) / medianMs(neighbour)).toBeLessThan(6);
      expect(lostShare(neighbour)).toBeLessThan(0.1);
    }
    expect(lostShare(3)).toBeGreaterThan(0.35);
    expect(lostShare(3)).toBeLessThan(0.48);
  });

  test('leaner-agents: tokens per run fall by two fifths with the version', () => {
    const runs = seen.agents.filter(({ event_name }) => event_name === 'agent_run_completed');
    const average = (isLean: boolean): number => {
      const tokens = runs
        .filter(({ app_version }) => (app_version === LEAN_AGENTS_VERSION) === isLean)
        .map(({ properties }) => Number(properties.token_consumption));
      return tokens.reduce((sum, each) => sum + each, 0) / tokens.length;
    };
    expect(average(true) / average(false)).toBeGreaterThan(0.56);
    expect(average(true) / average(false)).toBeLessThan(0.64);
    expect(
      runs
        .filter((run) => run.app_version === LEAN_AGENTS_VERSION)
        .every((run) => run.atMs >= timeline.leanAgentsReleaseMs),
    ).toBe(true);
  });

  test('growing-tenant: weekly users grow from a handful to most of a hundred', () => {
    const ofTenant = [...seen.agents, ...seen.projects].filter(({ tenant_id }) => tenant_id === STORY_TENANTS.growing);
    const firstWeek = users(between(ofTenant, timeline.startMs, timeline.startMs + 7 * DAY_MS));
    const lastWeek = users(between(ofTenant, END_MS - 7 * DAY_MS, END_MS));
    expect(firstWeek).toBeLessThan(12);
    expect(lastWeek).toBeGreaterThan(50);
  });
});
