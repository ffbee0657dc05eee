/** Every morning, one mail to each address and one message to each webhook: what happened to the plans that name them. */
import type { ControlTransaction } from '@uptake/io/control-store';
import {
  adoptionCustomers,
  adoptionHistory,
  adoptionPlanDays,
  adoptionPlans,
  adoptionTasks,
  products,
  sourceRuns,
  telemetryValues,
} from '@uptake/io/control-store/schema';
import { and, count, desc, eq, gt, inArray, lt } from 'drizzle-orm';
import { composeDigest, type PlanDigest, type TaskNews } from './digest.ts';
import type { NotifyDependencies } from './notify.ts';

const COMPOSE = 'adoption.digest';
/** After the night's judging, which begins at two. */
const SCHEDULE = '30 3 * * *';
const DAY_MS = 86_400_000;
const RUNS_LOOKED_AT = 20;
const MILESTONE_KINDS: readonly string[] = ['milestone', 'stalled'];

type Row = {
  readonly plan: typeof adoptionPlans.$inferSelect;
  readonly customer: string;
  readonly product: string;
};

export type Digests = {
  schedule(): Promise<void>;
  /** What is due now; resolves with how many mails and messages were handed to the queue. */
  compose(sinceMs: number): Promise<number>;
};

export function createDigests(dependencies: NotifyDependencies): Digests {
  const { jobs, controlStore, newId, nowMs, deliver } = dependencies;

  async function compose(sinceMs: number): Promise<number> {
    const digests = await digestsSince(sinceMs);
    let told = 0;
    for (const { recipient, plans } of byRecipient(digests)) {
      const digest = composeDigest(plans, new Date(nowMs()).toISOString());
      if (digest === undefined) continue;
      const planIds = plans.map(({ planId }) => planId);
      await deliver({ id: newId(), planIds, ...recipient, ...digest });
      told += 1;
    }
    return told;
  }

  async function digestsSince(sinceMs: number): Promise<readonly Addressed[]> {
    const workspaces = await controlStore.asSystem((tx) =>
      tx
        .selectDistinct({ id: adoptionPlans.workspaceId })
        .from(adoptionPlans)
        .where(eq(adoptionPlans.notifyDigest, true)),
    );
    const all: Addressed[] = [];
    for (const { id } of workspaces) {
      all.push(
        ...(await controlStore.withWorkspace(id, (tx) => digestsOf(tx, new Date(sinceMs), dependencies.baseUrl))),
      );
    }
    return all;
  }

  jobs.define({
    name: COMPOSE,
    maxAttempts: 3,
    backoffMs: 60_000,
    timeoutMs: 10 * 60_000,
    run: async () => {
      const runs = await jobs.history(COMPOSE, RUNS_LOOKED_AT);
      const last = runs.find(({ state }) => state === 'succeeded')?.startedAt?.getTime();
      await compose(last ?? nowMs() - DAY_MS);
    },
  });
  return { compose, schedule: () => jobs.schedule(COMPOSE, SCHEDULE) };
}

type Addressed = { readonly row: Row; readonly digest: PlanDigest };
type Recipient = {
  readonly workspaceId: string;
  readonly emails: readonly string[];
  readonly webhookUrl: string | null;
};

/** Workspaces are never mixed: an address that two of them name is told by each. */
function byRecipient(all: readonly Addressed[]): readonly { recipient: Recipient; plans: readonly PlanDigest[] }[] {
  const found = new Map<string, { recipient: Recipient; plans: PlanDigest[] }>();
  const add = (key: string, recipient: Recipient, digest: PlanDigest) => {
    const same = found.get(key);
    if (same === undefined) found.set(key, { recipient, plans: [digest] });
    else same.plans.push(digest);
  };
  for (const { row, digest } of all) {
    const { workspaceId, notifyEmails, notifyWebhookUrl } = row.plan;
    for (const email of notifyEmails) {
      add(`${workspaceId} mail ${email}`, { workspaceId, emails: [email], webhookUrl: null }, digest);
    }
    if (notifyWebhookUrl !== null) {
      add(`${workspaceId} hook ${notifyWebhookUrl}`, { workspaceId, emails: [], webhookUrl: notifyWebhookUrl }, digest);
    }
  }
  return [...found.values()];
}

async function digestsOf(tx: ControlTransaction, since: Date, baseUrl: string): Promise<readonly Addressed[]> {
  const rows = await tx
    .select({ plan: adoptionPlans, customer: adoptionCustomers.name, product: products.name })
    .from(adoptionPlans)
    .innerJoin(adoptionCustomers, eq(adoptionCustomers.id, adoptionPlans.customerId))
    .innerJoin(products, eq(products.id, adoptionPlans.productId))
    .where(eq(adoptionPlans.notifyDigest, true))
    .orderBy(adoptionCustomers.name, adoptionPlans.name);
  const ids = rows.map(({ plan }) => plan.id);
  if (ids.length === 0) return [];
  const news = await newsOf(tx, ids, since);
  const failures = await failuresOf(tx, ids, since);
  const values = await valuesOf(tx, ids, since);
  const before = await progressBefore(tx, ids, since);
  return rows.map((row) => {
    const { plan } = row;
    const of = (kind: string): readonly TaskNews[] =>
      news.filter((each) => each.planId === plan.id && each.kind === kind).map(({ task, text }) => ({ task, text }));
    const completed = Math.max(plan.tasksDone, plan.tasksRecommended);
    const now = plan.tasksTotal === 0 ? 0 : (completed * 100) / plan.tasksTotal;
    const digest: PlanDigest = {
      planId: plan.id,
      plan: plan.name,
      customer: row.customer,
      product: row.product,
      url: `${baseUrl}/adoption/plans/${plan.id}`,
      valuesStored: values.get(plan.id) ?? 0,
      newlyMet: of('criterion_met'),
      lost: of('criterion_lost'),
      finished: of('auto_status'),
      milestones: news
        .filter(({ planId, kind }) => planId === plan.id && MILESTONE_KINDS.includes(kind))
        .map(({ text }) => text),
      failures: failures.filter(({ planId }) => planId === plan.id).map(({ source, reason }) => ({ source, reason })),
      progress: { now, before: before.get(plan.id) ?? 0 },
    };
    return { row, digest };
  });
}

async function newsOf(tx: ControlTransaction, ids: readonly string[], since: Date) {
  const rows = await tx
    .select({ history: adoptionHistory, task: adoptionTasks.name })
    .from(adoptionHistory)
    .leftJoin(adoptionTasks, eq(adoptionTasks.id, adoptionHistory.taskId))
    .where(
      and(
        inArray(adoptionHistory.planId, [...ids]),
        gt(adoptionHistory.at, since),
        inArray(adoptionHistory.kind, ['criterion_met', 'criterion_lost', 'auto_status', ...MILESTONE_KINDS]),
      ),
    )
    .orderBy(adoptionHistory.sequence);
  return rows.map(({ history, task }) => {
    const name = task ?? 'a task that is gone';
    // The history names the task of an automatic status itself.
    const text = history.text.startsWith(`${name}: `) ? history.text.slice(name.length + 2) : history.text;
    return { planId: history.planId, kind: history.kind, task: name, text };
  });
}

async function failuresOf(tx: ControlTransaction, ids: readonly string[], since: Date) {
  const rows = await tx
    .select({ planId: sourceRuns.planId, source: sourceRuns.sourceName, reason: sourceRuns.reason })
    .from(sourceRuns)
    .where(and(inArray(sourceRuns.planId, [...ids]), eq(sourceRuns.state, 'failed'), gt(sourceRuns.finishedAt, since)))
    .orderBy(sourceRuns.finishedAt);
  return rows.map(({ reason, ...row }) => ({ ...row, reason: reason ?? 'no reason is known' }));
}

async function valuesOf(tx: ControlTransaction, ids: readonly string[], since: Date) {
  const rows = await tx
    .select({ planId: telemetryValues.planId, values: count() })
    .from(telemetryValues)
    .where(and(inArray(telemetryValues.planId, [...ids]), gt(telemetryValues.createdAt, since)))
    .groupBy(telemetryValues.planId);
  return new Map(rows.map(({ planId, values }) => [planId, values]));
}

/** At the end of the day before the digest begins. */
async function progressBefore(tx: ControlTransaction, ids: readonly string[], since: Date) {
  const rows = await tx
    .selectDistinctOn([adoptionPlanDays.planId], {
      planId: adoptionPlanDays.planId,
      percent: adoptionPlanDays.combinedPercent,
    })
    .from(adoptionPlanDays)
    .where(and(inArray(adoptionPlanDays.planId, [...ids]), lt(adoptionPlanDays.day, since.toISOString().slice(0, 10))))
    .orderBy(adoptionPlanDays.planId, desc(adoptionPlanDays.day));
  return new Map(rows.map(({ planId, percent }) => [planId, percent]));
}
