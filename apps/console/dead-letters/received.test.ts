import { describe, expect, test } from 'vitest';
import { boundsOf, daysOf, receivedInWords } from './received.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');

describe('when a refused event came', () => {
  test.each([
    ['1h', '2026-11-21T11:00:00.000Z'],
    ['24h', '2026-11-20T12:00:00.000Z'],
    ['7d', '2026-11-14T12:00:00.000Z'],
  ])('%s reaches back from now, without an end', (received, from) => {
    expect(boundsOf(received, NOON)).toEqual({ from });
  });

  test('two days are whole ones of the reader’s zone, the last one included', () => {
    const bounds = boundsOf('2026-11-01..2026-11-03', NOON);
    expect(bounds?.from).toBe(new Date('2026-11-01T00:00:00').toISOString());
    expect(bounds?.to).toBe(new Date('2026-11-04T00:00:00').toISOString());
  });

  test.each(['', '2h', '2026-11-01', '2026-11-03..2026-11-01', '2026-02-30..2026-03-01', '2026-13-01..2026-13-02'])(
    'an address that says “%s” narrows nothing',
    (received) => {
      expect(boundsOf(received, NOON)).toBeUndefined();
      expect(receivedInWords(received)).toBe('any');
    },
  );

  test('is said in words', () => {
    expect(receivedInWords(undefined)).toBe('any');
    expect(receivedInWords('24h')).toBe('last 24 hours');
    expect(receivedInWords('2026-11-01..2026-11-03')).toBe('2026-11-01 to 2026-11-03');
    expect(receivedInWords('2026-11-01..2026-11-01')).toBe('2026-11-01');
    expect(daysOf('2026-11-01..2026-11-03')).toEqual({ first: '2026-11-01', last: '2026-11-03' });
  });
});
