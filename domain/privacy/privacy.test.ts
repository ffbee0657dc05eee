import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeEvent, type Event, isRefusal, type PropertyValue } from '@uptake/domain/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PseudonymKind, Pseudonyms, SCRUB_RULES, Scrubber, type ScrubRule, scrubText } from './index.ts';

const AT_MS = Date.UTC(2026, 10, 21);

type Pieces = string | readonly string[];
type Properties = Record<string, PropertyValue>;
const vectors = JSON.parse(readFileSync(new URL('../../conformance/privacy.json', import.meta.url), 'utf8')) as {
  readonly texts: readonly { name: string; text: Pieces; expected: string }[];
  readonly unchanged: readonly string[];
  readonly properties: readonly { name: string; properties: Properties; expected: Properties }[];
  readonly pseudonyms: {
    readonly key_hex: string;
    readonly cases: readonly { workspace_id: string; kind: PseudonymKind; id: string; pseudonym: string }[];
  };
};
const joined = (text: Pieces): string => (typeof text === 'string' ? text : text.join(''));
const keyedHash = (text: string): string =>
  createHmac('sha256', Buffer.from(vectors.pseudonyms.key_hex, 'hex')).update(text).digest('hex');

describe('the conformance vectors of privacy', () => {
  test.each(vectors.texts)('in a text: $name', ({ text, expected }) => {
    expect(scrubText(joined(text))).toBe(expected);
  });
  test.each(vectors.unchanged)('left alone: %s', (text) => {
    expect(scrubText(text)).toBe(text);
  });
  test.each(vectors.properties)('in properties: $name', ({ properties, expected }) => {
    expect(new Scrubber().properties(properties)).toEqual(expected);
  });
  test.each(vectors.pseudonyms.cases)('the pseudonym of $kind $id', ({ workspace_id, kind, id, pseudonym }) => {
    expect(new Pseudonyms(() => keyedHash).of(workspace_id, kind)(id, AT_MS)).toBe(pseudonym);
  });
  test('show every rule at work', () => {
    const found = new Set<ScrubRule>();
    const scrubber = new Scrubber((rule) => found.add(rule));
    for (const { text } of vectors.texts) scrubber.text(joined(text));
    for (const { properties } of vectors.properties) scrubber.properties(properties);
    scrubber.properties({ bank_account: '1' });
    new Scrubber((rule) => found.add(rule), { names: ['badge'], forms: [] }).properties({ badge: 1 });
    expect([...found].sort()).toEqual(Object.keys(SCRUB_RULES).sort());
  });
});

describe('scrubbing', () => {
  test('finds the same again nowhere: what is scrubbed once stays as it is', () => {
    for (const { expected } of vectors.texts) expect(scrubText(expected)).toBe(expected);
  });

  test('finds what it covers wherever it stands in a text', () => {
    const around = fc.string({
      unit: fc.constantFrom(' ', '(', ')', ',', '"', '\n', 'ü', '名', '.', '!'),
      maxLength: 12,
    });
    const secret = fc.constantFrom(
      'jane.doe@acme.com',
      '+49 30 901820',
      '4111 1111 1111 1111',
      '192.168.1.77',
      'AKIAIOSFODNN7EXAMPLE',
    );
    fc.assert(
      fc.property(around, secret, around, (before, personal, after) => {
        // A word or a full stop beside a number may make another number of it.
        const isPart = /[\p{L}\d.,]$/u.test(before) || /^[\p{L}\d.,]/u.test(after);
        if (!isPart) expect(scrubText(`${before}${personal}${after}`)).not.toContain(personal);
      }),
      { numRuns: 3_000 },
    );
  });

  test('takes time in proportion to the text, whatever the text', () => {
    const units = [
      '0',
      '1 ',
      '123 ',
      '%40',
      'a@',
      'a@b.',
      'a.a@',
      '1.',
      '1.1.1.1 ',
      'a:',
      '::',
      '+1 ',
      '01 2',
      'eyJa.',
      'token=',
      'bearer ',
      '(555) ',
      'gb29 ',
      'http://',
      'a-b_',
      '-----BEGIN PRIVATE KEY-----',
      'tel ',
      '\u00a01',
      'password',
      'sk-',
      ' at ',
      'a at b dot ',
      'a[at]',
      'cookie: a=b;',
      'c=d;',
      'パスワード:',
      '٣',
      '\u200b1',
      '123-45-',
      '1.1.1-',
      'dni ',
      'dni 1 ',
      'AB1',
      'ABCDEF12',
      '?key=',
      'https://hooks.slack.com/',
      '電話1',
      'тел. 1 ',
      'password is ',
      'version ',
    ];
    for (const unit of units) {
      const text = unit.repeat(Math.ceil(8_192 / unit.length));
      for (const evil of [text, `${text}x`, `${text}@`, `${text}1234567`, `x@${text}`]) {
        scrubText(evil);
        const startMs = performance.now();
        scrubText(evil);
        // About 1 ms on an idle machine; a quadratic expression takes over a second.
        expect(performance.now() - startMs, JSON.stringify(unit)).toBeLessThan(500);
      }
    }
  });

  test('leaves the caller’s own objects as they were', () => {
    const properties = Object.freeze({
      note: 'jane@acme.com',
      deep: Object.freeze({ list: Object.freeze(['+49 30 901820']) }),
    });
    expect(new Scrubber().properties(properties)).toEqual({ note: '[email]', deep: { list: ['[phone]'] } });
  });

  test('returns the very same object where nothing was found', () => {
    const properties = { plan: 'business', deep: { list: ['a', 1, null] } };
    expect(new Scrubber().properties(properties)).toBe(properties);
  });

  test('keeps working when a client makes up a new property name every time', () => {
    const scrubber = new Scrubber();
    for (let index = 0; index < 45_000; index++) scrubber.properties({ [`p${index}`]: 1 });
    expect(scrubber.properties({ p1: 1, email: 'x' })).toEqual({ p1: 1, email: '[email]' });
  });

  test('reaches every text of the envelope', () => {
    const personal = 'jane@acme.com';
    const texts = [
      'app_version',
      'tenant_id',
      'user_role',
      'feature_area',
      'workflow_name',
      'surface',
      'request_id',
      'trace_id',
      'correlation_id',
      'browser_family',
      'os_family',
      'region',
    ];
    const event = decoded({
      ...Object.fromEntries(texts.map((name) => [name, personal])),
      experiment_assignments: { [personal]: 'b', exp: personal },
      properties: { [personal]: personal },
    });
    new Scrubber().event(event);
    expect(JSON.stringify(event)).not.toContain(personal);
    expect(JSON.stringify(event).match(/\[email\]/g)).toHaveLength(texts.length + 4);
  });

  test('leaves the bucket of an experiment alone, whatever the experiment is called', () => {
    const event = decoded({ experiment_assignments: { new_password: 'b', email: 'control' } });
    new Scrubber().event(event);
    expect(event.experimentAssignments).toEqual({ new_password: 'b', email: 'control' });
  });

  test('takes four numbers in a version for a version, and nowhere else', () => {
    const event = decoded({ app_version: '1.2.3.4', surface: '1.2.3.4' });
    new Scrubber().event(event);
    expect(event).toMatchObject({ appVersion: '1.2.3.4', surface: '[ip]' });
  });

  test('forgets nothing it knows over what it saw before: each event is scrubbed as if it were the first', () => {
    const columns = ['app_version', 'user_role', 'feature_area', 'workflow_name', 'surface', 'region', 'os_family'];
    const text = fc.constantFrom('1.2.3.4', 'jane@acme.com', '[email]', 'project_create_page', 'board', '');
    const found: ScrubRule[] = [];
    const scrubber = new Scrubber((rule) => found.push(rule));
    fc.assert(
      fc.property(fc.array(fc.record(Object.fromEntries(columns.map((column) => [column, text])))), (sent) => {
        for (const columnsSent of sent) {
          const expected: ScrubRule[] = [];
          const [event, fresh] = [decoded(columnsSent), decoded(columnsSent)];
          found.length = 0;
          scrubber.event(event);
          new Scrubber((rule) => expected.push(rule)).event(fresh);
          expect({ ...event, eventId: '' }).toEqual({ ...fresh, eventId: '' });
          expect(found).toEqual(expected);
        }
      }),
    );
  });
});

describe('pseudonyms', () => {
  const WORKSPACE = '0b9d4a52-7c1e-4f7a-9a53-2f60c1d7e8aa';

  test('nobody stays nobody', () => {
    expect(new Pseudonyms(() => keyedHash).of(WORKSPACE, 'user')('', AT_MS)).toBe('');
  });

  test('are computed once for an id that keeps coming, also beyond what is remembered', () => {
    let computed = 0;
    const counting = (text: string): string => {
      computed++;
      return keyedHash(text);
    };
    const ofUser = new Pseudonyms(() => counting, 10).of(WORKSPACE, 'user');
    const first = ofUser('u-1', AT_MS);
    for (let round = 0; round < 5; round++) {
      for (let other = 0; other < 8; other++) ofUser(`other-${round}-${other}`, AT_MS);
      expect(ofUser('u-1', AT_MS)).toBe(first);
    }
    expect(computed).toBe(1 + 5 * 8);
  });

  test('of 20,000 ids differ from each other', () => {
    const ofUser = new Pseudonyms(() => keyedHash).of(WORKSPACE, 'user');
    const all = new Set(Array.from({ length: 20_000 }, (_, index) => ofUser(`u-${index}`, AT_MS)));
    expect(all.size).toBe(20_000);
    for (const pseudonym of all) expect(pseudonym).toMatch(/^[0-9a-f]{16}$/);
  });
});

function decoded(fields: Record<string, unknown>): Event {
  const event = decodeEvent(
    { event_name: 'a', ...fields },
    {
      receivedAtMs: 1e12,
      maxAgeMs: 1e9,
      defaultSource: 'client',
      newEventId: () => '5f6c1d7e-8aab-4c0b-9d4a-527c1e4f7a9a',
    },
  );
  if (isRefusal(event)) throw new Error(JSON.stringify(event));
  return event;
}
