/** Webhooks in: genuine by their signature, young enough, and each message taken once. */
import { Problem } from '@uptake/domain/contract';
import { adoptionPlans, telemetrySources } from '@uptake/io/control-store/schema';
import { and, eq } from 'drizzle-orm';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { AdoptionDependencies } from './dependencies.ts';
import type { SourceRow as ValueRow } from './map-rows.ts';
import { keyOfSecret, REFUSALS, verifyWebhook, type WebhookHeaders } from './sources/webhook-signature.ts';
import { credentialsContext } from './sources.ts';
import { uuidOr } from './store/plan-state.ts';
import type { Supplied, TakeSupply } from './supply.ts';
import { SYSTEM } from './who.ts';

export type ReceiveWebhook = (sourceId: string, headers: WebhookHeaders, body: Buffer) => Promise<Supplied>;

const Body = Type.Object({
  values: Type.Array(
    Type.Object(
      {
        task: Type.Optional(Type.String()),
        attribute: Type.String(),
        value: Type.Unknown(),
        day: Type.Optional(Type.String()),
        notes: Type.Optional(Type.String()),
      },
      { additionalProperties: false },
    ),
    { minItems: 1, maxItems: 10_000 },
  ),
});

export function createWebhooks(
  { controlStore, secrets, nowMs }: Pick<AdoptionDependencies, 'controlStore' | 'secrets' | 'nowMs'>,
  supply: TakeSupply,
): ReceiveWebhook {
  return async (sourceId, headers, body) => {
    const [found] = await controlStore.asSystem((tx) =>
      tx
        .select({ source: telemetrySources, isEnabled: adoptionPlans.telemetryEnabled })
        .from(telemetrySources)
        .innerJoin(adoptionPlans, eq(adoptionPlans.id, telemetrySources.planId))
        .where(and(eq(telemetrySources.id, uuidOr(sourceId)), eq(telemetrySources.kind, 'webhook'))),
    );
    const sealed = found?.source.sealedCredentials ?? undefined;
    if (found === undefined || sealed === undefined) throw new Problem('not_found', 'There is no such webhook.');
    const { secret } = JSON.parse(secrets.decrypt(sealed, credentialsContext(found.source.id))) as { secret: string };
    const key = keyOfSecret(secret);
    const verified = verifyWebhook(headers, body, key === undefined ? [] : [key], nowMs());
    if (!verified.ok) throw new Problem('unauthenticated', REFUSALS[verified.refusal]);
    if (!found.source.isEnabled || !found.isEnabled)
      throw new Problem('conflict', 'This source, or the telemetry of its plan, is switched off.');
    const { workspaceId, planId } = found.source;
    return supply({
      workspaceId,
      planId,
      rows: rowsOf(body),
      source: 'webhook',
      sourceId: found.source.id,
      by: SYSTEM,
      // Ids are unique to their sender, so the source is part of what must not come twice.
      idempotencyKey: `${found.source.id}:${verified.id}`.slice(0, 300),
    });
  };
}

function rowsOf(body: Buffer): readonly ValueRow[] {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Problem('invalid_json', 'The body of the webhook is no JSON.');
  }
  if (!Check(Body, json)) {
    const shape = '{"values": [{"attribute": "users_trained", "value": 45}]}';
    throw new Problem('invalid_request', `The body has another shape than ${shape}.`);
  }
  return json.values;
}
