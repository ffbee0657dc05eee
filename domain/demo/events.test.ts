import { EventDecoder, isRefusal } from '@uptake/domain/contract';
import { Scrubber } from '@uptake/domain/privacy';
import { describe, expect, test } from 'vitest';
import { createCalendar } from './calendar.ts';
import { DEMO_TENANTS, type DemoOptions, demoEvents, type IncomingEvent } from './index.ts';
import { createRandom } from './random.ts';

const DAY_MS = 86_400_000;
const HALF_HOUR_PAST_ONE = Date.UTC(2026, 10, 21, 1, 30);
const SMALL: DemoOptions = { seed: 7, endMs: HALF_HOUR_PAST_ONE, days: 28, scale: 0.1 };

function eventsOf(options: DemoOptions): IncomingEvent[] {
  return [...demoEvents(options)].flatMap((batch) => batch.events);
}

describe('the demo', () => {
  test('is the same, ids included, for the same options', () => {
    expect(JSON.stringify(eventsOf(SMALL))).toBe(JSON.stringify(eventsOf(SMALL)));
  });

  test('shares no event id with the demo of another seed or another end', () => {
    const ids = new Set(eventsOf(SMALL).map((event) => event.event_id));
    for (const other of [
      { ...SMALL, seed: 8 },
      { ...SMALL, endMs: SMALL.endMs + DAY_MS },
    ]) {
      expect(eventsOf(other).filter((event) => ids.has(event.event_id))).toHaveLength(0);
    }
  });

  test('scales with `scale`', () => {
    const tenth = eventsOf(SMALL).length;
    const third = eventsOf({ ...SMALL, scale: 0.3 }).length;
    expect(third / tenth).toBeGreaterThan(2.6);
    expect(third / tenth).toBeLessThan(3.4);
  });

  test('is in the order of time within a product, and inside its period', () => {
    const newest = new Map<string, string>();
    for (const { productSlug, events } of demoEvents(SMALL)) {
      for (const event of events) {
        expect(event.timestamp! >= (newest.get(productSlug) ?? '')).toBe(true);
        newest.set(productSlug, event.timestamp!);
      }
    }
    const times = eventsOf(SMALL).map((event) => Date.parse(event.timestamp!));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(SMALL.endMs - 28 * DAY_MS + 15 * 60_000);
    expect(Math.max(...times)).toBeLessThan(SMALL.endMs);
    expect(Math.max(...times)).toBeGreaterThan(SMALL.endMs - 6 * 3_600_000);
  });

  test('gives its last days alone, event for event as in the whole', () => {
    const fromMs = SMALL.endMs - 7 * DAY_MS - 12_345;
    const options = { ...SMALL, scale: 0.5 };
    const expected = eventsOf(options).filter((event) => Date.parse(event.timestamp!) >= fromMs);
    const byId = (a: IncomingEvent, b: IncomingEvent) => (a.event_id! < b.event_id! ? -1 : 1);
    expect(expected.length).toBeGreaterThan(3_000);
    expect(eventsOf({ ...options, fromMs }).sort(byId)).toEqual(expected.sort(byId));
  });

  test('refuses a period too short for its stories', () => {
    expect(() => eventsOf({ ...SMALL, days: 27 })).toThrow(/at least 28 days, not 27/);
  });

  test('is accepted by the events door whole, and no scrub rule finds anything in it', () => {
    const decoder = new EventDecoder({
      receivedAtMs: SMALL.endMs + 60_000,
      maxAgeMs: SMALL.days * DAY_MS,
      defaultSource: 'server',
      newEventId: () => expect.fail('an event has no id'),
    });
    const scrubber = new Scrubber();
    const names = new Set<string>();
    for (const incoming of eventsOf({ ...SMALL, scale: 0.4 })) {
      names.add(incoming.event_name);
      const event = decoder.decode(incoming);
      if (isRefusal(event)) expect.fail(`${event.reason} at ${event.path}: ${event.detail}`);
      const before = JSON.stringify(event);
      scrubber.event(event);
      // Compared as text: tens of thousands of matchers would take longer than everything else here.
      if (JSON.stringify(event) !== before) expect.fail(`${before} became ${JSON.stringify(event)}`);
    }
    expect([...names].sort()).toEqual(EVENT_NAMES);
  });

  test('fills the examples of requirement E20 with the properties of their source', () => {
    const seen = new Map<string, Set<string>>();
    for (const event of eventsOf({ ...SMALL, scale: 0.4 })) {
      const known = seen.get(event.event_name) ?? new Set();
      for (const name of Object.keys(event.properties ?? {})) known.add(name);
      seen.set(event.event_name, known);
    }
    for (const [name, properties] of Object.entries(E20_PROPERTIES)) {
      expect([...(seen.get(name) ?? [])].sort(), name).toEqual(properties.split(' ').sort());
    }
  });
});

const E20_PROPERTIES = {
  project_viewed: 'template_id prepopulated time_to_first_paint_ms',
  project_created:
    'project_id creation_path member_count initial_tasks_count duration_ms validation_errors guardrail_status',
  task_assigned: 'task_id assignment_type assignee_role due_in_days priority assignment_latency_ms',
  project_creation_error: 'stage error_code http_status recoverable retry_count trace_id',
  project_feedback_submitted: 'score sentiment tags comment_present correlation_id blocked blocker_type',
};

const EVENT_NAMES = [
  'agent_run_completed',
  'agent_run_rated',
  'agent_run_started',
  'agent_selected',
  'application_error',
  'board_filtered',
  'comment_added',
  'document_downloaded',
  'document_edited',
  'document_generated',
  'document_shared',
  'page_viewed',
  'project_created',
  'project_creation_error',
  'project_feedback_submitted',
  'project_viewed',
  'rage_click_detected',
  'report_exported',
  'search_performed',
  'task_assigned',
  'task_completed',
  'task_created',
  'template_selected',
  'timeline_item_moved',
  'timeline_opened',
  'web_vitals_measured',
  'workflow_feedback_submitted',
  'workflow_phase_abandoned',
  'workflow_phase_completed',
  'workflow_phase_started',
];

describe('the calendar', () => {
  const calendar = createCalendar();

  test.each([
    ['US', '2026-11-26', 'Thanksgiving'],
    ['US', '2026-09-07', 'Labor Day'],
    ['GB', '2026-08-31', 'the last Monday of August'],
    ['DE', '2027-03-26', 'Good Friday'],
    ['FR', '2024-05-09', 'Ascension Day'],
    ['DE', '2026-10-03', 'the day of unity'],
  ])('knows that %s rests on %s, %s', (country, date) => {
    expect(calendar.isHoliday(country, Date.parse(date))).toBe(true);
    expect(calendar.isHoliday(country, Date.parse(date) + DAY_MS)).toBe(false);
  });

  test('knows a holiday for every country that has an office', () => {
    const year = Array.from({ length: 365 }, (_, day) => Date.UTC(2026, 0, 1) + day * DAY_MS);
    for (const office of DEMO_TENANTS.flatMap(({ offices }) => offices)) {
      expect(
        year.some((date) => calendar.isHoliday(office.country, date)),
        office.country,
      ).toBe(true);
    }
  });

  test('follows daylight saving time and half-hour zones', () => {
    expect(calendar.offsetMs('Europe/Berlin', Date.UTC(2026, 6, 1))).toBe(2 * 3_600_000);
    expect(calendar.offsetMs('Europe/Berlin', Date.UTC(2026, 11, 1))).toBe(3_600_000);
    expect(calendar.offsetMs('America/Los_Angeles', Date.UTC(2026, 11, 1))).toBe(-8 * 3_600_000);
    expect(calendar.offsetMs('Asia/Kolkata', Date.UTC(2026, 11, 1))).toBe(5.5 * 3_600_000);
    expect(calendar.offsetMs('Europe/London', Date.UTC(2026, 11, 1))).toBe(0);
  });

  test('writes times as Date does', () => {
    for (const ms of [0, 999, 1_790_000_000_007, HALF_HOUR_PAST_ONE + 59_999, HALF_HOUR_PAST_ONE - 1]) {
      expect(calendar.isoTime(ms)).toBe(new Date(ms).toISOString());
    }
  });
});

describe('the source of randomness', () => {
  test('draws uniform numbers, poisson counts and log-normal medians as it says', () => {
    const random = createRandom('statistics');
    const draws = Array.from({ length: 40_000 }, () => random.unit());
    expect(mean(draws)).toBeCloseTo(0.5, 2);
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
    expect(mean(draws.map(() => random.poisson(2.5)))).toBeCloseTo(2.5, 1);
    expect(mean(draws.map(() => random.exponential(3)))).toBeCloseTo(3, 0);
    const sizes = draws.map(() => random.logNormal(100, 0.5)).sort((a, b) => a - b);
    expect(sizes[sizes.length / 2]).toBeGreaterThan(97);
    expect(sizes[sizes.length / 2]).toBeLessThan(103);
  });

  test('makes UUIDs of version 4', () => {
    const random = createRandom('ids');
    for (let i = 0; i < 1_000; i++) {
      expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
