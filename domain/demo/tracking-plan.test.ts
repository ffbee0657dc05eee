import { EventDecoder, isRefusal } from '@uptake/domain/contract';
import { compilePlan, type EventSchema, lintEventSchema, parseEventSchema } from '@uptake/domain/tracking-plan';
import { describe, expect, test } from 'vitest';
import { DEMO_MISTAKES, DEMO_TRACKING_PLAN, demoEvents, demoMistakes, type IncomingEvent } from './index.ts';
import type { DemoProductSlug } from './tenants.ts';

const endMs = Date.UTC(2026, 10, 21, 1, 30);
const parsed = (schema: EventSchema): EventSchema => {
  const found = parseEventSchema(schema);
  if (Array.isArray(found)) throw new Error(`${schema.event_name}: ${JSON.stringify(found)}`);
  return found as EventSchema;
};
const planOf = (product: DemoProductSlug) => compilePlan(DEMO_TRACKING_PLAN[product].map(parsed));

const decoder = new EventDecoder({
  receivedAtMs: endMs,
  maxAgeMs: 91 * 86_400_000,
  defaultSource: 'client',
  newEventId: () => '00000000-0000-4000-8000-000000000000',
});
const decode = (event: IncomingEvent) => decoder.decode(event);

describe("the demo's tracking plan", () => {
  test('has no fault a linter finds', () => {
    for (const schemas of Object.values(DEMO_TRACKING_PLAN)) {
      expect(schemas.flatMap((schema) => lintEventSchema(schema))).toEqual([]);
    }
  });

  test('fits what the demo sends, but for what is left to be planned', () => {
    const found = new Map<string, Set<string>>();
    const plans = { projects: planOf('projects'), documents: planOf('documents'), agents: planOf('agents') };
    for (const { productSlug, events } of demoEvents({ seed: 7, endMs, days: 28, scale: 0.2 })) {
      const plan = plans[productSlug];
      for (const incoming of events) {
        const event = decode(incoming);
        if (isRefusal(event)) throw new Error(event.detail);
        const judged = plan.judge(event, endMs);
        if (judged.kind === 'violated') throw new Error(`${incoming.event_name}: ${judged.refusal.detail}`);
        const key = `${productSlug} ${judged.kind}`;
        found.set(key, (found.get(key) ?? new Set()).add(incoming.event_name));
      }
    }
    expect([...(found.get('projects unplanned') ?? [])].sort()).toEqual([
      'board_filtered',
      'comment_added',
      'rage_click_detected',
      'timeline_item_moved',
    ]);
    expect(found.has('documents unplanned')).toBe(false);
    expect(found.has('agents planned')).toBe(false);
  });
});

test('the outdated program sends nothing that the plan of Documents or the door takes', () => {
  const plan = planOf(DEMO_MISTAKES.productSlug);
  const reasons = demoMistakes({ seed: 1, endMs }).map((incoming) => {
    const event = decode(incoming);
    if (isRefusal(event)) return event.reason;
    const judged = plan.judge(event, endMs);
    return judged.kind === 'violated' ? judged.refusal.reason : judged.kind;
  });
  expect(reasons.filter((reason) => reason === 'property_not_allowed')).toHaveLength(210);
  expect(reasons.filter((reason) => reason === 'timestamp_in_future')).toHaveLength(30);
  expect(demoMistakes({ seed: 1, endMs })).toEqual(demoMistakes({ seed: 1, endMs }));
});
