import { Scrubber } from '@uptake/domain/privacy';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identityOfName, keepPayload, PAYLOAD_LIMITS, type PayloadTools, unmarkPayload } from './payload.ts';

const pseudonymOf = (kind: string) => (id: string) =>
  Buffer.from(`${kind}${id}`).toString('hex').padEnd(16, '0').slice(0, 16);
const TOOLS: PayloadTools = {
  scrubber: new Scrubber(),
  pseudonymOfUser: pseudonymOf('u'),
  pseudonymOfSession: pseudonymOf('s'),
};
const keep = (raw: unknown) => keepPayload(raw, TOOLS);

describe('what is kept of a refused event', () => {
  test('is the event, with personal values scrubbed and ids as marked pseudonyms', () => {
    const { json, isComplete } = keep({
      event_id: '4111111c-1111-4111-8111-111111111111',
      event_name: 'Project Created',
      user_id: 'ada@example.com',
      sessionId: 'abc',
      properties: { emial: 'ada@example.com', note: 'call +49 30 901820', plan: 'pro' },
    });
    expect(isComplete).toBe(true);
    expect(JSON.parse(json)).toEqual({
      event_id: '4111111c-1111-4111-8111-111111111111',
      event_name: 'Project Created',
      user_id: `pseudonym:${pseudonymOf('u')('ada@example.com')}`,
      sessionId: `pseudonym:${pseudonymOf('s')('abc')}`,
      properties: { emial: '[email]', note: expect.not.stringContaining('901820'), plan: 'pro' },
    });
  });

  test('is bounded in depth, members and length, and says when something was left out', () => {
    let deep: unknown = 'end';
    for (let level = 0; level < PAYLOAD_LIMITS.depth + 1; level++) deep = [deep];
    expect(keep(deep).isComplete).toBe(false);
    expect(keep({ text: 'x'.repeat(PAYLOAD_LIMITS.textCharacters) }).isComplete).toBe(true);
    expect(keep({ text: 'x'.repeat(PAYLOAD_LIMITS.textCharacters + 1) })).toEqual({
      json: '{"text":"[left out]"}',
      isComplete: false,
    });
    expect(keep(Array.from({ length: PAYLOAD_LIMITS.members + 1 }, () => 1)).isComplete).toBe(false);
    expect(keep({ ['n'.repeat(PAYLOAD_LIMITS.nameCharacters + 1)]: 1 }).json).toBe('{}');
  });

  test('is JSON whatever was sent, and never longer than the limit allows', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (raw) => {
        const { json } = keep(raw);
        expect(() => JSON.parse(json)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  test('never holds the raw id of a person, however its name is spelt', () => {
    for (const name of ['user_id', 'userId', 'User-ID', 'anonymousId', 'distinct_id', 'sessionId', 'session']) {
      expect(identityOfName(name), name).toBeDefined();
      expect(keep({ properties: { [name]: 'u-314159' } }).json, name).not.toContain('314159');
      expect(keep({ properties: { [name]: ['u-314159', 271828] } }).json, name).not.toMatch(/314159|271828/);
    }
    expect(identityOfName('plan_id')).toBeUndefined();
  });
});

describe('a kept payload that is read again', () => {
  test('has its marks taken off, and says which pseudonyms stood behind one', () => {
    const user = pseudonymOf('u')('ada');
    const { event, pseudonyms } = unmarkPayload(JSON.parse(keep({ user_id: 'ada', properties: { plan: 'pro' } }).json));
    expect(event).toEqual({ user_id: user, properties: { plan: 'pro' } });
    expect([...pseudonyms]).toEqual([user]);
  });

  test('does not take a text of its sender for a pseudonym', () => {
    expect([...unmarkPayload({ user_id: 'pseudonym:ada' }).pseudonyms]).toEqual([]);
  });
});
