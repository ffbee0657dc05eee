import { describe, expect, test } from 'vitest';
import { safeDestination } from './destination.ts';

describe('the destination after sign-in', () => {
  test('is the page the person asked for, with its search and hash', () => {
    expect(safeDestination('/w/acme/p/app/production/explore?by=field.country#a')).toBe(
      '/w/acme/p/app/production/explore?by=field.country#a',
    );
  });

  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    'javascript:alert(1)',
    '',
    undefined,
  ])('is the start page rather than %j', (wanted) => {
    expect(safeDestination(wanted)).toBe('/');
  });

  test('is never the sign-in page again', () => {
    expect(safeDestination('/sign-in?to=/sign-in')).toBe('/');
  });
});
