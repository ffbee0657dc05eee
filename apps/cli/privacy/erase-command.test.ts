import { expect, test } from 'vitest';
import { erasedInWords } from './erase-command.ts';

const counted = (found: Record<string, number>) => ({ steps: [{ name: 'drain' }, { name: 'count', found }] });

test('an erasure says what it removed from where, and nothing of places that held nothing', () => {
  expect(erasedInWords(counted({ events: 12_345, dead_letters: 2, stored_reports: 0 }))).toBe(
    'Erased: events 12,345, dead letters 2.\n',
  );
});

test('an id under which nothing was kept is said to be one, since it may be mistyped', () => {
  expect(erasedInWords(counted({ events: 0, dead_letters: 0 }))).toMatch(/^Nothing was kept under this id\./);
});
