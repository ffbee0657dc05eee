import { expect, test } from 'vitest';
import { stretchesOf } from './stretches.ts';

test('equal values in a row are one stretch, as long as the days until the next one', () => {
  const values = [
    { day: '2026-11-01', value: false },
    { day: '2026-11-04', value: false },
    { day: '2026-11-10', value: true },
    { day: '2026-11-12', value: true },
    { day: '2026-11-20', value: false },
  ];
  expect(stretchesOf(values)).toEqual([
    { from: '2026-11-01', to: '2026-11-04', isOn: false, days: 9 },
    { from: '2026-11-10', to: '2026-11-12', isOn: true, days: 10 },
    { from: '2026-11-20', to: '2026-11-20', isOn: false, days: 1 },
  ]);
});
