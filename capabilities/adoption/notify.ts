/** Tells whom a plan names what happened to it: a job that writes the message, and one for each receiver. */
import { adoptionPlans } from '@uptake/io/control-store/schema';
import type { Jobs } from '@uptake/io/jobs';
import { eq } from 'drizzle-orm';
import type { Deliver } from './delivery.ts';
import type { AdoptionDependencies, Tell } from './dependencies.ts';
import type { News } from './news.ts';

const NOTIFY = 'adoption.notify';
const TIMEOUT_MS = 60_000;
const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 60_000;

export type NotifyDependencies = Pick<AdoptionDependencies, 'controlStore' | 'newId' | 'baseUrl' | 'nowMs'> & {
  readonly jobs: Jobs;
  readonly deliver: Deliver;
};

type Payload = News & { readonly id: string; readonly atMs: number };

export function createNotifier(dependencies: NotifyDependencies): Tell {
  const { jobs, newId, nowMs } = dependencies;
  jobs.define<Payload>({
    name: NOTIFY,
    maxAttempts: MAX_ATTEMPTS,
    backoffMs: FIRST_PAUSE_MS,
    timeoutMs: TIMEOUT_MS,
    run: (payload) => tellOf(dependencies, payload),
  });
  return async (tx, news) => {
    for (const each of news) await jobs.enqueueIn<Payload>(tx, NOTIFY, { ...each, id: newId(), atMs: nowMs() });
  };
}

async function tellOf({ controlStore, baseUrl, deliver }: NotifyDependencies, news: Payload): Promise<void> {
  const { id, workspaceId, planId, customer, product, atMs } = news;
  const [plan] = await controlStore.withWorkspace(workspaceId, (tx) =>
    tx.select().from(adoptionPlans).where(eq(adoptionPlans.id, planId)),
  );
  if (plan === undefined) return;
  const url = `${baseUrl}/adoption/plans/${planId}`;
  const { type, subject, text, data } = wordsOf(news);
  await deliver({
    id,
    workspaceId,
    planIds: [planId],
    emails: plan.notifyEmails,
    webhookUrl: plan.notifyWebhookUrl,
    subject: `${customer}: ${subject}`,
    text: `${customer}, ${product}\n\n${text}\n\n${url}\n`,
    payload: {
      type,
      timestamp: new Date(atMs).toISOString(),
      data: { plan_id: planId, plan: plan.name, customer, product, ...data, url },
    },
  });
}

type Words = { readonly type: string; readonly subject: string; readonly text: string; readonly data: object };

function wordsOf(news: News): Words {
  switch (news.kind) {
    case 'tasks_finished': {
      const names = news.tasks.map(({ name }) => name).join(', ');
      const lines = news.tasks.map(({ name, note }) => `- ${name}: ${note}`);
      return {
        type: 'adoption.tasks_finished',
        subject: `${names.slice(0, 150)} done`,
        text: lines.join('\n'),
        data: { tasks: news.tasks },
      };
    }
    case 'milestone_reached': {
      const { percent, completed, total } = news;
      return {
        type: 'adoption.milestone_reached',
        subject: `${percent}% reached`,
        text: `${completed} of ${total} tasks are done, or telemetry finds them done.`,
        data: { percent, completed, total },
      };
    }
    case 'plan_stalled': {
      const { days, nextStep } = news;
      return {
        type: 'adoption.plan_stalled',
        subject: `no progress for ${days} days`,
        text: `No task was done and no criterion came to be met for ${days} days.\nNext: ${nextStep}`,
        data: { days, next_step: nextStep },
      };
    }
  }
}
