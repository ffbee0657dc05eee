import { describe, expect, test } from 'vitest';
import { refusalOfForm, Scrubber } from './index.ts';

const scrubber = new Scrubber(undefined, {
  names: ['badge', 'internal_ref'],
  forms: ['EMP-####', '@@##\\-##', '客戶-###'],
});

describe('the own rules of an environment', () => {
  test('take out values by their form, and nothing that only looks alike', () => {
    expect(scrubber.text('seen by EMP-0042, and emp-1234.')).toBe('seen by [own], and [own].');
    expect(scrubber.text('EMP-00421 XEMP-0042 EMP-004')).toBe('EMP-00421 XEMP-0042 EMP-004');
    expect(scrubber.text('äb12-34 客戶-123')).toBe('[own] [own]');
  });

  test('take out what stands under a name, however the name is written', () => {
    expect(scrubber.properties({ badge: 7, internalRef: 'x', 'Internal-Ref': 'y', badges: 'kept' })).toEqual({
      badge: '[own]',
      internalRef: '[own]',
      'Internal-Ref': '[own]',
      badges: 'kept',
    });
  });

  test('are applied after the rules of the product', () => {
    expect(scrubber.text('EMP-0042 is jane@acme.com')).toBe('[own] is [email]');
  });

  test.each([
    ['EMP', 'stands for 3'],
    ['EMPLOYEE', 'at least 3'],
    ['a\\', 'backslash'],
    ['#'.repeat(65), 'stands for 65'],
    ['\\#\\#\\#\\#', 'at least 3'],
  ])('refuse the form %s', (form, why) => {
    expect(refusalOfForm(form)).toContain(why);
  });

  test('cannot be made slow', () => {
    const many = new Scrubber(undefined, {
      names: [],
      forms: Array.from({ length: 50 }, (_, i) => `${'*'.repeat(60)}${i % 10}x`),
    });
    const text = 'a1'.repeat(4_096);
    many.text(text);
    const startMs = performance.now();
    many.text(text);
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});
