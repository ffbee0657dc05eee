/** Tells whom a plan names that telemetry finished tasks: by mail and by webhook, as a job that is tried again. */
import { adoptionPlans } from '@uptake/io/control-store/schema';
import type { Jobs } from '@uptake/io/jobs';
import type { Mailer } from '@uptake/io/mail';
import type { Outbound } from '@uptake/io/outbound';
import { eq } from 'drizzle-orm';
import type { AdoptionDependencies } from './dependencies.ts';
import type { News } from './news.ts';

const NOTIFY = 'adoption.notify';
const TIMEOUT_MS = 60_000;
const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 60_000;

export type NotifyDependencies = Pick<AdoptionDependencies, 'controlStore' | 'logger' | 'newId' | 'baseUrl'> & {
  readonly jobs: Jobs;
  readonly mailer: Pick<Mailer, 'send'>;
  readonly outbound: Pick<Outbound, 'request'>;
};

type Payload = News & { readonly id: string };

export function createNotifier(dependencies: NotifyDependencies): (news: News) => void {
  const { jobs, logger, newId } = dependencies;
  jobs.define<Payload>({
    name: NOTIFY,
    maxAttempts: MAX_ATTEMPTS,
    backoffMs: FIRST_PAUSE_MS,
    timeoutMs: TIMEOUT_MS,
    run: (payload, { signal }) => send(dependencies, payload, signal),
  });
  return (news) => {
    const id = newId();
    jobs
      .enqueue<Payload>(NOTIFY, { ...news, id }, { key: id })
      .catch((error: unknown) => logger.warn({ error, plan_id: news.planId }, 'a notification could not be kept'));
  };
}

async function send(dependencies: NotifyDependencies, news: Payload, signal: AbortSignal): Promise<void> {
  const { id, workspaceId, planId, customer, product, tasks } = news;
  const [plan] = await dependencies.controlStore.withWorkspace(workspaceId, (tx) =>
    tx.select().from(adoptionPlans).where(eq(adoptionPlans.id, planId)),
  );
  if (plan === undefined) return;
  const url = `${dependencies.baseUrl}/adoption/plans/${planId}`;
  const names = tasks.map(({ name }) => name).join(', ');
  const lines = tasks.map(({ name, note }) => `- ${name}: ${note}`);
  const told: Told = {
    emails: plan.notifyEmails,
    webhookUrl: plan.notifyWebhookUrl,
    subject: `${customer}: ${names.slice(0, 150)} done`,
    text: `${customer}, ${product}\n\n${lines.join('\n')}\n\n${url}\n`,
    payload: { type: 'adoption.tasks_finished', data: { plan_id: planId, customer, product, tasks, url } },
  };
  await deliver(dependencies, { ...told, id }, signal);
}

/** What is told, and to whom. */
export type Told = {
  readonly emails: readonly string[];
  readonly webhookUrl: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly payload: unknown;
};

/** Throws where another try is worth it. A receiver knows both mail and message by their id. */
export async function deliver(
  { logger, mailer, outbound }: Pick<NotifyDependencies, 'logger' | 'mailer' | 'outbound'>,
  { id, emails, webhookUrl, subject, text, html, payload }: Told & { readonly id: string },
  signal: AbortSignal,
): Promise<void> {
  if (emails.length > 0) {
    const mail = { to: emails, subject, text, ...(html !== undefined && { html }), messageId: `<${id}@uptake>` };
    const result = await mailer.send(mail);
    if (!result.sent) {
      logger.warn({ reason: result.reason }, 'a mail about adoption plans did not leave');
      if (result.isWorthRetrying) throw new Error(result.reason);
    }
  }
  if (webhookUrl === null) return;
  await outbound.request({
    url: webhookUrl,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'webhook-id': id },
    body: JSON.stringify(payload),
    isIdempotent: true,
    tries: 1,
    signal,
  });
}
