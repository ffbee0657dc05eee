/**
 * Who may knock at which door: the table that `role-matrix.test.ts` holds the running server against, door by door and
 * asker by asker (promise 4). A door that is not in it fails that test: a new one is added here, with whom it is for.
 */

import type { ProblemCode } from '@uptake/domain/contract';

/**
 * Keys by scope, then people of the workspace by role; the operator is a viewer of it who operates the installation, and a
 * `customer_admin` may see nothing but what is about their customers.
 */
export const ASKERS = [
  'nobody',
  'write_key',
  'read_key',
  'send_key',
  'export_key',
  'admin_key',
  'viewer',
  'analyst',
  'admin',
  'owner',
  'operator',
  'customer_admin',
] as const;
export type Asker = (typeof ASKERS)[number];

const YES = '●';
/** What each class of doors opens to. Whoever is not let in is told so with 401 (nobody) or 403 (everybody else). */
const CLASSES = {
  //                 nobody write read send export admin  viewer analyst admin owner operator customer_admin
  anyone: /*      */ '●      ●    ●    ●    ●    ●      ●     ●      ●    ●    ●     ●',
  sending: /*     */ '·      ●    ·    ●    ·    ●      ·     ·      ·    ·    ·     ·',
  signed_in: /*   */ '·      ·    ·    ·    ·    ·      ●     ●      ●    ●    ●     ●',
  reading: /*     */ '·      ·    ●    ·    ·    ●      ●     ●      ●    ●    ●     ·',
  // Members all, some of whom see their customers only.
  reading_own: /* */ '·      ·    ●    ·    ·    ●      ●     ●      ●    ●    ●     ●',
  supplying: /*   */ '·      ·    ·    ●    ·    ●      ·     ·      ●    ●    ·     ●',
  reading_people: '   ·      ·    ·    ·    ·    ·      ●     ●      ●    ●    ●     ·',
  drafting: /*    */ '·      ·    ·    ●    ·    ●      ·     ●      ●    ●    ·     ·',
  drafting_people: '  ·      ·    ·    ·    ·    ·      ·     ●      ●    ●    ·     ·',
  administering: '    ·      ·    ·    ·    ·    ●      ·     ·      ●    ●    ·     ·',
  administering_people: '·   ·    ·    ·    ·    ·      ·     ·      ●    ●    ·     ·',
  naming_people: '    ·      ·    ·    ·    ·    ●      ·     ●      ●    ●    ·     ·',
  counting_refused: ' ·      ·    ●    ·    ·    ●      ·     ●      ●    ●    ·     ·',
  exporting: /*   */ '·      ·    ·    ·    ●    ●      ·     ·      ·    ·    ·     ·',
  importing: /*   */ '·      ·    ·    ·    ·    ●      ·     ·      ·    ·    ·     ·',
  operating: /*   */ '·      ·    ·    ·    ·    ·      ·     ·      ·    ·    ●     ·',
} as const;
export type DoorClass = keyof typeof CLASSES;

export function isLetIn(asker: Asker, doorClass: DoorClass): boolean {
  return CLASSES[doorClass].trim().split(/\s+/)[ASKERS.indexOf(asker)] === YES;
}

export const isPerson = (asker: Asker): boolean => ASKERS.indexOf(asker) >= ASKERS.indexOf('viewer');

/** Where a door reads keys alone a person is nobody to it, and where it reads sessions alone a key is. */
export function refusalOf(asker: Asker, doorClass: DoorClass): 401 | 403 {
  if (asker === 'nobody') return 401;
  if (doorClass === 'sending' || doorClass === 'exporting' || doorClass === 'importing')
    return isPerson(asker) ? 401 : 403;
  return doorClass === 'signed_in' && !isPerson(asker) ? 401 : 403;
}

/** What requests name: of the asker's own workspace, of another, or of none. */
export type Things = {
  readonly productId: string;
  readonly environmentId: string;
  readonly keyId: string;
  readonly memberId: string;
  readonly approvalId: string;
  readonly erasureId: string;
  readonly reportId: string;
  readonly packId: string;
  readonly planId: string;
  readonly plannedEvent: string;
  readonly unplannedEvent: string;
  readonly tenantId: string;
  /** Another text each time, for what may be there once only. */
  readonly fresh: string;
};

export type Request = {
  /** For the `{…}` of the door, in their order. */
  readonly path?: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** The status for whom a door lets in, or the code of the problem they are told of. */
export type Answer = number | ProblemCode;

export type Door = {
  /** Method and path, as the OpenAPI description writes it. */
  readonly door: string;
  readonly for: DoorClass;
  readonly answers: Answer | { readonly keys: Answer; readonly people: Answer };
  readonly with: (things: Things) => Request;
  /** Only these ask, where a request has effects on the askers themselves. */
  readonly askers?: readonly Asker[];
};

const door = (
  name: string,
  doorClass: DoorClass,
  answers: Door['answers'],
  ask: Door['with'] = () => ({}),
  askers?: readonly Asker[],
): Door => ({ door: name, for: doorClass, answers, with: ask, ...(askers && { askers }) });

const inEnvironment = ({ environmentId }: Things): Request => ({ query: { environment_id: environmentId } });
const inProduct = ({ productId }: Things): Request => ({ query: { product_id: productId } });
const idOf = (name: keyof Things, body?: unknown): Door['with'] => {
  return (things) => ({ path: [things[name]], ...(body !== undefined && { body }) });
};
const TREND = {
  kind: 'trend',
  series: [{ event: null, measure: { kind: 'total' } }],
  period: { last: 7, unit: 'day' },
  interval: 'day',
  time_zone: 'UTC',
};
const PERSON = { kind: 'person', user_id: 'nobody-we-know' };

/** Objects named here by id are of no workspace unless the test says otherwise, hence 404 for whom a door lets in. */
export const DOORS: readonly Door[] = [
  door('GET /healthz', 'anyone', 200),
  door('GET /readyz', 'anyone', 200),
  door('GET /metrics', 'anyone', 200),
  door('GET /openapi.json', 'anyone', 200),
  door('GET /docs/problems', 'anyone', 200),

  // Signing in and out concerns the asker's own session, and is limited in number.
  door(
    'POST /api/auth/sign-in/email',
    'anyone',
    'unauthenticated',
    () => ({ body: { email: 'x@y.test', password: 'x' } }),
    ['nobody'],
  ),
  door('POST /api/auth/sign-out', 'anyone', 200, undefined, ['nobody']),
  door('GET /api/auth/get-session', 'anyone', 200),
  door(
    'POST /api/auth/change-password',
    'signed_in',
    'invalid_request',
    () => ({ body: { currentPassword: 'not this one', newPassword: 'correct-horse-staple' } }),
    ['nobody', 'write_key', 'admin_key', 'viewer'],
  ),
  door('POST /api/auth/revoke-other-sessions', 'signed_in', 200),
  door('GET /api/v1/me', 'signed_in', 200),

  door('GET /api/v1/workspace', 'reading', 200),
  door('POST /api/v1/workspaces', 'administering_people', 201, () => ({ body: { name: 'Another' } })),
  door('POST /api/v1/products', 'administering', 201, () => ({ body: { name: 'Another' } })),
  door('POST /api/v1/products/{id}/environments', 'administering', 201, idOf('productId', { name: 'Staging' })),
  door('GET /api/v1/environments/{id}', 'reading', 200, idOf('environmentId')),
  door('PATCH /api/v1/environments/{id}', 'administering', 200, idOf('environmentId', { name: 'Production' })),
  door('GET /api/v1/environments/{id}/privacy', 'reading', 200, idOf('environmentId')),
  door('PATCH /api/v1/environments/{id}/privacy', 'administering', 200, idOf('environmentId', { scrub_names: [] })),
  door('GET /api/v1/keys', 'reading', 200),
  door('POST /api/v1/keys', 'administering', 201, ({ environmentId }) => ({
    body: { kind: 'write', name: 'Another', environment_id: environmentId },
  })),
  door('POST /api/v1/keys/{id}/rotate', 'administering', 'not_found', idOf('keyId', { overlap_seconds: 60 })),
  door('DELETE /api/v1/keys/{id}', 'administering', 'not_found', idOf('keyId')),
  door('GET /api/v1/members', 'reading_people', 200),
  door('POST /api/v1/members', 'administering_people', 201, ({ fresh }) => ({
    body: { email: `${fresh}@example.test`, name: 'Newcomer', role: 'viewer' },
  })),
  door('PATCH /api/v1/members/{id}', 'administering_people', 'not_found', idOf('memberId', { role: 'viewer' })),
  door('DELETE /api/v1/members/{id}', 'administering_people', 'not_found', idOf('memberId')),
  door('GET /api/v1/audit', 'administering', 200),
  door('GET /api/v1/audit/export', 'administering', 200),
  door('GET /api/v1/audit/verification', 'administering', 200),

  door('GET /api/v1/system/operators', 'operating', 200),
  door('POST /api/v1/system/operators', 'operating', 'not_found', () => ({ body: { email: 'stranger@nowhere.test' } })),
  door('DELETE /api/v1/system/operators/{id}', 'operating', 'not_found', idOf('memberId')),
  door('GET /api/v1/system/usage', 'operating', 200),
  door('GET /api/v1/system/diagnostics', 'operating', 200),

  door('POST /api/v1/telemetry/events', 'sending', 200, () => ({ body: { event_name: 'page_viewed' } })),
  door('OPTIONS /api/v1/telemetry/events', 'anyone', 204),
  door('POST /api/v1/telemetry/validate', 'sending', 200, () => ({ body: { event_name: 'page_viewed' } })),
  door('POST /api/v1/import', 'importing', 200, () => ({ body: { event_name: 'page_viewed', weight: 2 } })),
  door('OPTIONS /api/v1/telemetry/validate', 'anyone', 204),

  door('GET /api/v1/budgets', 'reading', 200, inEnvironment),
  door('PUT /api/v1/budgets', 'administering', 200, ({ environmentId }) => ({
    body: { environment_id: environmentId, events_per_day: 1_000_000, areas: [] },
  })),
  door('DELETE /api/v1/budgets', 'administering', 200, inEnvironment),
  door('GET /api/v1/schemas', 'reading', 200, inProduct),
  door('GET /api/v1/schemas/{event_name}', 'reading', 'not_found', ({ plannedEvent, productId }) => ({
    path: [plannedEvent],
    query: { product_id: productId },
  })),
  door('PUT /api/v1/schemas/{event_name}', 'drafting', 'invalid_schema', ({ plannedEvent, productId }) => ({
    path: [plannedEvent],
    query: { product_id: productId },
    body: { schema: {} },
  })),
  door('DELETE /api/v1/schemas/{event_name}', 'drafting', 'not_found', ({ plannedEvent, productId }) => ({
    path: [plannedEvent],
    query: { product_id: productId },
  })),
  door('GET /api/v1/schemas/{event_name}/diff', 'reading', 'not_found', ({ plannedEvent, productId }) => ({
    path: [plannedEvent],
    query: { product_id: productId, from: '1', to: '1' },
  })),
  door('POST /api/v1/schemas/{event_name}/state', 'drafting', 'not_found', ({ plannedEvent, productId }) => ({
    path: [plannedEvent],
    query: { product_id: productId },
    body: { state: 'active' },
  })),
  door('POST /api/v1/schemas/examples', 'drafting', 201, inProduct),
  door('POST /api/v1/schemas/import', 'drafting', 200, (things) => ({
    ...inProduct(things),
    body: { files: [{ name: `${things.plannedEvent}.json`, schema: { type: 'object' } }] },
  })),
  door('POST /api/v1/schemas/check', 'reading', 200, (things) => ({ ...inProduct(things), body: { schemas: [{}] } })),
  door('GET /api/v1/schema-proposals', 'reading', 200, inEnvironment),
  door('GET /api/v1/schema-proposals/{event_name}', 'reading', 'not_found', ({ unplannedEvent, environmentId }) => ({
    path: [unplannedEvent],
    query: { environment_id: environmentId },
  })),
  door(
    'POST /api/v1/schema-proposals/{event_name}/accept',
    'drafting',
    'not_found',
    ({ unplannedEvent, environmentId }) => ({
      path: [unplannedEvent],
      query: { environment_id: environmentId },
      body: {},
    }),
  ),
  door('GET /api/v1/telemetry/troubleshoot', 'reading', 200, ({ unplannedEvent, environmentId }) => ({
    query: { event_name: unplannedEvent, environment_id: environmentId },
  })),
  door('GET /api/v1/features', 'reading', 200, inProduct),

  door('GET /api/v1/dead-letters', 'counting_refused', 200, inEnvironment),
  door('GET /api/v1/dead-letters/{cause}/letters', 'naming_people', 'not_found', ({ environmentId }) => ({
    path: ['0123456789abcdef'],
    query: { environment_id: environmentId },
  })),
  door('POST /api/v1/dead-letters/preview', 'naming_people', 200, ({ environmentId }) => ({
    body: { environment_id: environmentId, filter: {} },
  })),
  door('POST /api/v1/dead-letters/replays', 'administering', 202, ({ environmentId }) => ({
    body: { environment_id: environmentId, filter: { causes: ['0123456789abcdef'] } },
  })),
  door('GET /api/v1/dead-letters/replays', 'counting_refused', 200, inEnvironment),
  door('GET /api/v1/dead-letters/replays/{id}', 'counting_refused', 'not_found', idOf('erasureId')),
  door('POST /api/v1/dead-letters/replays/{id}/cancel', 'administering', 'not_found', idOf('erasureId')),

  door('GET /api/v1/telemetry/quality', 'counting_refused', 200, inEnvironment),
  door('PUT /api/v1/telemetry/quality/thresholds', 'administering', 200, ({ environmentId }) => ({
    body: { environment_id: environmentId, sustained_minutes: 10 },
  })),

  door(
    'POST /api/v1/adoption/plans/{id}/values',
    'supplying',
    'not_found',
    idOf('planId', { values: [{ attribute: 'sso_enabled', value: true }] }),
  ),
  // Its address, which nobody can guess, is the permission.
  door('POST /api/v1/adoption/hooks/{sourceId}', 'anyone', 'not_found', () => ({ path: [crypto.randomUUID()] })),
  door('GET /api/v1/adoption/files/{token}', 'anyone', 'not_found', () => ({ path: ['x'.repeat(43)] })),
  door('GET /graphql', 'reading_own', 200),
  door('POST /graphql', 'reading_own', 200, () => ({
    body: { query: '{ portfolio { plans } customers { nodes { name tenantId } } adoptionPlans { nodes { name } } }' },
  })),

  // People need an approval besides, which nobody has here.
  door(
    'GET /api/v1/people/{user_id}/events',
    'naming_people',
    { keys: 200, people: 'approval_required' },
    ({ environmentId }) => ({
      path: ['0123456789abcdef'],
      query: { environment_id: environmentId },
    }),
  ),
  door(
    'POST /api/v1/people/events',
    'naming_people',
    { keys: 200, people: 'approval_required' },
    ({ environmentId }) => ({
      body: { user_id: 'nobody-we-know', environment_id: environmentId },
    }),
  ),
  door('GET /api/v1/approvals', 'drafting_people', 200),
  door('POST /api/v1/approvals', 'drafting_people', 201, ({ environmentId }) => ({
    body: { reason: 'A ticket of theirs', kind: 'environment', environment_id: environmentId, minutes: 10 },
  })),
  door('POST /api/v1/approvals/{id}/approve', 'administering_people', 'not_found', idOf('approvalId', {})),
  door('POST /api/v1/approvals/{id}/deny', 'administering_people', 'not_found', idOf('approvalId', {})),
  door('POST /api/v1/approvals/{id}/revoke', 'drafting_people', 'not_found', idOf('approvalId')),
  door('GET /api/v1/approvals/settings', 'drafting_people', 200),
  door('PATCH /api/v1/approvals/settings', 'administering_people', 200, () => ({ body: {} })),

  door('GET /api/v1/retention', 'reading', 200),
  door('PUT /api/v1/retention/{environment_id}', 'administering', 200, ({ environmentId }) => ({
    path: [environmentId],
    body: { raw_days: 20, restricted_days: 10, aggregated_days: 100 },
  })),
  door('DELETE /api/v1/retention/{environment_id}', 'administering', 200, idOf('environmentId')),
  door('GET /api/v1/retention/runs', 'reading', 200),
  door('POST /api/v1/retention/prune', 'administering', 200, () => ({ body: { dry_run: true } })),
  door('POST /api/v1/erasures', 'administering', 202, () => ({ body: PERSON })),
  door('GET /api/v1/erasures', 'administering', 200),
  door('GET /api/v1/erasures/{id}', 'administering', 'not_found', idOf('erasureId')),
  door('POST /api/v1/erasures/{id}/retry', 'administering', 'not_found', idOf('erasureId')),
  door('GET /api/v1/erasures/{id}/certificate', 'administering', 'not_found', idOf('erasureId')),
  door('GET /api/v1/erasures/signing-key', 'administering', 200),
  door('POST /api/v1/subject-exports', 'administering', 200, () => ({ body: PERSON })),

  door('POST /api/v1/insights/query', 'reading', 200, ({ environmentId }) => ({
    body: { ...TREND, environment_id: environmentId },
  })),
  door('GET /api/v1/telemetry/analytics', 'reading', 200, inEnvironment),
  door('GET /api/v1/insights/catalogue', 'reading', 200, inEnvironment),
  door('GET /api/v1/insights/values', 'reading', 200, ({ environmentId }) => ({
    query: { field: 'feature_area', environment_id: environmentId },
  })),
  door('GET /api/v1/telemetry/overview', 'reading', 200, inEnvironment),
  door('GET /api/v1/telemetry/health', 'reading', 200, inEnvironment),
  door('GET /live', 'reading', 200, inEnvironment),
  // Every event of everybody: neither a person's nor a dashboard's business.
  door('GET /api/v1/export', 'exporting', 200, inEnvironment),

  door('GET /api/v1/reports', 'reading', 200),
  door('POST /api/v1/reports', 'drafting', 201, ({ environmentId }) => ({
    body: { title: 'Weekly', definition: { ...TREND, environment_id: environmentId } },
  })),
  door('GET /api/v1/reports/{id}', 'reading', 'not_found', idOf('reportId')),
  door('DELETE /api/v1/reports/{id}', 'drafting', 'not_found', idOf('reportId')),
  door('GET /api/v1/reports/{id}/download', 'reading', 'not_found', idOf('reportId')),
  door('GET /api/v1/review-packs', 'reading', 200),
  door('POST /api/v1/review-packs', 'drafting', 202, ({ environmentId, tenantId }) => ({
    body: { tenant_id: tenantId, environment_id: environmentId },
  })),
  door('GET /api/v1/review-packs/{id}', 'reading', 'not_found', idOf('packId')),
  door('DELETE /api/v1/review-packs/{id}', 'drafting', 'not_found', idOf('packId')),
  door('GET /api/v1/review-packs/{id}/download', 'reading', 'not_found', idOf('packId')),
];

/** Files of the console and of the readable API description, which hold nothing of any workspace. */
export const FILES =
  /^GET \/(?:docs(?:\/.*)?|assets\/.*|\*?|[\w.-]+\.(?:html|svg|png|ico|webmanifest|txt|js|css|woff2))$/;
