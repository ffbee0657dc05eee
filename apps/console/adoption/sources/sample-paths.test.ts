import { expect, test } from 'vitest';
import { pathOf, withPicked, withPickedColumn } from './sample-paths.ts';

test('names that are no plain names are put in quotes', () => {
  expect(pathOf(['usage', 'seats'])).toBe('$.usage.seats');
  expect(pathOf(['items', 0, 'sso-enabled'])).toBe("$.items[0]['sso-enabled']");
  expect(pathOf(["it's", 'größe'])).toBe("$['it\\'s']['größe']");
  expect(pathOf([])).toBe('$');
});

test('a place inside of a list gives the path within the row, and the path of the rows', () => {
  const mapping = { kind: 'rows', rows: '$.values[*]', attribute: '$.attribute', value: '$.value' };
  expect(withPicked({ mapping }, '/mapping/value', ['data', 'metrics', 1, 'n', 'current'])).toEqual({
    mapping: { ...mapping, rows: '$.data.metrics[*]', value: '$.n.current' },
  });
  expect(withPicked({ mapping }, '/mapping/rows', ['data', 'metrics'])).toMatchObject({
    mapping: { rows: '$.data.metrics[*]' },
  });
});

test('rows that are filtered stay so', () => {
  const mapping = { kind: 'rows', rows: "$.batch[?@.event == 'usage']", value: '$.value' };
  expect(withPicked({ mapping }, '/mapping/value', ['batch', 0, 'n'])).toEqual({
    mapping: { ...mapping, value: '$.n' },
  });
});

test('a single place is meant from the root', () => {
  const config = { mapping: { kind: 'values', values: [{ attribute: 'seats', path: '' }] } };
  expect(withPicked(config, '/mapping/values/0/path', ['items', 2, 'used'])).toEqual({
    mapping: { kind: 'values', values: [{ attribute: 'seats', path: '$.items[2].used' }] },
  });
  expect(withPicked({}, '/when/path', ['type'])).toEqual({ when: { path: '$.type' } });
});

test('of a row of a database the column is meant', () => {
  expect(withPickedColumn({}, '/mapping/value', [0, 'seats used'])).toEqual({ mapping: { value: 'seats used' } });
  expect(withPickedColumn({ host: 'a' }, '/host', [0, 'seats'])).toEqual({ host: 'a' });
});
