import { describe, expect, test } from 'vitest';
import type { Event } from '../contract/index.ts';
import { Controller } from './controller.ts';
import { NOT_KEPT, Sampler } from './sampler.ts';
import { shaper } from './shaping.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const HOUR_MS = 3_600_000;
const OUTSIDER = 'f0e1d2c3b4a59687';
const PANELLIST = '00e1d2c3b4a59687';

const event = (n: number, parts: Partial<Event> = {}): Event => ({
  eventId: `0197f3a0-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
  eventName: 'page_viewed',
  eventType: 'view',
  timestampMs: NOON,
  originalTimestampMs: NOON,
  receivedAtMs: NOON,
  source: 'client',
  platform: 'web',
  appVersion: '1.0.0',
  tenantId: '',
  userId: OUTSIDER,
  userRole: '',
  sessionId: '',
  authContext: '',
  isInternal: false,
  featureArea: 'projects',
  workflowName: '',
  surface: '',
  experimentAssignments: {},
  requestId: '',
  traceId: '',
  correlationId: '',
  deviceType: '',
  browserFamily: '',
  osFamily: '',
  country: '',
  region: '',
  connectionType: '',
  piiClassification: 'none',
  dataSensitivity: 'internal',
  properties: {},
  weight: 1,
  isPlanned: false,
  schemaVersion: 0,
  consent: '',
  ...parts,
});

/** A sampler whose flow of page views stands at this weight. */
function samplerAt(weight: number, options: { samplesOutcomes?: boolean; certainPerMinute?: number } = {}) {
  const sampler = new Sampler({ seed: 42, samplesOutcomes: false, certainPerMinute: 1_000, ...options });
  sampler.decide(event(0));
  for (const flow of sampler.flows()) flow.stratum(0).weight = weight;
  return sampler;
}

const decisions = (sampler: Sampler, count: number, parts: Partial<Event> = {}) =>
  Array.from({ length: count }, (_, n) => sampler.decide(event(n + 1, parts)));

describe('a throttled flow', () => {
  test('keeps its share with the weight that makes up for the rest', () => {
    const kept = decisions(samplerAt(8), 80_000).filter((decision) => decision !== NOT_KEPT);
    expect(new Set(kept)).toEqual(new Set([8]));
    expect(Math.abs(kept.length - 10_000)).toBeLessThan(5 * Math.sqrt(80_000 * 0.125 * 0.875));
  });

  test('keeps all of a panel member, with weight 0 what the sample would not have', () => {
    const kept = decisions(samplerAt(8), 8_000, { userId: PANELLIST });
    expect(new Set(kept)).toEqual(new Set([0, 8]));
  });

  test('keeps the first event of each tenant and day for certain', () => {
    const sampler = samplerAt(100);
    const firstOf = (tenantId: string, timestampMs = NOON) => sampler.decide(event(7, { tenantId, timestampMs }));
    expect(firstOf('acme')).toBe(1);
    expect(firstOf('acme')).not.toBe(1);
    expect(firstOf('globex')).toBe(1);
    expect(firstOf('acme', NOON + 24 * HOUR_MS)).toBe(1);
  });

  test('stops keeping first events for certain where made-up tenants would spend the budget, until the next minute', () => {
    const sampler = samplerAt(100, { certainPerMinute: 10 });
    const certain = () =>
      Array.from({ length: 1_000 }, (_, n) =>
        sampler.decide(event(n, { tenantId: `made-up-${n}-${Math.random()}` })),
      ).filter((decision) => decision === 1).length;
    expect(certain()).toBe(10);
    expect(certain()).toBe(0);
    sampler.turn(NOON);
    expect(certain()).toBe(10);
  });

  test('never samples errors, outcomes and feedback, unless asked', () => {
    for (const eventType of ['error', 'outcome', 'feedback'] as const) {
      expect(new Set(decisions(samplerAt(100), 1_000, { eventType }))).toEqual(new Set([1]));
      const asked = decisions(samplerAt(100, { samplesOutcomes: true }), 1_000, { eventType });
      expect(asked.filter((decision) => decision === NOT_KEPT).length).toBeGreaterThan(900);
    }
  });

  test('foresees what it will decide, and counts nothing meanwhile', () => {
    const sampler = samplerAt(8);
    const foreseen = Array.from({ length: 500 }, (_, n) => sampler.foresee(event(n + 1)));
    const [flow] = sampler.flows();
    expect(flow!.stratum(0).newlyOffered).toBe(1);
    expect(decisions(sampler, 500)).toEqual(foreseen);
  });
});

describe('a controller', () => {
  const budget = { eventsPerDay: 24_000, areas: [], samplesOutcomes: false, shaping: null };
  /** `perHour` events of each flow, steadily, for as many hours. */
  function feed(
    controller: Controller,
    hours: { from: number; to: number },
    perHour: (hour: number) => number,
    of = [{}],
  ) {
    const weights: number[][] = [];
    let n = 0;
    for (let hour = hours.from; hour < hours.to; hour++) {
      for (let minute = 0; minute < 60; minute++) {
        const nowMs = NOON + hour * HOUR_MS + minute * 60_000;
        for (let each = 0; each < perHour(hour) / 60; each++) {
          for (const parts of of) controller.sampler.decide(event(++n + hour * 1e6, { timestampMs: nowMs, ...parts }));
        }
        controller.tick(nowMs + 59_000);
        weights.push(controller.rates.map(({ weight }) => weight));
      }
    }
    return weights;
  }

  test('brings a steady flow to its budget and then leaves it alone', () => {
    const controller = new Controller(budget, { seed: 1, nowMs: NOON });
    const weights = feed(controller, { from: 0, to: 72 }, () => 6_000).map(([weight]) => weight);
    // 144,000 a day, so about a sixth may be kept, of which the panel has its part (here: nobody).
    const [rate] = controller.rates;
    expect(rate!.keptLastDay).toBeLessThanOrEqual(24_000 * 1.03);
    expect(rate!.keptLastDay).toBeGreaterThan(24_000 * 0.55);
    expect(new Set(weights.slice(24 * 60)).size).toBe(1);
  });

  test('follows the rhythm of days without swinging', () => {
    const controller = new Controller(budget, { seed: 1, nowMs: NOON });
    const rhythm = (hour: number) => 600 + Math.round(9_000 * Math.max(0, Math.sin(((hour % 24) / 24) * 2 * Math.PI)));
    feed(controller, { from: 0, to: 48 }, rhythm);
    const weights = feed(controller, { from: 48, to: 144 }, rhythm).map(([weight]) => weight!);
    const steps = weights.filter((weight, index) => index > 0 && weight !== weights[index - 1]).length;
    expect(steps).toBeLessThanOrEqual(4);
    expect(controller.rates[0]!.keptLastDay).toBeLessThanOrEqual(24_000 * 1.05);
  });

  test('throttles a surge within the hour, and comes back once it is over', () => {
    const controller = new Controller(budget, { seed: 1, nowMs: NOON });
    feed(controller, { from: 0, to: 48 }, () => 900);
    expect(controller.rates[0]!.weight).toBe(1);
    feed(controller, { from: 48, to: 49 }, () => 20_000);
    expect(controller.rates[0]!.weight).toBeGreaterThan(5);
    feed(controller, { from: 49, to: 100 }, () => 900);
    expect(controller.rates[0]!.weight).toBe(1);
  });

  test('favours new tenants, new releases and running experiments, and says so', () => {
    const controller = new Controller(budget, { seed: 1, nowMs: NOON });
    controller.context = {
      establishedTenants: new Set(['acme']),
      establishedReleases: new Set(['1.0.0']),
      runningExperiments: new Set(['checkout']),
    };
    feed(controller, { from: 0, to: 30 }, () => 1_800, [
      { tenantId: 'acme' },
      { tenantId: 'new' },
      { tenantId: 'acme', appVersion: '1.1.0' },
      { tenantId: 'acme', experimentAssignments: { checkout: 'b' } },
      { tenantId: 'acme', experimentAssignments: { finished: 'b' } },
    ]);
    const weightOf = (...favours: string[]) =>
      controller.rates.find((rate) => rate.favours.join() === favours.join())!.weight;
    const rates = controller.rates.map(({ favours, bound }) => [favours, bound]);
    expect(rates).toHaveLength(4);
    for (const favour of ['new_tenant', 'new_release', 'experiment']) {
      expect(weightOf(favour)).toBeLessThan(weightOf() / 2);
    }
    expect(controller.rates.find((rate) => rate.favours.length === 0)!.bound).toBe('environment_budget');
  });

  test('favours an area whose errors rise, until they are as usual again', () => {
    const controller = new Controller({ ...budget, eventsPerDay: 80_000 }, { seed: 1, nowMs: NOON });
    const calm = [{}, {}, {}, { featureArea: 'billing' }];
    const failing = [...calm, { eventName: 'request_failed', eventType: 'error', featureArea: 'billing' } as const];
    feed(controller, { from: 0, to: 30 }, () => 1_800, calm);
    const billing = () =>
      controller.rates.find((rate) => rate.featureArea === 'billing' && rate.bound !== 'protected')!;
    const projects = () => controller.rates.find((rate) => rate.featureArea === 'projects')!;
    expect(billing().favours).toEqual([]);
    feed(controller, { from: 30, to: 31 }, () => 1_800, failing);
    expect(billing().favours).toEqual(['rising_errors']);
    expect(billing().weight).toBeLessThan(projects().weight);
    feed(controller, { from: 31, to: 34 }, () => 1_800, calm);
    expect(billing().favours).toEqual([]);
  });

  test('holds an area to a budget of its own and leaves the others whole', () => {
    const areas = [{ featureArea: 'search', eventsPerDay: 5_000 }];
    const controller = new Controller({ ...budget, eventsPerDay: null, areas }, { seed: 1, nowMs: NOON });
    feed(controller, { from: 0, to: 60 }, () => 1_200, [{}, { featureArea: 'search' }]);
    const of = (area: string) => controller.rates.find((rate) => rate.featureArea === area)!;
    expect(of('projects').weight).toBe(1);
    expect(of('search').bound).toBe('area_budget');
    expect(of('search').keptLastDay).toBeLessThanOrEqual(5_000 * 1.05);
    expect(of('search').keptLastDay).toBeGreaterThan(5_000 * 0.6);
  });

  test('goes on after a restart where it was', () => {
    const options = { seed: 1, nowMs: NOON };
    const one = new Controller(budget, options);
    feed(one, { from: 0, to: 40 }, () => 3_000);
    const nowMs = NOON + 40 * HOUR_MS;
    const saved = JSON.parse(JSON.stringify(one.save(nowMs)));
    const two = new Controller(budget, { seed: 1, nowMs, saved });
    two.tick(nowMs);
    one.tick(nowMs);
    expect(two.rates).toEqual(one.rates);
    expect(two.rates[0]!.weight).toBeGreaterThan(1);
  });

  test('takes what comes in the first minutes for an hour, not for a day', () => {
    const controller = new Controller(budget, { seed: 1, nowMs: NOON });
    for (let n = 0; n < 900; n++) controller.sampler.decide(event(n));
    controller.tick(NOON + 60_000);
    expect(controller.rates[0]).toMatchObject({ expectedNextDay: 21_600, weight: 1 });
  });

  test('says when nothing it may do brings a flow down to the budget', () => {
    const controller = new Controller({ ...budget, eventsPerDay: 100 }, { seed: 1, nowMs: NOON });
    feed(controller, { from: 0, to: 2 }, () => 6_000, [{ eventType: 'error' }, {}]);
    expect(controller.isExceeded).toBe(true);
    expect(controller.rates.map(({ bound }) => bound).sort()).toEqual(['floor', 'protected']);
  });
});

describe('shaping', () => {
  test('takes off long texts, lists and objects that are not to be kept, and nothing else', () => {
    const properties = {
      plan: 'pro',
      seats: 5,
      ok: true,
      none: null,
      stack: '堆'.repeat(257),
      tags: ['a'],
      context: { a: 1 },
      notes: 'n'.repeat(300),
    };
    const shaped = event(1, { properties });
    expect(shaper({ maxTextLength: 256, keepProperties: ['notes'] })(shaped)).toBe(3);
    const { stack, tags, context, ...rest } = properties;
    expect(shaped.properties).toEqual(rest);
    expect([stack, tags, context]).not.toContain(undefined);
  });
});
