import { expect, test } from 'vitest';
import { searchCommands } from './command-search.ts';

const commands = [
  { label: 'project_created', keywords: 'event' },
  { label: 'Overview', keywords: 'home start' },
  { label: 'task_created', keywords: 'event' },
  { label: 'created_report', keywords: 'event' },
];
const labels = (query: string, limit = 10) => searchCommands(commands, query, limit).map(({ label }) => label);

test('without a query everything stands in its order, up to the limit', () => {
  expect(labels('', 2)).toEqual(['project_created', 'Overview']);
});

test('a match at the start comes before one at a later word', () => {
  expect(labels('created')).toEqual(['created_report', 'task_created', 'project_created']);
});

test('every word must occur, in the label or the keywords', () => {
  expect(labels('task event')).toEqual(['task_created']);
  expect(labels('task home')).toEqual([]);
});

test('case does not matter', () => {
  expect(labels('OVER')).toEqual(['Overview']);
});
