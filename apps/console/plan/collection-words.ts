/** What modes and policies mean and bring about, in the words of the screen. */
import type { Planned, UnplannedEvent } from './api.ts';

export type Choice = 'mode' | 'policy';

export const CHOICES = {
  mode: {
    title: 'Mode',
    options: [
      {
        value: 'observe',
        label: 'Observe',
        meaning: 'Every lawful event is kept. What the plan does not cover is marked and proposed for it.',
        effect: 'Events that are not planned are kept from now on, marked as unplanned.',
      },
      {
        value: 'enforce',
        label: 'Enforce',
        meaning: 'What is not planned, or does not fit its schema, is rejected with the reason and the place.',
        effect:
          'Events that are not in the plan, or do not fit it, are rejected from now on; what is rejected can be brought back for 30 days.',
      },
    ],
  },
  policy: {
    title: 'Policy',
    options: [
      {
        value: 'full',
        label: 'Full',
        meaning: 'Events of every kind, for product analytics.',
        effect: 'Events of every kind are taken again, and single events can be looked at as roles allow.',
      },
      {
        value: 'ledger',
        label: 'Ledger',
        meaning:
          'Milestones of the plan alone: of a tenant, brought about by a user, with identifiers and enums, no free text. Shown as counts only.',
        effect:
          'Views, errors and everything that is no milestone of the plan are rejected from now on, and nobody sees single events of this environment any more. What is stored stays.',
      },
    ],
  },
} as const satisfies Record<
  Choice,
  { title: string; options: readonly { value: string; label: string; meaning: string; effect: string }[] }
>;

export type Refused = { readonly eventName: string; readonly events: number; readonly why: string };

/** What came in the last 30 days and would have been rejected by `enforce`, most first. */
export function refusedByEnforcing(
  unplanned: readonly Pick<UnplannedEvent, 'event_name' | 'events_30d'>[],
  planned: readonly Pick<Planned, 'schema' | 'volume'>[],
): Refused[] {
  const notPlanned = unplanned.map(({ event_name, events_30d }) => ({
    eventName: event_name,
    events: events_30d,
    why: 'not planned',
  }));
  const ofThePlan = planned.map(({ schema, volume }) => {
    const eventName = schema.event_name;
    if (schema.state === 'draft') return { eventName, events: volume?.events_30d ?? 0, why: 'its schema is a draft' };
    return { eventName, events: volume?.violations_30d ?? 0, why: 'do not fit' };
  });
  return [...notPlanned, ...ofThePlan].filter(({ events }) => events > 0).sort((a, b) => b.events - a.events);
}
