import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crossesRotation, Pseudonyms, ROTATION_DAYS, rotationOf, rotationStartMs } from './index.ts';

const DAY_MS = 86_400_000;
const WORKSPACE = '0b9d4a52-7c1e-4f7a-9a53-2f60c1d7e8aa';
const hashOf = (rotation: number) => (text: string) =>
  createHmac('sha256', `key ${rotation}`).update(text).digest('hex');

describe('rotation', () => {
  test('changes the pseudonym of a person every 30 days and at no other time', () => {
    const ofUser = new Pseudonyms(hashOf).of(WORKSPACE, 'user');
    const startMs = rotationStartMs(690);
    const days = Array.from({ length: 3 * ROTATION_DAYS }, (_, day) => ofUser('u-1', startMs + day * DAY_MS));
    expect(new Set(days).size).toBe(3);
    expect(new Set(days.slice(0, ROTATION_DAYS)).size).toBe(1);
    expect(ofUser('u-1', startMs - 1)).not.toBe(days[0]);
    expect(ofUser('u-1', startMs + ROTATION_DAYS * DAY_MS - 1)).toBe(days[0]);
  });

  test('gives what happened in a period one pseudonym, in whatever order it arrives', () => {
    const times = fc.array(fc.integer({ min: 1.7e12, max: 1.72e12 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, (given) => {
        const ofUser = new Pseudonyms(hashOf, 5).of(WORKSPACE, 'user');
        for (const atMs of given) {
          const expected = hashOf(rotationOf(atMs))(`${WORKSPACE}\0user\0u-1`).slice(0, 16);
          expect(ofUser('u-1', atMs)).toBe(expected);
        }
      }),
    );
  });

  test('is crossed by a period that holds its border, not by one that ends or begins there', () => {
    const borderMs = rotationStartMs(690);
    expect(crossesRotation(borderMs - 1, borderMs)).toBe(false);
    expect(crossesRotation(borderMs - 1, borderMs + 1)).toBe(true);
    expect(crossesRotation(borderMs, rotationStartMs(691))).toBe(false);
    expect(crossesRotation(borderMs, borderMs)).toBe(false);
  });

  test('remembers nothing of a key that was destroyed', () => {
    let isDestroyed = false;
    const pseudonyms = new Pseudonyms((rotation) => {
      if (isDestroyed) throw new Error('destroyed');
      return hashOf(rotation);
    });
    pseudonyms.of(WORKSPACE, 'user')('u-1', 1.7e12);
    isDestroyed = true;
    pseudonyms.forget();
    expect(() => pseudonyms.of(WORKSPACE, 'user')('u-1', 1.7e12)).toThrow('destroyed');
  });
});
