/** The seams at which a person's action becomes a milestone of Uptake's own ledger, each as a request that brings it about. */
import type { Asker, Reply } from './own-server.fixture.ts';

export const CHECKPOINTS = 'onboarding_checkpoint_completed';
export const OPERATIONS = 'operation_started';
export const EVENT = { event_name: 'project_created', tenant_id: 'skärgård-media', user_id: 'u-1' };
const TREND = {
  kind: 'trend',
  series: [{ event: null, measure: { kind: 'total' } }],
  period: { last: 7, unit: 'day' },
  interval: 'day',
  time_zone: 'UTC',
};
export const schemaOf = (eventName: string) => ({
  event_name: eventName,
  version: 1,
  state: 'active',
  owner: 'growth',
  description: 'Something was created.',
  feature_area: 'projects',
  pii_class: 'none',
  data_sensitivity: 'internal',
  properties: { type: 'object', properties: {} },
});

/** Every place where a person brings a milestone about, in the order in which the first of them make the others possible. */
export const SEAMS: readonly {
  readonly seam: string;
  readonly family: string;
  readonly status: number;
  readonly act: (ask: Asker, environmentId: string) => Promise<Reply>;
}[] = [
  {
    seam: 'the first write key',
    family: CHECKPOINTS,
    status: 201,
    act: (ask, environmentId) =>
      ask('POST', '/api/v1/keys', { kind: 'write', name: 'Web app', environment_id: environmentId }),
  },
  {
    seam: 'the first event seen',
    family: CHECKPOINTS,
    status: 200,
    act: (ask) => ask('GET', '/api/v1/telemetry/overview'),
  },
  {
    seam: 'the first insight answered',
    family: CHECKPOINTS,
    status: 200,
    act: (ask) => ask('POST', '/api/v1/insights/query', TREND),
  },
  {
    seam: 'the first schema in force',
    family: CHECKPOINTS,
    status: 200,
    act: (ask) => ask('PUT', '/api/v1/schemas/task_created', { schema: schemaOf('task_created') }),
  },
  {
    seam: 'a stored report',
    family: 'stored_report_created',
    status: 201,
    act: (ask) => ask('POST', '/api/v1/reports', { title: 'Weekly', definition: TREND }),
  },
  {
    seam: 'a review pack',
    family: 'review_pack_requested',
    status: 202,
    act: (ask) => ask('POST', '/api/v1/review-packs', { tenant_id: 'skärgård-media' }),
  },
  { seam: 'pruning', family: OPERATIONS, status: 202, act: (ask) => ask('POST', '/api/v1/retention/prune', {}) },
  {
    seam: 'handing out what is kept of a person',
    family: OPERATIONS,
    status: 200,
    act: (ask) => ask('POST', '/api/v1/subject-exports', { kind: 'person', user_id: 'u-1' }),
  },
  {
    seam: 'an erasure',
    family: OPERATIONS,
    status: 202,
    act: (ask) => ask('POST', '/api/v1/erasures', { kind: 'person', user_id: 'u-gone' }),
  },
];
