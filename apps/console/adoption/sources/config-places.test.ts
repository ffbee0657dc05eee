import { expect, test } from 'vitest';
import { listAt, textAt, valueAt, withValue } from './config-places.ts';

const CONFIG = {
  url: 'https://api.example.com',
  mapping: { kind: 'values', values: [{ attribute: 'seats', path: '$.seats' }] },
  paging: { kind: 'page_number', first: 1 },
};

test('a place is read by the name the server gives it', () => {
  expect(valueAt(CONFIG, '/mapping/values/0/path')).toBe('$.seats');
  expect(valueAt(CONFIG, '/mapping/rows')).toBeUndefined();
  expect(valueAt(CONFIG, '/toString')).toBeUndefined();
  expect(textAt(CONFIG, '/paging/first')).toBe('1');
  expect(textAt(CONFIG, '/mapping')).toBe('');
  expect(listAt(CONFIG, '/mapping/values')).toHaveLength(1);
});

test('what is on the way is made, and what else was there stays in its order', () => {
  expect(withValue({}, '/auth/kind', 'bearer')).toEqual({ auth: { kind: 'bearer' } });
  const changed = withValue(CONFIG, '/mapping/values/0/path', '$.used');
  expect(valueAt(changed, '/mapping/values/0')).toEqual({ attribute: 'seats', path: '$.used' });
  expect(Object.keys(changed as object)).toEqual(['url', 'mapping', 'paging']);
  expect(CONFIG.mapping.values[0]?.path).toBe('$.seats');
});

test('nothing takes a place away, and an item out of its list', () => {
  expect(withValue(CONFIG, '/paging/first', undefined)).toMatchObject({ paging: { kind: 'page_number' } });
  expect(valueAt(withValue(CONFIG, '/paging/first', undefined), '/paging/first')).toBeUndefined();
  expect(valueAt(withValue(CONFIG, '/mapping/values/0', undefined), '/mapping/values')).toEqual([]);
});
