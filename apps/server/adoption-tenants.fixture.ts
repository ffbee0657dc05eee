/** Customers whose own systems send telemetry: what is bound to their events, and what a person then sees of their plans. */
import { createHmac } from 'node:crypto';
import { type AdoptionServer, act } from './adoption-graphql.fixture.ts';
import { SECRET_KEY, WRITE_KEY } from './own-server.fixture.ts';

type Attribute = {
  readonly id: string;
  readonly name: string;
  readonly isMet: boolean;
  readonly latestValue: { readonly value: unknown; readonly source: string } | null;
};
type Task = {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly telemetryAttributes: readonly Attribute[];
};
type Plan = {
  readonly progress: unknown;
  readonly tasks: readonly Task[];
  readonly history: { readonly nodes: readonly { readonly kind: string }[] };
};

export type Tenant = {
  readonly planId: string;
  /** Everything a person sees of the plan. */
  plan(): Promise<Plan>;
  /** The task whose one attribute, `users_trained`, is bound to the events, and whose other is met already. */
  training(): Promise<Task>;
  trained(): Promise<Attribute>;
};

const PLAN = `query ($id: ID!) { adoptionPlan(id: $id) {
  progress { combined { completed } }
  tasks { id name status statusUpdateSource statusNotes
    telemetryAttributes { id name isMet latestValue { value source } } }
  history(first: 50) { nodes { kind } } } }`;
const SAVE_SOURCE = 'mutation ($input: SourceInput!) { saveSource(input: $input) { source { id webhookUrl } secret } }';

/** A customer with this tenant id, with a task in progress that an event of enough people completes. */
export async function boundTenant(server: AdoptionServer, tenantId: string): Promise<Tenant> {
  const { owner } = server;
  const { planId } = await server.assign(`Customer ${tenantId}`, tenantId);
  const plan = async () => (await act<{ adoptionPlan: Plan }>(owner, PLAN, { id: planId })).adoptionPlan;
  const training = async () => (await plan()).tasks.find(({ name }) => name === 'User Training')!;
  const trained = async () => (await training()).telemetryAttributes.find(({ name }) => name === 'users_trained')!;
  const configure =
    'mutation ($id: ID!) { configureAdoptionPlanTelemetry(input: { adoptionPlanId: $id, telemetryEnabled: true }) { id } }';
  await act(owner, configure, { id: planId });
  const { id } = await training();
  await act(owner, 'mutation ($id: ID!) { updateTaskStatus(taskId: $id, status: IN_PROGRESS) { id } }', { id });
  const series = [{ event: 'users_trained', measure: { kind: 'property', property: 'people', aggregate: 'sum' } }];
  const definition = { kind: 'trend', series, interval: 'day', period: { last: 30, unit: 'day' }, time_zone: 'UTC' };
  await act(owner, SAVE_SOURCE, {
    input: {
      adoptionPlanId: planId,
      kind: 'BINDING',
      name: 'People trained',
      config: { definition, take: 'total' },
      attributeId: (await trained()).id,
    },
  });
  // No event yet is a count of none, and known at once.
  while ((await trained()).latestValue?.value !== 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const values = [{ attribute: 'completion_rate', value: 85 }];
  await server.own.withKey(SECRET_KEY)('POST', `/api/v1/adoption/plans/${planId}/values`, { values });
  return { planId, plan, training, trained };
}

/** So many people were trained, as a product that collects telemetry says it. */
export function sendTrained(server: AdoptionServer, tenantId: string, people: number) {
  const event = { event_name: 'users_trained', tenant_id: tenantId, properties: { people } };
  return server.own.withKey(WRITE_KEY)('POST', '/api/v1/telemetry/events', event);
}

/** The signature is computed as the Standard Webhooks specification says it, apart from our own code. */
export async function sendWebhook(server: AdoptionServer, planId: string, values: unknown): Promise<Response> {
  const input = { adoptionPlanId: planId, kind: 'WEBHOOK', name: 'CRM', config: {} };
  const { saveSource } = await act<{ saveSource: { source: { webhookUrl: string }; secret: string } }>(
    server.owner,
    SAVE_SOURCE,
    { input },
  );
  const body = JSON.stringify({ values });
  const atSeconds = Math.floor(Date.now() / 1_000);
  const key = Buffer.from(saveSource.secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`msg_1.${atSeconds}.${body}`).digest('base64');
  return fetch(new URL(new URL(saveSource.source.webhookUrl).pathname, server.url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(atSeconds),
      'webhook-signature': `v1,${signature}`,
    },
    body,
  });
}

export async function averageProgress({ owner }: AdoptionServer): Promise<number> {
  const { portfolio } = await act<{ portfolio: { averageCombined: number } }>(
    owner,
    '{ portfolio { averageCombined } }',
  );
  return portfolio.averageCombined;
}
