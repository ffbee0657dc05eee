import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENT_COLUMNS, EVENT_TYPES, type Event, encodeRow, PLATFORMS, RowEncoder } from './index.ts';

const SCOPE = {
  workspaceId: '0b9d4a52-7c1e-4f7a-9a53-2f60c1d7e8aa',
  productId: '1b9d4a52-7c1e-4f7a-9a53-2f60c1d7e8aa',
  environmentId: '2b9d4a52-7c1e-4f7a-9a53-2f60c1d7e8aa',
};

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', 'acme-corp', '"', '\\', '\n', '\u2028', '\ud800', '😀', 'ü'.repeat(41)),
);
const ms = fc.integer({ min: 0, max: Date.UTC(2199, 0, 1) });
const event: fc.Arbitrary<Event> = fc.record({
  eventId: fc.uuid(),
  eventName: fc.stringMatching(/^[a-z][a-z0-9_]{0,99}$/),
  eventType: fc.constantFrom(...EVENT_TYPES),
  timestampMs: ms,
  originalTimestampMs: ms,
  receivedAtMs: fc.oneof(fc.constant(1_700_000_000_123), ms),
  source: fc.constantFrom('client', 'server'),
  platform: fc.constantFrom('', ...PLATFORMS),
  appVersion: text,
  tenantId: text,
  userId: text,
  userRole: text,
  sessionId: text,
  authContext: fc.constantFrom('', 'sso'),
  isInternal: fc.boolean(),
  featureArea: text,
  workflowName: text,
  surface: text,
  experimentAssignments: fc.dictionary(text, text, { maxKeys: 3 }),
  requestId: text,
  traceId: text,
  correlationId: text,
  deviceType: fc.constantFrom('', 'desktop'),
  browserFamily: text,
  osFamily: text,
  country: fc.constantFrom('', 'DE'),
  region: text,
  connectionType: fc.constantFrom('', 'wifi'),
  piiClassification: fc.constantFrom('none', 'high'),
  dataSensitivity: fc.constantFrom('internal', 'restricted'),
  properties: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text)), {
    maxKeys: 4,
  }),
  weight: fc.constantFrom(1, 2.5),
  isPlanned: fc.boolean(),
  schemaVersion: fc.nat(10_000),
  consent: fc.constantFrom('', 'analytics', 'analytics location'),
});

test('a row says each column in its place, and times in seconds with three decimals', () => {
  fc.assert(
    fc.property(event, (row) => {
      const values = JSON.parse(encodeRow(SCOPE, row)) as unknown[];
      const columns = Object.fromEntries(EVENT_COLUMNS.map((column, index) => [column, values[index]]));
      const { timestampMs, originalTimestampMs, receivedAtMs, ...fields } = { ...SCOPE, ...row };
      for (const [name, value] of Object.entries(fields)) {
        const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        expect(columns[column], column).toEqual(JSON.parse(JSON.stringify(value)));
      }
      for (const [column, time] of [
        ['timestamp', timestampMs],
        ['original_timestamp', originalTimestampMs],
        ['received_at', receivedAtMs],
      ] as const) {
        expect(columns[column]).toMatch(/^\d+\.\d{3}$/);
        expect(Math.round(Number(columns[column]) * 1000)).toBe(time);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a row has a value for every column', () => {
  fc.assert(
    fc.property(event, (row) => {
      expect(JSON.parse(encodeRow(SCOPE, row))).toHaveLength(EVENT_COLUMNS.length);
    }),
    { numRuns: 100 },
  );
});

/** What is left of any text in a body without a backslash. */
const plain = (sent: string): string => sent.toWellFormed().replace(/["\\\p{Cc}]/gu, '_');

test('rows pasted together from texts that need no escapes are the same as those the engine writes', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 5 }), (events) => {
      const pasting = new RowEncoder(SCOPE, true);
      // Each event twice, since the second takes over what the first left behind; then with one column changed.
      for (const one of events.map(plainEvent)) {
        for (const row of [one, { ...one, surface: 'board' }, { ...one, region: 'BY' }, { ...one, appVersion: '2' }]) {
          expect(pasting.row(row)).toBe(encodeRow(SCOPE, row));
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('rows of texts that may need escapes hold them', () => {
  fc.assert(
    fc.property(event, (row) => {
      expect(new RowEncoder(SCOPE, false).row(row)).toBe(encodeRow(SCOPE, row));
    }),
    { numRuns: 200 },
  );
});

function plainEvent(any: Event): Event {
  return JSON.parse(JSON.stringify(any), (_name, value: unknown) => {
    if (typeof value === 'string') return plain(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [plain(name), member]));
  }) as Event;
}
