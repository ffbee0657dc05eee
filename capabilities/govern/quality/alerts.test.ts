import { describe, expect, test } from 'vitest';
import {
  type Alert,
  alertsNow,
  DEFAULT_THRESHOLDS,
  type Judged,
  LEAST_EVENTS,
  MOST_ALERTS,
  messageOf,
} from './alerts.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 30, 20);
const END = Date.UTC(2026, 10, 21, 9, 30);
/** `bad[0]` of a hundred events were rejected ten minutes ago, `bad[9]` one minute ago. */
const minutes = (bad: readonly number[], more: { source?: string; appVersion?: string; received?: number } = {}) =>
  bad.map((rejected, index) => ({
    source: 'client',
    appVersion: '4.2.0',
    minuteMs: END - (bad.length - index) * 60_000,
    received: 100,
    rejected,
    dropped: 0,
    ...more,
  }));
const judge = (judged: Partial<Judged>) =>
  alertsNow({
    thresholds: DEFAULT_THRESHOLDS,
    before: [],
    counts: [],
    scanned: { scannedEvents: 0, eventsWithFindings: 0 },
    untilMs: NOW,
    ...judged,
  });
const TEN = [5, 5, 5, 5, 5, 5, 5, 5, 5, 5];

describe('an alert over rejections', () => {
  test('begins when the share stayed over the threshold for the whole time, and says since when and of whom', () => {
    expect(
      judge({
        counts: [
          ...minutes(TEN),
          ...minutes(
            TEN.map(() => 1),
            { appVersion: '4.1.0' },
          ),
        ],
      }),
    ).toEqual([
      {
        type: 'sustained_rejections',
        source: 'client',
        appVersion: '4.2.0',
        since: new Date(END - 600_000),
        rate: 0.05,
        threshold: 0.01,
      },
    ]);
  });

  test('does not begin over one bad minute, however bad, nor over what is bad only since then', () => {
    expect(judge({ counts: minutes([0, 0, 0, 0, 100, 0, 0, 0, 0, 0]) })).toEqual([]);
    expect(judge({ counts: minutes([0, 0, 0, 0, 0, 50, 50, 50, 50, 50]) })).toEqual([]);
    expect(judge({ counts: minutes([50, 50, 50]) })).toEqual([]);
  });

  test('does not begin at the threshold, nor over a handful of events', () => {
    expect(judge({ counts: minutes(TEN.map(() => 1)) })).toEqual([]);
    const few = (received: number) =>
      minutes(
        TEN.map(() => 1),
        { received },
      );
    expect(judge({ counts: few(1).slice(0, LEAST_EVENTS - 1) })).toEqual([]);
    expect(judge({ counts: few(2) })).toHaveLength(1);
  });

  test('takes the minute under way and what is longer ago for nothing', () => {
    expect(
      judge({ counts: minutes([...TEN, 0]).map((each) => ({ ...each, minuteMs: each.minuteMs + 60_000 })) }),
    ).toHaveLength(1);
    expect(judge({ counts: minutes([100, ...TEN.map(() => 0)]) })).toEqual([]);
  });

  test('stays while the share of the whole time is over the threshold, keeps when it began, and then ends', () => {
    const [open] = judge({ counts: minutes(TEN) });
    const before = [{ ...open!, since: new Date(0) }];
    const [still] = judge({ before, counts: minutes([50, 0, 0, 0, 0, 0, 0, 0, 0, 0]) });
    expect(still).toMatchObject({ since: new Date(0), rate: 0.05 });
    expect(judge({ before, counts: minutes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) })).toEqual([]);
    expect(judge({ before })).toEqual([]);
  });

  test('is of each source and version by itself, and there are no more than can be read', () => {
    const flood = Array.from({ length: MOST_ALERTS + 5 }, (_, n) => minutes(TEN, { appVersion: `9.${n}` })).flat();
    expect(judge({ counts: flood })).toHaveLength(MOST_ALERTS);
  });
});

test('drops have an alert of their own', () => {
  const counts = minutes(TEN.map(() => 0)).map((each) => ({ ...each, dropped: 2 }));
  expect(judge({ counts })).toMatchObject([{ type: 'sustained_drops', rate: 0.02 }]);
});

test('personal data that was found later alerts over its share, and ends with it', () => {
  const scanned = (eventsWithFindings: number) => ({ scannedEvents: 1_000, eventsWithFindings });
  expect(judge({ scanned: scanned(1) })).toEqual([]);
  const [alert] = judge({ scanned: scanned(2) });
  expect(alert).toMatchObject({ type: 'personal_data_found', since: new Date(NOW), rate: 0.002 });
  expect(judge({ scanned: scanned(0), before: [alert as Alert] })).toEqual([]);
});

test('an alert says who, how much, and how much is allowed', () => {
  const [alert] = judge({ counts: minutes(TEN) });
  expect(messageOf(alert!)).toBe(
    'Of client events of version 4.2.0, 5 % (allowed are 1 %) are rejected. See the dead letters for why.',
  );
});
