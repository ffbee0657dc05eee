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

async function send(
  { controlStore, logger, mailer, outbound, baseUrl }: NotifyDependencies,
  { id, workspaceId, planId, customer, product, tasks }: Payload,
  signal: AbortSignal,
): Promise<void> {
  const [plan] = await controlStore.withWorkspace(workspaceId, (tx) =>
    tx.select().from(adoptionPlans).where(eq(adoptionPlans.id, planId)),
  );
  if (plan === undefined) return;
  const url = `${baseUrl}/adoption/plans/${planId}`;
  if (plan.notifyEmails.length > 0) {
    const names = tasks.map(({ name }) => name).join(', ');
    const lines = tasks.map(({ name, note }) => `- ${name}: ${note}`);
    const result = await mailer.send({
      to: plan.notifyEmails,
      subject: `${customer}: ${names.slice(0, 150)} done`,
      text: `${customer}, ${product}\n\n${lines.join('\n')}\n\n${url}\n`,
      messageId: `<${id}@uptake>`,
    });
    if (!result.sent) {
      logger.warn({ plan_id: planId, reason: result.reason }, 'a mail about finished tasks did not leave');
      if (result.isWorthRetrying) throw new Error(result.reason);
    }
  }
  if (plan.notifyWebhookUrl === null) return;
  // The receiver knows a message by its id, so a mail that is tried again makes no second one of it.
  await outbound.request({
    url: plan.notifyWebhookUrl,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'webhook-id': id },
    body: JSON.stringify({ type: 'adoption.tasks_finished', data: { plan_id: planId, customer, product, tasks, url } }),
    isIdempotent: true,
    tries: 1,
    signal,
  });
}
