/** Where budgets and the state of their controllers are kept. */
import { Problem } from '@uptake/domain/contract';
import type { Budget, SavedController } from '@uptake/domain/sampling';
import type { ControlStore } from '@uptake/io/control-store';
import { budgetStates, budgets } from '@uptake/io/control-store/schema';
import { and, eq } from 'drizzle-orm';

export type StoredBudget = {
  readonly environmentId: string;
  readonly workspaceId: string;
  readonly budget: Budget;
  /** 32 bits the draws of this environment are made with; new with each change of the budget. */
  readonly seed: number;
  readonly revision: number;
};

export type BudgetStore = {
  /** Of every workspace: what this process has to keep to. */
  all(): Promise<readonly (StoredBudget & { readonly state: SavedController | undefined })[]>;
  read(workspaceId: string, environmentId: string): Promise<StoredBudget | undefined>;
  /** `revision`: the one the change was made to, 0 for none; throws `conflict` where somebody was faster. */
  write(entry: StoredBudget & { readonly productId: string; readonly nowMs: number }): Promise<void>;
  remove(workspaceId: string, environmentId: string): Promise<boolean>;
  saveState(workspaceId: string, environmentId: string, state: SavedController, nowMs: number): Promise<void>;
};

export function createBudgetStore(controlStore: ControlStore): BudgetStore {
  return {
    all: () =>
      controlStore.asSystem(async (tx) => {
        const rows = await tx
          .select()
          .from(budgets)
          .leftJoin(budgetStates, eq(budgetStates.environmentId, budgets.environmentId));
        return rows.map((row) => ({ ...storedOf(row.budgets), state: row.budget_states?.state }));
      }),

    read: (workspaceId, environmentId) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [row] = await tx.select().from(budgets).where(eq(budgets.environmentId, environmentId));
        return row === undefined ? undefined : storedOf(row);
      }),

    write: ({ environmentId, workspaceId, productId, budget, seed, revision, nowMs }) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const values = { budget, seed, revision: revision + 1, updatedAt: new Date(nowMs) };
        const written =
          revision === 0
            ? await tx
                .insert(budgets)
                .values({ environmentId, workspaceId, productId, ...values })
                .onConflictDoNothing()
                .returning()
            : await tx
                .update(budgets)
                .set(values)
                .where(and(eq(budgets.environmentId, environmentId), eq(budgets.revision, revision)))
                .returning();
        if (written.length === 0) throw new Problem('conflict', 'This budget was changed by somebody else meanwhile.');
      }),

    remove: (workspaceId, environmentId) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const removed = await tx.delete(budgets).where(eq(budgets.environmentId, environmentId)).returning();
        return removed.length > 0;
      }),

    saveState: (workspaceId, environmentId, state, nowMs) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        // The budget may have been removed while its state was on its way; then there is nothing to keep it for.
        const [budget] = await tx
          .select({ id: budgets.environmentId })
          .from(budgets)
          .where(eq(budgets.environmentId, environmentId));
        if (budget === undefined) return;
        const values = { state, savedAt: new Date(nowMs) };
        await tx
          .insert(budgetStates)
          .values({ environmentId, workspaceId, ...values })
          .onConflictDoUpdate({ target: budgetStates.environmentId, set: values });
      }),
  };
}

function storedOf(row: typeof budgets.$inferSelect): StoredBudget {
  const { environmentId, workspaceId, budget, seed, revision } = row;
  return { environmentId, workspaceId, budget, seed, revision };
}
