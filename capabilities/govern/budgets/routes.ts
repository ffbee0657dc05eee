/** REST for budgets: what an environment may keep, and what that means for each flow right now. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type InputError, type Principal, Problem } from '@uptake/domain/contract';
import type { Budget } from '@uptake/domain/sampling';
import { Type } from 'typebox';
import type { AccessReadModel, AuditActor, EnvironmentOfWorkspace } from '../../access/read-model.ts';
import type { AtWork } from './at-work.ts';
import type { BudgetStore } from './store.ts';
import { answerOf, BudgetAnswer, BudgetBody, budgetOf, budgetToWire } from './wire.ts';

export type BudgetRoutesDependencies = {
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf' | 'audit'>;
  readonly store: BudgetStore;
  readonly atWork: AtWork;
  readonly nowMs: () => number;
  /** 32 random bits. */
  readonly randomSeed: () => number;
};

const tags = ['govern'];
const path = '/api/v1/budgets';
const EnvironmentQuery = Type.Object({ environment_id: Type.String({ format: 'uuid' }) });

export function budgetRoutes(dependencies: BudgetRoutesDependencies): FastifyPluginAsyncTypebox {
  const { access, store, atWork, nowMs, randomSeed } = dependencies;
  const allow = ['secret_key', 'member'] as const;

  async function environmentOf({ workspaceId }: Principal, id: string): Promise<EnvironmentOfWorkspace> {
    const environment = (await access.environmentsOf(workspaceId)).find((each) => each.id === id.toLowerCase());
    if (environment === undefined) throw new Problem('not_found', 'The workspace has no environment with this id.');
    return environment;
  }
  const audit = (principal: Principal, action: string, environmentId: string, details: Record<string, unknown>) =>
    access.audit({
      workspaceId: principal.workspaceId,
      actor: actorOf(principal),
      action,
      subject: { kind: 'environment', id: environmentId },
      details,
    });

  return async (app) => {
    app.get(
      path,
      {
        schema: {
          tags,
          summary: 'The budget of an environment, and how likely each of its flows is kept and why',
          querystring: EnvironmentQuery,
          response: { 200: BudgetAnswer },
        },
      },
      async (request) => {
        const principal = await access.authenticateRequest(request, { allow, scope: 'read' });
        const { id } = await environmentOf(principal, request.query.environment_id);
        return answerOf(id, await store.read(principal.workspaceId, id), atWork.controllerOf(id));
      },
    );

    app.put(
      path,
      {
        schema: {
          tags,
          summary: 'Set what an environment may keep a day, as a whole and by feature area',
          body: BudgetBody,
          response: { 200: BudgetAnswer },
        },
      },
      async (request) => {
        const principal = await access.authenticateRequest(request, { allow, scope: 'admin' });
        const { id, productId, policy } = await environmentOf(principal, request.body.environment_id);
        const budget = budgetOf(request.body);
        refuse(budget, policy);
        const before = await store.read(principal.workspaceId, id);
        const revision = request.body.revision ?? before?.revision ?? 0;
        const stored = {
          environmentId: id,
          workspaceId: principal.workspaceId,
          budget,
          // The same seed: an event that is sent again meets the same draw.
          seed: before?.seed ?? randomSeed(),
          revision,
        };
        await store.write({ ...stored, productId, nowMs: nowMs() });
        await atWork.put({ ...stored, revision: revision + 1 });
        await audit(principal, 'budget.changed', id, {
          before: before === undefined ? null : budgetToWire(before.budget),
          after: budgetToWire(budget),
        });
        return answerOf(id, { budget, revision: revision + 1 }, atWork.controllerOf(id));
      },
    );

    app.delete(
      path,
      {
        schema: {
          tags,
          summary: 'Keep everything again',
          querystring: EnvironmentQuery,
          response: { 200: BudgetAnswer },
        },
      },
      async (request) => {
        const principal = await access.authenticateRequest(request, { allow, scope: 'admin' });
        const { id } = await environmentOf(principal, request.query.environment_id);
        const before = await store.read(principal.workspaceId, id);
        if (await store.remove(principal.workspaceId, id)) {
          atWork.remove(id);
          await audit(principal, 'budget.removed', id, { before: before && budgetToWire(before.budget) });
        }
        return answerOf(id, undefined, undefined);
      },
    );
  };
}

function refuse({ eventsPerDay, areas }: Budget, policy: EnvironmentOfWorkspace['policy']): void {
  const errors: InputError[] = [];
  if (policy === 'ledger') {
    errors.push({ path: '/environment_id', message: 'keeps a ledger, and of a ledger every row is kept' });
  }
  if (eventsPerDay === null && areas.length === 0) {
    errors.push({ path: '/events_per_day', message: 'must be a number where no feature area has a budget of its own' });
  }
  areas.forEach(({ featureArea }, index) => {
    if (areas.findIndex((area) => area.featureArea === featureArea) < index) {
      errors.push({ path: `/areas/${index}/feature_area`, message: `names "${featureArea}" a second time` });
    }
  });
  if (errors.length === 0) return;
  throw new Problem('invalid_request', errors.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; '), {
    errors,
  });
}

function actorOf(principal: Principal): AuditActor {
  if (principal.kind === 'member') return { kind: 'member', id: principal.userId };
  return { kind: 'secret_key', id: principal.keyId };
}
