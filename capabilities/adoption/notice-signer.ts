/** Signs what is sent to webhooks of plans, as Standard Webhooks says: with the secret of the workspace, and the one before it. */
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionNoticeSecrets } from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';
import type { AdoptionDependencies } from './dependencies.ts';
import { rotateSecrets, type SigningSecrets, secretsInUse } from './signing-secrets.ts';
import { keyOfSecret, signWebhook } from './sources/webhook-signature.ts';

export type SignNotice = (
  workspaceId: string,
  message: { readonly id: string; readonly body: string },
) => Promise<Readonly<Record<string, string>>>;

export type SignerDependencies = Pick<AdoptionDependencies, 'controlStore' | 'secrets' | 'nowMs' | 'randomBytes'>;
type NoticeSecretsRow = typeof adoptionNoticeSecrets.$inferSelect;

export const noticesContext = (workspaceId: string) => `adoption_notices:${workspaceId}:secrets`;

/** Resolves with the headers. The time is that of the try; the id stays, so that a receiver knows a repetition. */
export function createNoticeSigner(dependencies: SignerDependencies): SignNotice {
  const { controlStore, secrets, nowMs } = dependencies;
  return async (workspaceId, { id, body }) => {
    const row = await controlStore.withWorkspace(workspaceId, (tx) => secretsToSignWith(tx, workspaceId, dependencies));
    const sealed = JSON.parse(secrets.decrypt(row.sealedSecrets, noticesContext(workspaceId))) as SigningSecrets;
    const message = { id, atSeconds: Math.floor(nowMs() / 1_000), body: Buffer.from(body) };
    const inUse = secretsInUse(sealed, row.previousSecretExpiresAt, nowMs());
    const signatures = inUse.flatMap((secret) => keyOfSecret(secret) ?? []).map((key) => signWebhook(message, key));
    return {
      'webhook-id': id,
      'webhook-timestamp': String(message.atSeconds),
      'webhook-signature': signatures.join(' '),
    };
  };
}

export async function noticeSecretsOf(
  tx: ControlTransaction,
  workspaceId: string,
): Promise<NoticeSecretsRow | undefined> {
  const rows = await tx
    .select()
    .from(adoptionNoticeSecrets)
    .where(eq(adoptionNoticeSecrets.workspaceId, workspaceId))
    .for('update');
  return rows[0];
}

/** The first message makes a secret nobody was shown: whoever wants to check signatures rotates it. */
async function secretsToSignWith(
  tx: ControlTransaction,
  workspaceId: string,
  { secrets, nowMs, randomBytes }: SignerDependencies,
): Promise<NoticeSecretsRow> {
  const known = await noticeSecretsOf(tx, workspaceId);
  if (known !== undefined) return known;
  const made = rotateSecrets(undefined, 0, { nowMs: nowMs(), randomBytes });
  const sealedSecrets = secrets.encrypt(JSON.stringify(made.secrets), noticesContext(workspaceId));
  await tx
    .insert(adoptionNoticeSecrets)
    .values({ workspaceId, sealedSecrets, since: new Date(nowMs()) })
    .onConflictDoNothing();
  // Another message may have been first.
  return (await noticeSecretsOf(tx, workspaceId))!;
}
