/** Secrets that sign messages, taken into use one after the other: of webhooks we receive, and of those we send. */
import { type Principal, Problem } from '@uptake/domain/contract';
import { adoptionNoticeSecrets, telemetrySources } from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';
import { type AdoptionDependencies, auditAct } from './dependencies.ts';
import { noticeSecretsOf, noticesContext } from './notice-signer.ts';
import type { AdoptionService, NoticeSigning } from './port.ts';
import { readOverlapMs, rotateSecrets, type SigningSecrets } from './signing-secrets.ts';
import { lastRunsOf, sourceToModel, stillAhead } from './source-rows.ts';
import type { WebhookConfig } from './sources/webhook-body.ts';
import { credentialsContext, findSource } from './sources.ts';
import { requireAct } from './who.ts';

export type SigningActs = Pick<AdoptionService, 'rotateWebhookSecret' | 'noticeSigning' | 'rotateNoticeSecret'>;

export function createSigning(dependencies: AdoptionDependencies): SigningActs {
  const { controlStore, secrets, nowMs, randomBytes, baseUrl } = dependencies;

  const unseal = (sealed: string, context: string) => JSON.parse(secrets.decrypt(sealed, context)) as SigningSecrets;

  const signingOf = (row: Pick<typeof adoptionNoticeSecrets.$inferSelect, 'since' | 'previousSecretExpiresAt'>) => ({
    since: row.since.toISOString(),
    previousSecretExpiresAt: stillAhead(row.previousSecretExpiresAt, nowMs())?.toISOString(),
  });

  return {
    async rotateWebhookSecret(principal, id, overlapSeconds) {
      requireAct(principal, 'configure');
      const overlapMs = readOverlapMs(overlapSeconds);
      return controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const source = await findSource(tx, principal, id);
        if (source.kind !== 'webhook' || source.sealedCredentials === null)
          throw new Problem('conflict', 'Only webhooks have a secret of ours; enter new credentials instead.');
        if ((source.config as WebhookConfig).signature?.kind === 'stripe')
          throw new Problem('conflict', 'Stripe makes the secret: have it make the next one, and enter that one here.');
        const context = credentialsContext(source.id);
        const before = unseal(source.sealedCredentials, context);
        const rotated = rotateSecrets(before, overlapMs, { nowMs: nowMs(), randomBytes });
        const [row] = await tx
          .update(telemetrySources)
          .set({
            sealedCredentials: secrets.encrypt(JSON.stringify(rotated.secrets), context),
            previousSecretExpiresAt: rotated.previousExpiresAt,
          })
          .where(eq(telemetrySources.id, source.id))
          .returning();
        await auditAct(tx, dependencies, principal, {
          action: 'adoption_source.secret_rotated',
          subject: { kind: 'adoption_source', id: source.id },
          details: { plan_id: source.planId, overlap_seconds: overlapSeconds },
        });
        const runs = await lastRunsOf(tx, [source.id]);
        const model = sourceToModel(row!, runs.get(source.id), { baseUrl, nowMs: nowMs() });
        return { source: model, secret: rotated.secrets.secret };
      });
    },

    async noticeSigning(principal): Promise<NoticeSigning | undefined> {
      requireAct(principal, 'manage');
      const { workspaceId } = principal;
      const row = await controlStore.withWorkspace(workspaceId, (tx) => noticeSecretsOf(tx, workspaceId));
      return row && signingOf(row);
    },

    /** Of all plans, so it is for those who manage them: an admin of one customer could sign for the others. */
    async rotateNoticeSecret(principal: Principal, overlapSeconds: number) {
      requireAct(principal, 'manage');
      const overlapMs = readOverlapMs(overlapSeconds);
      const { workspaceId } = principal;
      return controlStore.withWorkspace(workspaceId, async (tx) => {
        const known = await noticeSecretsOf(tx, workspaceId);
        const context = noticesContext(workspaceId);
        const before = known && unseal(known.sealedSecrets, context);
        const { secrets: fresh, previousExpiresAt } = rotateSecrets(before, overlapMs, {
          nowMs: nowMs(),
          randomBytes,
        });
        const row = {
          sealedSecrets: secrets.encrypt(JSON.stringify(fresh), context),
          since: new Date(nowMs()),
          previousSecretExpiresAt: previousExpiresAt,
        };
        await tx
          .insert(adoptionNoticeSecrets)
          .values({ workspaceId, ...row })
          .onConflictDoUpdate({ target: adoptionNoticeSecrets.workspaceId, set: row });
        await auditAct(tx, dependencies, principal, {
          action: 'adoption_notices.secret_rotated',
          subject: { kind: 'workspace', id: workspaceId },
          details: { overlap_seconds: overlapSeconds },
        });
        return { secret: fresh.secret, signing: signingOf(row) };
      });
    },
  };
}
