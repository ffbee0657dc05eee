import { expect, test } from 'vitest';
import { lastLine, readSummary, summarise } from './test-summary.ts';

function file(statuses: readonly string[], status: 'passed' | 'failed' = 'passed') {
  return { name: 'a.test.ts', status, message: 'boom', assertionResults: statuses.map((each) => ({ status: each })) };
}

test('the last line says how many passed and failed, and skipped only where some were', () => {
  expect(lastLine({ passed: 12, failed: 0, skipped: 0, notes: [] })).toBe('12 passed, 0 failed');
  expect(lastLine({ passed: 12, failed: 1, skipped: 2, notes: [] })).toBe('12 passed, 1 failed, 2 skipped');
});

test('tests are counted over all files', () => {
  const summary = summarise(
    { testResults: [file(['passed', 'passed']), file(['failed', 'pending', 'todo'], 'failed')] },
    1,
  );
  expect(summary).toEqual({ passed: 2, failed: 1, skipped: 2, notes: [] });
});

test('a file that fails outside its tests is a failure', () => {
  const summary = summarise({ testResults: [file(['passed']), file([], 'failed')] }, 1);
  expect(lastLine(summary)).toBe('1 passed, 1 failed');
  expect(summary.notes).toEqual(['a.test.ts failed outside its tests: boom']);
});

test('a run that ends badly with every test passed is a failure', () => {
  expect(lastLine(summarise({ testResults: [file(['passed'])] }, 1))).toBe('1 passed, 1 failed');
});

test('a run without a report is a failure', () => {
  expect(lastLine(readSummary('no-such-report.json', 137))).toBe('0 passed, 1 failed');
});
