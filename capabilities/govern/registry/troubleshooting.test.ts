import { expect, test } from 'vitest';
import { type Facts, suggest } from './troubleshooting.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const HOUR = 3_600_000;
const key = {
  name: 'web',
  prefix: 'upk_w_abcdef',
  kind: 'write',
  lastUsedAt: new Date(NOW - HOUR),
  isUsable: true,
} as const;

const facts = (changes: Partial<Facts> = {}): Facts => ({
  eventName: 'project_created',
  nowMs: NOW,
  environment: { mode: 'observe', policy: 'full' },
  isExcluded: false,
  schema: { state: 'active', version: 1 },
  accepted: null,
  refused: [],
  keys: [key],
  otherNames: [],
  ...changes,
});
const arrived = (hoursAgo: number, happenedHoursAgo = hoursAgo) => ({
  lastReceivedAt: new Date(NOW - hoursAgo * HOUR),
  lastTimestamp: new Date(NOW - happenedHoursAgo * HOUR),
  lastHour: hoursAgo < 1 ? 3 : 0,
  lastDay: 3,
  violationsLastDay: 0,
});

const cases: readonly (readonly [string, Partial<Facts>, readonly string[]])[] = [
  ['no key is left', { keys: [{ ...key, isUsable: false }] }, ['no_usable_key']],
  ['no key was ever used', { keys: [{ ...key, lastUsedAt: null }] }, ['key_never_used']],
  ['the keys are silent', { keys: [{ ...key, lastUsedAt: new Date(NOW - 30 * HOUR) }] }, ['key_silent']],
  ['the settings exclude it', { isExcluded: true }, ['excluded']],
  ['the plan blocks it', { schema: { state: 'blocked', version: 2 } }, ['blocked']],
  [
    'nobody planned it and mode is enforce',
    { schema: undefined, environment: { mode: 'enforce', policy: 'full' } },
    ['unplanned_in_enforce'],
  ],
  [
    'it is a draft and mode is enforce',
    { schema: { state: 'draft', version: 1 }, environment: { mode: 'enforce', policy: 'full' } },
    ['unplanned_in_enforce'],
  ],
  [
    'a ledger does not know it',
    { schema: undefined, environment: { mode: 'observe', policy: 'ledger' } },
    ['not_in_ledger'],
  ],
  ['all of them were refused', { refused: [{ reason: 'timestamp_too_old', events: 12 }] }, ['refused']],
  ['it comes under a name a letter off', { otherNames: ['project_craeted', 'task_assigned'] }, ['other_name']],
  ['it is dated long ago', { accepted: arrived(0.5, 50) }, ['old_timestamps']],
  ['it breaks its schema', { accepted: { ...arrived(0.5), violationsLastDay: 2 } }, ['violations']],
  ['it arrives', { accepted: arrived(0.5) }, ['arriving']],
  ['nothing keeps it out', {}, ['never_arrived']],
];

test.each(cases)('where %s, that is what is said', (_, changes, codes) => {
  const suggestions = suggest(facts(changes));
  expect(suggestions.map(({ code }) => code)).toEqual(codes);
  for (const { message } of suggestions) expect(message).toMatch(/^[A-Z0-9].{20,}[.?]$/s);
});

test('several causes are all said, keys first', () => {
  const all = facts({ keys: [], isExcluded: true, refused: [{ reason: 'invalid_enum', events: 1 }] });
  expect(suggest(all).map(({ code }) => code)).toEqual(['no_usable_key', 'excluded', 'refused']);
});
