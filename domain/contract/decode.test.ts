import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  decodeEvent,
  ENVELOPE_FIELDS,
  EVENT_COLUMNS,
  EventDecoder,
  encodeRow,
  isRefusal,
  LIMITS,
  parseTimestamp,
  REASONS,
  type RejectReason,
} from './index.ts';

type Vector = {
  readonly name: string;
  readonly event?: unknown;
  readonly json?: string;
  readonly json_made?: { head: string; item: string; count: number; separator: string; closing: string; tail: string };
  readonly size_bytes?: number;
  readonly batch_sent_at?: string;
  readonly max_age_days?: number;
  readonly row?: Readonly<Record<string, unknown>>;
  readonly refused?: { readonly reason: RejectReason; readonly path: string };
};

const vectors = JSON.parse(readFileSync(new URL('../../conformance/decode.json', import.meta.url), 'utf8')) as {
  readonly received_at: string;
  readonly max_age_days: number;
  readonly cases: readonly Vector[];
};

const SCOPE = { workspaceId: 'w', productId: 'p', environmentId: 'e' };
const EVENT_ID = '5f6c1d7e-8aab-4c0b-9d4a-527c1e4f7a9a';
const context = {
  receivedAtMs: parseTimestamp(vectors.received_at)!,
  maxAgeMs: vectors.max_age_days * 86_400_000,
  defaultSource: 'client',
  newEventId: () => EVENT_ID,
} as const;

function eventOf(vector: Vector): unknown {
  if (vector.json !== undefined) return JSON.parse(vector.json);
  if (vector.size_bytes !== undefined) return eventOfSize(vector.size_bytes);
  if (vector.json_made === undefined) return vector.event;
  const { head, item, count, separator, closing, tail } = vector.json_made;
  const items = Array.from({ length: count }, (_, index) => item.replaceAll('{i}', String(index)));
  return JSON.parse(head + items.join(separator) + closing.repeat(count) + tail);
}

/** Nine texts, as long as it takes. */
function eventOfSize(bytes: number): unknown {
  const properties: Record<string, string> = {};
  for (let index = 0; index < 9; index++) properties[`p${index}`] = '';
  const event = { event_name: 'a', properties };
  let missing = bytes - JSON.stringify(event).length;
  for (const name of Object.keys(properties)) {
    const length = Math.min(missing, LIMITS.propertyStringLength);
    properties[name] = 'x'.repeat(length);
    missing -= length;
  }
  expect(JSON.stringify(event)).toHaveLength(bytes);
  return event;
}

describe('the conformance vectors of decoding', () => {
  test.each(vectors.cases)('$name', (vector) => {
    const decoded = decodeEvent(eventOf(vector), {
      ...context,
      sentAtMs: vector.batch_sent_at === undefined ? undefined : parseTimestamp(vector.batch_sent_at),
      maxAgeMs: (vector.max_age_days ?? vectors.max_age_days) * 86_400_000,
    });
    if (vector.refused !== undefined) {
      expect(decoded).toMatchObject(vector.refused);
      return;
    }
    if (isRefusal(decoded)) throw new Error(`refused: ${JSON.stringify(decoded)}`);
    const row = JSON.parse(encodeRow(SCOPE, decoded)) as unknown[];
    const columns = Object.fromEntries(EVENT_COLUMNS.map((column, index) => [column, row[index]]));
    for (const [column, expected] of Object.entries(vector.row ?? {}))
      expect(columns[column], column).toEqual(expected);
  });

  test('cover every reason for which a decoder refuses', () => {
    const covered = new Set(vectors.cases.map((vector) => vector.refused?.reason));
    const decoders = ['decode.ts', 'decode-properties.ts', 'decode-text.ts', 'decode-timestamp.ts']
      .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
      .join('');
    const missing = Object.keys(REASONS)
      .filter((reason) => decoders.includes(`'${reason}'`))
      .filter((reason) => !covered.has(reason as RejectReason));
    expect(missing).toEqual([]);
  });

  test('read every field of the envelope at least once', () => {
    const named = new Set(vectors.cases.flatMap((vector) => Object.keys((vector.event as object | null) ?? {})));
    expect(ENVELOPE_FIELDS.map((field) => field.name).filter((name) => !named.has(name))).toEqual([]);
  });
});

describe('what a refusal tells a person', () => {
  const detailOf = (event: unknown): string => {
    const decoded = decodeEvent(event, context);
    if (!isRefusal(decoded)) throw new Error('was accepted');
    return decoded.detail;
  };

  test('an unknown field near to none is a property in the wrong place', () => {
    expect(detailOf({ event_name: 'a', emial: 'x' })).toContain('did you mean "emial" in properties?');
  });
  test.each([
    ['tenantId', 'tenant_id'],
    ['tenant_di', 'tenant_id'],
    ['Event-Type', 'event_type'],
    ['timestmp', 'timestamp'],
  ])('the field %s was probably meant to be %s', (sent, meant) => {
    expect(detailOf({ event_name: 'a', [sent]: 'x' })).toContain(`did you mean "${meant}"?`);
  });
  test('a value near to an allowed one is pointed at', () => {
    expect(detailOf({ event_name: 'a', event_type: 'actoin' })).toContain('did you mean "action"?');
    expect(detailOf({ event_name: 'a', platform: 'windows' })).toBe(
      'Allowed are "web", "ios", "android", "cli", "api".',
    );
  });
  test('a name in another convention is shown in ours', () => {
    expect(detailOf({ event_name: 'Project Created' })).toContain('for example "project_created"');
    expect(detailOf({ event_name: 'projectCreated' })).toContain('for example "project_created"');
  });
  test('a time without zone is told apart from no time at all', () => {
    expect(detailOf({ event_name: 'a', timestamp: '2026-11-21T12:00:00' })).toContain('zone is missing');
    expect(detailOf({ event_name: 'a', timestamp: 'soon' })).toContain('RFC 3339');
  });
  test('control characters and endless names do not come back', () => {
    const decoded = decodeEvent({ event_name: 'a', [`x\u0007${'y'.repeat(10_000)}`]: 1 }, context);
    if (!isRefusal(decoded)) throw new Error('was accepted');
    expect(decoded.path.length).toBeLessThan(120);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is what is tested.
    expect(decoded.path + decoded.detail).not.toMatch(/[\u0000-\u001f]/);
  });
  test('the first thing wrong is the one told, and only one', () => {
    expect(decodeEvent({ event_name: 'A', tenant_id: 7, event_type: 'x' }, context)).toMatchObject({
      reason: 'invalid_event_name',
    });
  });
});

test('one event refused leaves no trace on the next of the same decoder', () => {
  const decoder = new EventDecoder(context);
  const refused = decoder.decode({ event_name: 'a', properties: { a: { b: '\0' } } });
  const accepted = decoder.decode({ event_name: 'a', properties: { a: { b: 'c' } } });
  expect(isRefusal(refused)).toBe(true);
  expect(isRefusal(accepted)).toBe(false);
});

test('an undefined field counts as left out, for callers inside the process', () => {
  const decoded = decodeEvent({ event_name: 'a', tenant_id: undefined, unheard_of: undefined }, context);
  expect(isRefusal(decoded)).toBe(false);
});

test('an event without id is given one', () => {
  expect(decodeEvent({ event_name: 'a' }, context)).toMatchObject({ eventId: EVENT_ID });
});
