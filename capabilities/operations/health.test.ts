import { describe, expect, test } from 'vitest';
import { judgeHealth } from './health.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const steady = {
  last_received_at_ms: String(NOW - 20_000),
  events_last_5_minutes: 50,
  events_last_24_hours: 14_400,
  errors_last_hour: 6,
  events_last_hour: 600,
};

describe('health of telemetry', () => {
  test('is good while events come at their usual rate', () => {
    expect(judgeHealth(steady, NOW, undefined)).toEqual({
      isHealthy: true,
      lastEventTime: new Date(NOW - 20_000),
      eventRatePerMinute: 10,
      averageEventRatePerMinute: 10,
      errorRate: 0.01,
      alerts: [],
    });
  });

  test('is bad once five minutes passed without an event', () => {
    expect(judgeHealth({ ...steady, last_received_at_ms: String(NOW - 299_999) }, NOW, undefined).isHealthy).toBe(true);
    const silent = judgeHealth({ ...steady, last_received_at_ms: String(NOW - 300_000) }, NOW, undefined);
    expect(silent.isHealthy).toBe(false);
    expect(silent.alerts.map((alert) => alert.type)).toContain('no_recent_event');
  });

  test('alerts when the rate falls under half of its average, not at half', () => {
    expect(judgeHealth({ ...steady, events_last_5_minutes: 25 }, NOW, undefined).alerts).toEqual([]);
    expect(judgeHealth({ ...steady, events_last_5_minutes: 24 }, NOW, undefined).alerts).toEqual([
      { type: 'low_event_rate', severity: 'warning', message: expect.stringContaining('under half') },
    ]);
  });

  test('does not cry drop over a handful of events a day', () => {
    const quiet = { ...steady, events_last_24_hours: 200, events_last_5_minutes: 0 };
    expect(judgeHealth(quiet, NOW, undefined).alerts).toEqual([]);
  });

  test('says what to do when there never was an event', () => {
    const empty = {
      last_received_at_ms: null,
      events_last_5_minutes: 0,
      events_last_24_hours: 0,
      errors_last_hour: 0,
      events_last_hour: 0,
    };
    const health = judgeHealth(empty, NOW, undefined);
    expect(health).toMatchObject({ isHealthy: false, lastEventTime: undefined, errorRate: 0 });
    expect(health.alerts[0]?.message).toMatch(/valid write key/);
  });

  test('is bad while accepted events cannot be written, though they are safe', () => {
    const health = judgeHealth(steady, NOW, 'disk full');
    expect(health.isHealthy).toBe(false);
    expect(health.alerts).toEqual([
      { type: 'writer_behind', severity: 'critical', message: expect.stringContaining('safe in the log') },
    ]);
  });
});
