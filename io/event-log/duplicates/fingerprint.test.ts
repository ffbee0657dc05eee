import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFingerprinter } from './fingerprint.ts';

const SECRET = Buffer.alloc(32, 7);
const fingerprint = createFingerprinter(SECRET);
const hex = (words: Uint32Array) => Buffer.from(words.buffer).toString('hex');
const one = (workspaceId: string, scope: string, eventId: string) => hex(fingerprint(workspaceId, scope, [eventId]));
const ID = '0199a0b0-1234-7abc-8def-00000000002a';

describe('a fingerprint', () => {
  test('is the same for the same event and survives a restart with the same secret', () => {
    expect(one('w', 's', ID)).toBe(one('w', 's', ID));
    expect(hex(createFingerprinter(SECRET)('w', 's', [ID]))).toBe(one('w', 's', ID));
    expect(hex(createFingerprinter(Buffer.alloc(32, 8))('w', 's', [ID]))).not.toBe(one('w', 's', ID));
  });

  test('differs between workspaces and scopes, also where their names run together', () => {
    const all = [one('w', 's', ID), one('w', 't', ID), one('x', 's', ID), one('ws', '', ID), one('', 'ws', ID)];
    expect(new Set(all).size).toBe(all.length);
  });

  test('differs between any two ids of a scope', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (first, second) => {
        expect(one('w', 's', first) === one('w', 's', second)).toBe(first === second);
      }),
    );
  });

  test('of two ids one bit apart differs in about half of all bits, in every word', () => {
    const flipped = new Array<number>(4).fill(0);
    for (let bit = 0; bit < 128; bit++) {
      const number = BigInt(`0x${ID.replaceAll('-', '')}`) ^ (1n << BigInt(bit));
      const digits = number.toString(16).padStart(32, '0');
      const other = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      const [a, b] = [fingerprint('w', 's', [ID]), fingerprint('w', 's', [other])];
      for (let word = 0; word < 4; word++) flipped[word]! += bitsSet(a[word]! ^ b[word]!);
    }
    for (const bits of flipped) expect(bits / 128 / 32).toBeCloseTo(0.5, 1);
  });

  test('of ids that count upwards spreads evenly over the words that choose slots and pages', () => {
    const ids = Array.from({ length: 64_000 }, (_, n) => `0199a0b0-1234-7abc-8def-${n.toString(16).padStart(12, '0')}`);
    const words = fingerprint('w', 's', ids);
    for (let word = 0; word < 4; word++) {
      const high = new Array<number>(64).fill(0);
      const low = new Array<number>(64).fill(0);
      for (let at = word; at < words.length; at += 4) {
        high[words[at]! >>> 26]! += 1;
        low[words[at]! & 63]! += 1;
      }
      // 1,000 expected per bucket, standard deviation 32: five of them either way.
      for (const count of [...high, ...low]) expect(Math.abs(count - 1_000)).toBeLessThan(160);
    }
  });

  test.each(['', 'x', `${ID}0`, ID.replace('a', 'g'), ID.toUpperCase(), ID.replace('0', 'ｆ')])(
    'is refused for %j, which is no lower-case UUID',
    (eventId) => {
      expect(() => fingerprint('w', 's', [eventId])).toThrow(/lower-case UUID/);
    },
  );
});

function bitsSet(value: number): number {
  let bits = 0;
  for (let rest = value >>> 0; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
