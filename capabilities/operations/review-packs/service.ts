/** Review packs: requested by a person or a key, made by a job, kept until they are deleted. */
import { type Principal, Problem } from '@uptake/domain/contract';
import { initiatorOf, milestones, type RecordMilestone } from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import type { EventStore } from '@uptake/io/event-store';
import type { Jobs } from '@uptake/io/jobs';
import type { AccessReadModel, EnvironmentOfWorkspace } from '../../access/read-model.ts';
import type { Freshness } from '../../collect/read-model.ts';
import { actorOf } from '../reports/service.ts';
import { askContents, type PeopleOver } from './contents.ts';
import { type ReviewPeriod, type TotalsRow, totalsQuestion } from './review-pack.query.ts';
import { createReviewPackStore, type ReviewPack } from './store.ts';

export type ReviewPacksDependencies = {
  readonly controlStore: ControlStore;
  readonly eventStore: Pick<EventStore, 'ask'>;
  readonly access: Pick<AccessReadModel, 'environmentsOf' | 'audit'>;
  readonly jobs: Pick<Jobs, 'define' | 'enqueue'>;
  readonly freshness: () => Promise<Freshness>;
  readonly peopleOver: PeopleOver;
  readonly record: RecordMilestone;
  /** Takes what could be personal out of what people write and of what errors say. */
  readonly scrub: (text: string) => string;
  readonly nowMs: () => number;
  /** How long raw events are kept. */
  readonly retentionDays: number;
};

export type WantedReviewPack = {
  readonly tenantId: string;
  readonly environmentId: string | undefined;
  readonly title: string | undefined;
  readonly period: ReviewPeriod;
};

export type ReviewPacks = {
  /** Rejects with `not_found` where the tenant did nothing in the period, and `invalid_request` where it is not kept any more. */
  request(principal: Principal, wanted: WantedReviewPack): Promise<ReviewPack>;
  list(workspaceId: string): Promise<readonly ReviewPack[]>;
  find(workspaceId: string, id: string): Promise<ReviewPack>;
  /** Written down: a pack that leaves the house is about a customer. */
  noteDownload(principal: Principal, pack: ReviewPack, format: string): Promise<void>;
  remove(principal: Principal, id: string): Promise<void>;
};

export const MAKE_REVIEW_PACK = 'operations.review-pack';
const MAX_ATTEMPTS = 4;
const DAY_MS = 86_400_000;

type Payload = { readonly workspaceId: string; readonly id: string };

export function createReviewPacks(dependencies: ReviewPacksDependencies): ReviewPacks {
  const { controlStore, eventStore, access, jobs, freshness, record, scrub, nowMs, retentionDays } = dependencies;
  const store = createReviewPackStore(controlStore);
  const keptFromMs = () => nowMs() - retentionDays * DAY_MS;

  jobs.define<Payload>({
    name: MAKE_REVIEW_PACK,
    maxAttempts: MAX_ATTEMPTS,
    backoffMs: 2_000,
    timeoutMs: 5 * 60_000,
    run: async ({ workspaceId, id }, { attempt }) => {
      const pack = await store.find(workspaceId, id);
      if (pack === undefined || pack.state === 'ready') return;
      try {
        await store.finish(pack, { contents: await make(pack) }, new Date(nowMs()));
      } catch (error) {
        const why = error instanceof Error ? error.message : 'unknown';
        if (attempt >= MAX_ATTEMPTS) await store.finish(pack, { error: scrub(why).slice(0, 500) }, new Date(nowMs()));
        throw error;
      }
    },
  });

  async function make(pack: ReviewPack) {
    const environments = await access.environmentsOf(pack.workspaceId);
    const environment = environments.find(({ id }) => id === pack.environmentId);
    return askContents(eventStore, freshness, dependencies.peopleOver, {
      scope: scopeOf(pack.workspaceId, pack.environmentId ?? undefined, pack.tenantId),
      environment: environment === undefined ? null : `${environment.productName} ${environment.name}`,
      period: { fromMs: pack.periodFrom.getTime(), toMs: pack.periodTo.getTime() },
      keptFromMs: keptFromMs(),
    });
  }

  async function refuseEmpty(
    principal: Principal,
    { tenantId, environmentId, period }: WantedReviewPack,
  ): Promise<void> {
    if (period.fromMs < keptFromMs()) {
      const from = new Date(keptFromMs() + DAY_MS).toISOString().slice(0, 10);
      const detail = `Raw events are kept for ${retentionDays} days, so the period can begin on ${from} at the earliest.`;
      throw new Problem('invalid_request', detail, { errors: [{ path: '/period/from', message: detail }] });
    }
    const scope = scopeOf(principal.workspaceId, environmentId, tenantId);
    const [totals] = await eventStore.ask<TotalsRow>(totalsQuestion(scope, period));
    if (totals !== undefined && totals.events > 0) return;
    throw new Problem(
      'not_found',
      'No event of this tenant happened in this period; check the tenant and the environment.',
    );
  }

  return {
    async request(principal, wanted) {
      const { workspaceId } = principal;
      refuseForeign(await access.environmentsOf(workspaceId), wanted.environmentId);
      await refuseEmpty(principal, wanted);
      const pack = await store.insert({
        workspaceId,
        environmentId: wanted.environmentId ?? null,
        tenantId: wanted.tenantId,
        title: scrub(wanted.title ?? `Review of ${wanted.tenantId}`),
        periodFrom: new Date(wanted.period.fromMs),
        periodTo: new Date(wanted.period.toMs),
        requestedAt: new Date(nowMs()),
        requestedBy: actorOf(principal).id,
      });
      await access.audit(entry(principal, pack, 'review_pack.requested'));
      await jobs.enqueue<Payload>(MAKE_REVIEW_PACK, { workspaceId, id: pack.id }, { key: pack.id });
      record(initiatorOf(principal), milestones.reviewPackRequested(pack.id));
      return pack;
    },
    list: (workspaceId) => store.list(workspaceId),
    async find(workspaceId, id) {
      const pack = await store.find(workspaceId, id);
      if (pack === undefined) throw new Problem('not_found', 'There is no such review pack in this workspace.');
      return pack;
    },
    noteDownload: (principal, pack, format) =>
      access.audit({ ...entry(principal, pack, 'review_pack.downloaded'), details: { format } }),
    async remove(principal, id) {
      if (!(await store.remove(principal.workspaceId, id))) {
        throw new Problem('not_found', 'There is no such review pack in this workspace.');
      }
      await access.audit(entry(principal, { id }, 'review_pack.deleted'));
    },
  };
}

function entry(principal: Principal, pack: Pick<ReviewPack, 'id'>, action: string) {
  return {
    workspaceId: principal.workspaceId,
    actor: actorOf(principal),
    action,
    subject: { kind: 'review_pack', id: pack.id },
  };
}

function scopeOf(workspaceId: string, environmentId: string | undefined, tenantId: string) {
  return { workspaceId, tenantId, ...(environmentId === undefined ? {} : { environmentId }) };
}

function refuseForeign(environments: readonly EnvironmentOfWorkspace[], environmentId: string | undefined): void {
  if (environmentId === undefined || environments.some(({ id }) => id === environmentId)) return;
  throw new Problem('not_found', 'The workspace has no environment with this id.');
}
