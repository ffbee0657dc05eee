import { expect, test } from 'vitest';
import { refusedByEnforcing } from './collection-words.ts';

type Planned = Parameters<typeof refusedByEnforcing>[1][number];
const planned = (event_name: string, state: string, events_30d: number, violations_30d: number) =>
  ({ schema: { event_name, state }, volume: { events_30d, violations_30d, last_seen: null } }) as unknown as Planned;

test('what enforcing would refuse is what nobody planned, what is only a draft, and what does not fit, most first', () => {
  const unplanned = [
    { event_name: 'comment_added', events_30d: 50 },
    { event_name: 'never_again', events_30d: 0 },
  ];
  const plan = [
    planned('order_paid', 'active', 900, 7),
    planned('board_moved', 'draft', 60, 0),
    planned('fits', 'active', 5, 0),
  ];
  expect(refusedByEnforcing(unplanned, plan)).toEqual([
    { eventName: 'board_moved', events: 60, why: 'its schema is a draft' },
    { eventName: 'comment_added', events: 50, why: 'not planned' },
    { eventName: 'order_paid', events: 7, why: 'do not fit' },
  ]);
});
