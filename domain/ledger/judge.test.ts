import type { Event, Reason } from '@uptake/domain/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MILESTONE_FAMILIES, milestones, SYSTEM_CATALOGUE } from './catalogue.ts';
import { judgeLedger } from './judge.ts';
import { isIdentifier } from './metadata.ts';
import { ledgerCatalogueOf } from './planned.ts';

const REPORT_ID = '0197f3a0-8c1e-7d4a-9b1f-2f6f1c0a7e55';

/** A lawful milestone, with what a test cares about put over it. */
function milestone(parts: Partial<Event> = {}): Event {
  return {
    eventId: '0197f3a0-8c1e-7d4a-9b1f-2f6f1c0a7e56',
    eventName: 'stored_report_created',
    eventType: 'action',
    timestampMs: 1_795_000_000_000,
    originalTimestampMs: 1_795_000_000_000,
    receivedAtMs: 1_795_000_000_000,
    source: 'server',
    platform: '',
    appVersion: '1.4.0-rc.1+build.7',
    tenantId: 'acme',
    userId: 'u-1',
    userRole: 'analyst',
    sessionId: '',
    authContext: '',
    isInternal: false,
    featureArea: 'reports',
    workflowName: '',
    surface: 'console/explore',
    experimentAssignments: {},
    requestId: '',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    correlationId: '',
    deviceType: '',
    browserFamily: '',
    osFamily: '',
    country: '',
    region: '',
    connectionType: '',
    piiClassification: 'none',
    dataSensitivity: 'internal',
    properties: { report_kind: 'trend', report_id: REPORT_ID },
    weight: 1,
    isPlanned: false,
    schemaVersion: 0,
    consent: '',
    ...parts,
  };
}

const judge = (parts: Partial<Event> = {}) => judgeLedger(milestone(parts), SYSTEM_CATALOGUE);

describe('a ledger', () => {
  test('keeps a catalogued milestone of a tenant and a user with lawful metadata', () => {
    expect(judge()).toBeUndefined();
  });

  test.each<[what: string, parts: Partial<Event>, reason: Reason, path: string]>([
    ['an event that is not catalogued', { eventName: 'page_viewed' }, 'unknown_milestone', '/event_name'],
    ['a name that differs only in case', { eventName: 'Stored_Report_Created' }, 'unknown_milestone', '/event_name'],
    ['a page view', { eventType: 'view' }, 'passive_event', '/event_type'],
    ['an error', { eventType: 'error' }, 'passive_event', '/event_type'],
    ['a sign of life', { eventType: 'system_health' }, 'passive_event', '/event_type'],
    ['what happened before there was a tenant', { tenantId: '' }, 'tenant_missing', '/tenant_id'],
    ['what nobody initiated', { userId: '' }, 'initiator_missing', '/user_id'],
    [
      'a key that is not enumerated',
      { properties: { report_kind: 'trend', report_id: REPORT_ID, title: 'Q3' } },
      'metadata_not_allowed',
      '/properties/title',
    ],
    [
      'a key inherited by every object',
      { properties: JSON.parse(`{"report_kind":"trend","report_id":"${REPORT_ID}","toString":"x"}`) },
      'metadata_not_allowed',
      '/properties/toString',
    ],
    [
      'a word outside the enumeration',
      { properties: { report_kind: 'my own', report_id: REPORT_ID } },
      'metadata_invalid',
      '/properties/report_kind',
    ],
    [
      'text in place of a reference',
      { properties: { report_kind: 'trend', report_id: 'Ada Lovelace asked for it' } },
      'metadata_invalid',
      '/properties/report_id',
    ],
    [
      'a payload in place of a value',
      { properties: { report_kind: 'trend', report_id: { raw: { body: 'x' } } } },
      'metadata_invalid',
      '/properties/report_id',
    ],
    ['a missing key', { properties: { report_kind: 'trend' } }, 'metadata_missing', '/properties/report_id'],
    [
      'a required key that is null',
      { properties: { report_kind: 'trend', report_id: null } },
      'metadata_missing',
      '/properties/report_id',
    ],
    ['a sentence as surface', { surface: 'The page of Ada' }, 'metadata_invalid', '/surface'],
    ['an address as workflow', { workflowName: 'ada@example.com' }, 'metadata_invalid', '/workflow_name'],
    ['a phone number as feature area', { featureArea: 'call:4915123456789' }, 'metadata_invalid', '/feature_area'],
    ['free text as role', { userRole: 'Head of Sales' }, 'metadata_invalid', '/user_role'],
    ['a sentence as correlation', { correlationId: 'see ticket of Ada' }, 'metadata_invalid', '/correlation_id'],
    [
      'free text as bucket',
      { experimentAssignments: { checkout: 'the one Ada likes' } },
      'metadata_invalid',
      '/experiment_assignments',
    ],
  ])('refuses %s', (_what, parts, reason, path) => {
    expect(judge(parts)).toMatchObject({ reason, path });
  });

  test('says which keys a milestone may have, and never repeats the value it refuses', () => {
    const title = 'The salary report of Ada';
    const refusal = judge({ properties: { report_kind: 'trend', report_id: REPORT_ID, title } });
    expect(refusal?.detail).toContain('"report_kind", "report_id"');
    expect(judge({ surface: title })?.detail).not.toContain('Ada');
    expect(refusal?.detail).not.toContain('Ada');
  });

  test('escapes the key in the path as a JSON pointer does', () => {
    expect(judge({ properties: { 'a/b~c': 'x' } })?.path).toBe('/properties/a~1b~0c');
  });

  test('never keeps a text with a space, an @ or a long number, whatever the key', () => {
    const kinds = [
      { type: 'string' },
      { type: 'string', format: 'uuid' },
      { enum: ['on', 'off'] },
      { type: ['string', 'null'] },
    ];
    const texts = fc
      .tuple(fc.string({ unit: 'grapheme' }), fc.constantFrom(' ', '@', '12345678', '\n', '"', 'É'), fc.string())
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.constantFrom(...kinds), texts, (kind, text) => {
        const catalogue = ledgerCatalogueOf([
          { eventName: 'plan_chosen', properties: { type: 'object', properties: { plan: kind } } },
        ]);
        const refusal = judgeLedger(milestone({ eventName: 'plan_chosen', properties: { plan: text } }), catalogue);
        expect(refusal?.reason).toBe('metadata_invalid');
      }),
    );
  });
});

describe("Uptake's own catalogue", () => {
  test('has the five families and no sixth', () => {
    expect(Object.keys(MILESTONE_FAMILIES).sort()).toEqual([
      'onboarding_checkpoint_completed',
      'operation_started',
      'review_pack_requested',
      'stored_report_created',
      'support_diagnostics_opened',
    ]);
  });

  test('finds lawful whatever its constructors make', () => {
    const made = [
      milestones.onboardingCheckpoint('first_key_created'),
      milestones.diagnosticsOpened(),
      milestones.operationStarted('erasure'),
      milestones.operationStarted('dead_letter_replay', REPORT_ID),
      milestones.reportCreated('trend', REPORT_ID),
      milestones.reviewPackRequested(REPORT_ID),
    ];
    for (const { family, metadata } of made) {
      const { featureArea } = MILESTONE_FAMILIES[family];
      expect(judge({ eventName: family, featureArea, properties: { ...metadata } })).toBeUndefined();
    }
    expect(new Set(made.map(({ family }) => family)).size).toBe(5);
  });
});

describe("a customer's catalogue", () => {
  const catalogue = ledgerCatalogueOf([
    {
      eventName: 'invoice_sent',
      properties: {
        type: 'object',
        required: ['channel'],
        properties: {
          channel: { enum: ['mail', 'portal'] },
          template: { type: 'string', maxLength: 50 },
          invoice: { type: 'string', format: 'uuid' },
          is_first: { type: ['boolean', 'null'] },
          comment: { type: 'string', format: 'email' },
          label: { enum: ['First Reminder', 'second'] },
          amount: { type: 'number' },
          lines: { type: 'array' },
        },
      },
    },
  ]);
  const judgeInvoice = (properties: Event['properties']) =>
    judgeLedger(milestone({ eventName: 'invoice_sent', properties }), catalogue);

  test('keeps enums, identifiers, UUIDs and booleans of the plan', () => {
    const properties = { channel: 'mail', template: 'reminder.second', invoice: REPORT_ID, is_first: null };
    expect(judgeInvoice(properties)).toBeUndefined();
  });

  test('demands what the plan demands', () => {
    expect(judgeInvoice({ template: 'reminder' })).toMatchObject({ reason: 'metadata_missing' });
  });

  test('refuses what the plan allows but no ledger keeps, and says why', () => {
    for (const key of ['comment', 'label', 'amount', 'lines']) {
      expect(judgeInvoice({ channel: 'mail', [key]: 'x' }), key).toMatchObject({
        reason: 'metadata_not_allowed',
        path: `/properties/${key}`,
        detail: expect.stringContaining('no ledger keeps it'),
      });
    }
  });

  test('of a schema that is no object has milestones without metadata', () => {
    const bare = ledgerCatalogueOf([{ eventName: 'invoice_sent', properties: true }]);
    expect(judgeLedger(milestone({ eventName: 'invoice_sent', properties: {} }), bare)).toBeUndefined();
  });
});

test('an identifier is short, lower case and named by people, not numbered by machines', () => {
  const lawful = ['a', 'dead_letter_replay', 'billing.invoice-export', 'reports/weekly:v2'];
  const unlawful = ['', 'A', 'a b', '1st', 'a..b', 'a-', 'x'.repeat(65), 'order_1234567', 'a@b', 'ä', 'a\n'];
  expect(lawful.filter((word) => !isIdentifier(word))).toEqual([]);
  expect(unlawful.filter(isIdentifier)).toEqual([]);
});
