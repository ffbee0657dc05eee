/** Webhooks in: genuine by their signature, young enough, and each message taken once. */
import { Problem } from '@uptake/domain/contract';
import { adoptionPlans, telemetrySources } from '@uptake/io/control-store/schema';
import { and, eq } from 'drizzle-orm';
import type { AdoptionDependencies } from './dependencies.ts';
import { type SigningSecrets, secretsInUse } from './signing-secrets.ts';
import { verifySender } from './sources/sender-signature.ts';
import { readWebhookBody, type WebhookConfig } from './sources/webhook-body.ts';
import type { WebhookHeaders } from './sources/webhook-signature.ts';
import { credentialsContext } from './sources.ts';
import { uuidOr } from './store/plan-state.ts';
import type { Supplied, TakeSupply } from './supply.ts';
import { SYSTEM } from './who.ts';

export type Received = {
  /** Undefined where the message is of no concern to the source. */
  readonly supplied: Supplied | undefined;
  /** What of the body was left out, in words. */
  readonly notices: readonly string[];
};
export type ReceiveWebhook = (sourceId: string, headers: WebhookHeaders, body: Buffer) => Promise<Received>;

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
    const { id, workspaceId, planId, previousSecretExpiresAt } = found.source;
    // What is kept was read by `readConfig` when it was saved.
    const config = found.source.config as WebhookConfig;
    const credentials = JSON.parse(secrets.decrypt(sealed, credentialsContext(id))) as SigningSecrets;
    const inUse = secretsInUse(credentials, previousSecretExpiresAt, nowMs());
    const verified = verifySender(config.signature, { headers, body, secrets: inUse, nowMs: nowMs() });
    if (!verified.ok) throw new Problem('unauthenticated', verified.reason);
    if (!found.source.isEnabled || !found.isEnabled)
      throw new Problem('conflict', 'This source, or the telemetry of its plan, is switched off.');
    const read = readWebhookBody(config, body);
    if (read.kind === 'other') return { supplied: undefined, notices: [read.reason] };
    const supplied = await supply({
      workspaceId,
      planId,
      rows: read.rows,
      source: 'webhook',
      sourceId: id,
      by: SYSTEM,
      // Ids are unique to their sender, so the source is part of what must not come twice.
      idempotencyKey: `${id}:${verified.id}`.slice(0, 300),
    });
    return { supplied, notices: read.notices };
  };
}
