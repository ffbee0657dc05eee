import { expect, test } from 'vitest';
import { auditedInWords, bytesInWords, detailsInWords, minutesInWords, subjectInWords } from './words.ts';

test.each([
  [1, '1 minute'],
  [59, '59 minutes'],
  [60, '1 hour'],
  [90, '1 hour 30 min'],
  [480, '8 hours'],
])('%i minutes are %s', (minutes, words) => {
  expect(minutesInWords(minutes)).toBe(words);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [15 * 1024 ** 2, '15 MiB'],
  [3.25 * 1024 ** 3, '3.3 GiB'],
])('%i bytes are %s', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words);
});

const workspace = {
  products: [{ name: 'App', environments: [{ id: 'e1', name: 'Production' }] }],
} as unknown as Parameters<typeof subjectInWords>[1];
const approval = (kind: 'person' | 'tenant' | 'environment', ids: string[], environment_id: string | null) =>
  ({ subject: { kind, ids }, environment_id }) as Parameters<typeof subjectInWords>[0];

test.each([
  [approval('person', ['00f1e2d3c4b5a697', 'c0ffee00c0ffee00'], null), 'one person (00f1e2d3c4b5a697…)'],
  [approval('person', [], null), 'an erased person'],
  [approval('tenant', ['acme'], 'e1'), 'everybody of tenant acme in App / Production'],
  [approval('environment', [], 'e1'), 'anyone in App / Production'],
  [approval('environment', [], null), 'anyone'],
])('whom an approval is about is said without guessing', (row, words) => {
  expect(subjectInWords(row, workspace)).toBe(words);
});

test.each([
  [{}, ''],
  [{ values: 3, source: 'api' }, 'values: 3 · source: api'],
  [{ scopes: ['read', 'write'], replaced_by: 'k2' }, 'scopes: read, write · replaced by: k2'],
  [{ before: null, after: { days: 120 } }, 'before: null · after: {"days":120}'],
  [{ text: 'x'.repeat(400) }, `text: ${'x'.repeat(300)}…`],
])('the details %j of an entry are %s', (details, words) => {
  expect(detailsInWords(details)).toBe(words);
});

test('an entry names the product or environment it is about, and anything else by its id', () => {
  const products = [
    { id: 'p1', name: 'App', environments: [{ id: 'e1', name: 'Production' }] },
  ] as unknown as Parameters<typeof auditedInWords>[1]['products'];
  const about = (subject_kind: string, subject_id: string) =>
    auditedInWords({ subject_kind, subject_id }, { products });
  expect(about('environment', 'e1')).toBe('environment App / Production');
  expect(about('product', 'p1')).toBe('product App');
  expect(about('api_key', 'k1')).toBe('api key k1');
});
