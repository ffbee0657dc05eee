import { expect, test } from 'vitest';
import { disagreement, percentText, recommendationInWords, utcText, valueInWords, viaSource } from './words.ts';

test('a task that is open and met is to be completed, and there is a button for it', () => {
  expect(recommendationInWords('DONE', 'IN_PROGRESS')).toEqual({ text: 'AUTO-COMPLETE THIS TASK', isApplicable: true });
  expect(recommendationInWords('DONE', 'NOT_STARTED').isApplicable).toBe(true);
});

test('a task that is done, or not measured as met, has nothing to apply', () => {
  expect(recommendationInWords('DONE', 'DONE')).toEqual({ text: 'KEEP AS IS', isApplicable: false });
  expect(recommendationInWords('STAY', 'IN_PROGRESS').isApplicable).toBe(false);
  expect(recommendationInWords('BLOCKED', 'IN_PROGRESS')).toMatchObject({ isApplicable: false });
});

test('a percentage is never rounded up to the whole', () => {
  expect(percentText(99.9)).toBe('99%');
  expect(percentText(100)).toBe('100%');
  expect(percentText(58.00000000000001 - 1e-14)).toBe('58%');
  expect(percentText(null)).toBe('–');
});

test('values, instants and sources read as the plan page shows them', () => {
  expect(valueInWords(true, 'BOOLEAN')).toBe('true');
  expect(valueInWords(75, 'PERCENTAGE')).toBe('75 %');
  expect(valueInWords(undefined, 'NUMBER')).toBe('no value yet');
  expect(utcText('2025-10-18T14:30:00.000Z')).toBe('2025-10-18 14:30 UTC');
  expect(viaSource('excel')).toBe('(via Excel)');
});

test.each([
  ['IN_PROGRESS', 'MET', 'ahead'],
  ['DONE', 'PARTIAL', 'lost'],
  ['DONE', 'NOT_MET', 'lost'],
  ['DONE', 'MET', undefined],
  ['NOT_APPLICABLE', 'MET', undefined],
  ['DONE', 'NOT_MEASURED', undefined],
] as const)('somebody said %s where telemetry says %s: %s', (status, telemetry, expected) => {
  expect(disagreement(status, telemetry)).toBe(expected);
});
