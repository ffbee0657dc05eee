import { describe, expect, test } from 'vitest';
import { CONSENT_STATES, consentOf, consentOver, parseConsent } from './index.ts';

describe('consent', () => {
  test('is stored as a short text that leaves out what is unknown', () => {
    expect(parseConsent({ analytics: 'granted', location: 'denied' })).toBe('analytics=granted;location=denied');
    expect(parseConsent({ analytics: 'unknown', location: 'granted' })).toBe('location=granted');
    expect(parseConsent({})).toBe('');
  });

  test('reads its stored form back, so that an export can be imported', () => {
    for (const analytics of CONSENT_STATES) {
      for (const location of CONSENT_STATES) {
        const text = parseConsent({ analytics, location })!;
        expect(consentOf(text)).toEqual({ analytics, location });
        expect(parseConsent(text)).toBe(text);
      }
    }
  });

  test.each([
    [null],
    [true],
    [[]],
    ['granted'],
    ['location=granted;analytics=granted'],
    [{ analytics: 'yes' }],
    [{ marketing: 'granted' }],
    [{ analytics: null }],
    [{ __proto__: null, constructor: 'granted' }],
  ])('refuses %j', (value) => {
    expect(parseConsent(value)).toBeUndefined();
  });

  test('of an event goes before that of its batch, purpose by purpose', () => {
    expect(consentOver('', 'analytics=granted')).toBe('analytics=granted');
    expect(consentOver('analytics=denied', 'analytics=granted;location=granted')).toBe(
      'analytics=denied;location=granted',
    );
    expect(consentOver('location=denied', '')).toBe('location=denied');
  });
});
