import { describe, expect, test } from 'vitest';
import type { LiveEvent } from '../api/types.ts';
import { createEventBuffer, matchesFilter } from './event-buffer.ts';

const event = (event_name: string, rest: Partial<LiveEvent> = {}): LiveEvent => ({
  position: '7',
  received_at: '2026-11-21T01:00:00.000Z',
  timestamp: '2026-11-21T01:00:00.000Z',
  event_name,
  event_type: 'action',
  tenant_id: 'Bäckerei Müller',
  feature_area: 'billing',
  surface: '/invoices',
  platform: 'web',
  source: 'client',
  country: 'DE',
  app_version: '4.2.0',
  property_names: ['plan', 'duration_ms'],
  ...rest,
});
const names = (rows: readonly LiveEvent[]) => rows.map((row) => row.event_name);

describe('the live view', () => {
  test('keeps the newest events first, and no more than its capacity', () => {
    const buffer = createEventBuffer(2);
    for (const name of ['a', 'b', 'c']) buffer.add(event(name), 0);
    expect(names(buffer.snapshot(0).rows)).toEqual(['c', 'b']);
  });

  test('stands still while paused, counts what waits, and shows it in order afterwards', () => {
    const buffer = createEventBuffer(3);
    buffer.add(event('before'), 0);
    buffer.setPaused(true);
    for (const name of ['a', 'b', 'c', 'd']) buffer.add(event(name), 0);
    expect(buffer.snapshot(0)).toMatchObject({ isPaused: true, waiting: 4 });
    expect(names(buffer.snapshot(0).rows)).toEqual(['before']);
    buffer.setPaused(false);
    expect(names(buffer.snapshot(0).rows)).toEqual(['d', 'c', 'b']);
    expect(buffer.snapshot(0).waiting).toBe(0);
  });

  test('gives two events of the same log position different orders', () => {
    const buffer = createEventBuffer(5);
    buffer.add(event('a'), 0);
    buffer.add(event('b'), 0);
    expect(new Set(buffer.snapshot(0).rows.map((row) => row.order)).size).toBe(2);
  });

  test('counts events per second over a minute, those the server left out included', () => {
    const buffer = createEventBuffer(5);
    buffer.add(event('a'), 10_000);
    buffer.skip(40, 10_900);
    buffer.add(event('b'), 11_000);
    expect(buffer.snapshot(11_000).perSecond.slice(-3)).toEqual([0, 41, 1]);
    expect(buffer.snapshot(11_000).skipped).toBe(40);
    expect(buffer.snapshot(69_999).perSecond[0]).toBe(41);
    expect(buffer.snapshot(70_000).perSecond[0]).toBe(1);
  });
});

describe('the live filter', () => {
  test.each([
    ['', '', true],
    ['müller invoices', '', true],
    ['DURATION_MS', '', true],
    ['müller orders', '', false],
    ['', 'action', true],
    ['', 'error', false],
  ])('text %j and type %j', (text, eventType, expected) => {
    expect(matchesFilter(event('invoice_sent'), { text, eventType })).toBe(expected);
  });
});
