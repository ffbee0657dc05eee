/** The two kinds of transaction a control store offers, the same over either driver. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { sql } from 'drizzle-orm';
import { type ControlDatabase, ControlStoreRefused, type ControlTransaction } from './port.ts';

const SYSTEM = 'system';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What the current chain of calls is inside of. */
type Scope = { readonly of: string; readonly tx: ControlTransaction; isOpen: boolean };

export type Transactions = {
  withWorkspace<Result>(workspaceId: string, work: (tx: ControlTransaction) => Promise<Result>): Promise<Result>;
  asSystem<Result>(work: (tx: ControlTransaction) => Promise<Result>): Promise<Result>;
  /** Throws inside a transaction: a query beside it would wait for it forever on a single connection. */
  refuseInsideTransaction(): void;
};

export function openTransactions(database: () => ControlDatabase): Transactions {
  const scopes = new AsyncLocalStorage<Scope>();
  const current = () => {
    const scope = scopes.getStore();
    // Work that outlives its transaction (not awaited) is on its own again.
    return scope?.isOpen ? scope : undefined;
  };

  async function run<Result>(of: string, work: (tx: ControlTransaction) => Promise<Result>): Promise<Result> {
    const outer = current();
    if (outer !== undefined) {
      if (outer.of !== of) throw wrongScope(outer.of, of);
      return outer.tx.transaction((savepoint) => inScope(of, savepoint, work));
    }
    return database().transaction(async (tx) => {
      if (of !== SYSTEM) await enterWorkspace(tx, of);
      return inScope(of, tx, work);
    });
  }

  async function inScope<Result>(
    of: string,
    tx: ControlTransaction,
    work: (tx: ControlTransaction) => Promise<Result>,
  ) {
    const scope: Scope = { of, tx, isOpen: true };
    try {
      return await scopes.run(scope, work, tx);
    } finally {
      scope.isOpen = false;
    }
  }

  return {
    withWorkspace: async (workspaceId, work) => {
      if (!UUID.test(workspaceId)) throw new TypeError(`Not a workspace id: ${JSON.stringify(workspaceId)}`);
      return run(workspaceId.toLowerCase(), work);
    },
    asSystem: (work) => run(SYSTEM, work),
    refuseInsideTransaction: () => {
      const scope = current();
      if (scope !== undefined) throw wrongScope(scope.of, 'none');
    },
  };
}

/** Both last until the end of the transaction, so the connection comes back clean. */
async function enterWorkspace(tx: ControlTransaction, workspaceId: string): Promise<void> {
  await tx.execute(sql`SELECT set_config('uptake.workspace_id', ${workspaceId}, true)`);
  await tx.execute(sql`SET LOCAL ROLE uptake_workspace`);
}

function wrongScope(outer: string, inner: string): ControlStoreRefused {
  return new ControlStoreRefused(
    'wrong_scope',
    `A transaction (scope ${inner}) was begun inside another one (scope ${outer}). Pass the outer transaction on, or finish it first.`,
  );
}
