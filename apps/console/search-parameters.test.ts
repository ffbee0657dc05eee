import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from './search-parameters.ts';

test('parameters survive the way into an address and back, whatever characters they hold', () => {
  const parameters = {
    series: ['project_created:total', '*:unique:user'],
    tz: 'Europe/Berlin',
    filter: 'property.größe & co:equals:"a+b=c#d?%20"',
  };
  expect(parseSearch(stringifySearch(parameters))).toEqual(parameters);
});

test('colons, slashes and commas stay readable', () => {
  expect(stringifySearch({ s: 'a:total', tz: 'Europe/Berlin' })).toBe('?s=a:total&tz=Europe/Berlin');
});

test('a parameter named __proto__ is data, not a prototype', () => {
  const parsed = parseSearch('?__proto__=x&a=1');
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  expect(Object.keys(parsed)).toEqual(['__proto__', 'a']);
});

test('nothing becomes no question mark', () => {
  expect(stringifySearch({ a: undefined })).toBe('');
});
