import { ROTATION_DAYS, rotationStartMs } from '@uptake/domain/privacy';
import { expect, test } from 'vitest';
import { type Bridge, countingOver } from './rotation.ts';

const DAY_MS = 86_400_000;
const BORDER_MS = rotationStartMs(690);
const NOW_MS = BORDER_MS + 10 * DAY_MS;
const ACROSS = [{ fromMs: BORDER_MS - 5 * DAY_MS, toMs: NOW_MS }];
const ALWAYS: Bridge = { sinceMs: 0, days: 120 };

const over = (bridges: Readonly<Record<string, Bridge>>, environmentIds = ['a'], spans = ACROSS) =>
  countingOver(spans, 'raw', NOW_MS, async () => ({ environmentIds, bridges: new Map(Object.entries(bridges)) }));

test('nobody is asked about bridges where no pseudonym changed', async () => {
  const within = [{ fromMs: BORDER_MS, toMs: NOW_MS }];
  const neverAsked = async (): Promise<never> => {
    throw new Error('asked');
  };
  expect(await countingOver(within, 'raw', NOW_MS, neverAsked)).toEqual({
    source: 'raw',
    crossesRotation: false,
    explanation: null,
  });
  // The aggregates count pseudonyms whatever a bridge says.
  expect(await countingOver(ACROSS, 'hourly', NOW_MS, neverAsked)).toMatchObject({
    source: 'hourly',
    crossesRotation: true,
  });
});

test('a bridge that was on all the time, in every environment asked for, makes people count once', async () => {
  expect(await over({ a: ALWAYS })).toEqual({ source: 'linked', crossesRotation: false, explanation: null });
  expect(await over({ a: ALWAYS, b: ALWAYS }, ['a', 'b'])).toMatchObject({ crossesRotation: false });
});

test.each([
  ['was switched on within the period', { a: { sinceMs: BORDER_MS, days: 120 } }, ['a']],
  ['no longer holds the links of its beginning', { a: { sinceMs: 0, days: 12 } }, ['a']],
  ['is on in one environment of two', { a: ALWAYS }, ['a', 'b']],
])('a bridge that %s is used, and the answer says that it is not enough', async (_, bridges, environmentIds) => {
  expect(await over(bridges, environmentIds)).toMatchObject({ source: 'linked', crossesRotation: true });
});

test('without a bridge the answer says when pseudonyms changed, for each time they did', async () => {
  const spans = [{ fromMs: BORDER_MS - (ROTATION_DAYS + 1) * DAY_MS, toMs: NOW_MS }];
  const { source, explanation } = await over({}, ['a'], spans);
  expect(source).toBe('raw');
  for (const rotation of [689, 690]) {
    expect(explanation).toContain(new Date(rotationStartMs(rotation)).toISOString().slice(0, 10));
  }
});

test('periods that are compared are looked at one by one', async () => {
  const spans = [
    { fromMs: BORDER_MS - 10 * DAY_MS, toMs: BORDER_MS },
    { fromMs: BORDER_MS, toMs: NOW_MS },
  ];
  expect(await over({}, ['a'], spans)).toMatchObject({ crossesRotation: false });
});
