/** Who operates this installation: people who may look at it as a whole, whatever workspaces they belong to. */
import { Problem } from '@uptake/domain/contract';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { operators, users } from '@uptake/io/control-store/schema';
import { asc, eq } from 'drizzle-orm';
import { recordAudit } from './audit.ts';
import type { AuditActor } from './read-model.ts';

export type Operator = {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly addedAt: Date;
};

export type Operators = {
  /** Longest-standing first. */
  list(): Promise<readonly Operator[]>;
  isOperator(userId: string): Promise<boolean>;
  /** The person must have an account here. Adding one who is an operator already changes nothing. */
  add(email: string, actor: AuditActor): Promise<Operator>;
  /** The last one stays: nobody could add another. */
  remove(userId: string, actor: AuditActor): Promise<void>;
};

export function createOperators(dependencies: { controlStore: ControlStore; nowMs: () => number }): Operators {
  const { controlStore, nowMs } = dependencies;

  const listed = (tx: ControlTransaction) =>
    tx
      .select({ userId: operators.userId, email: users.email, name: users.name, addedAt: operators.addedAt })
      .from(operators)
      .innerJoin(users, eq(users.id, operators.userId))
      .orderBy(asc(operators.addedAt), asc(users.email));

  return {
    list: () => controlStore.asSystem(listed),

    isOperator: (userId) =>
      controlStore.asSystem(async (tx) => {
        const rows = await tx.select({ id: operators.userId }).from(operators).where(eq(operators.userId, userId));
        return rows.length > 0;
      }),

    add: (email, actor) =>
      controlStore.asSystem(async (tx) => {
        const [person] = await tx.select().from(users).where(eq(users.email, email.trim().toLowerCase()));
        if (person === undefined) {
          throw new Problem(
            'not_found',
            'Nobody here has this email address; make them a member of a workspace first.',
          );
        }
        await insertOperator(tx, person.id, actor, nowMs());
        const all = await listed(tx);
        return all.find(({ userId }) => userId === person.id)!;
      }),

    remove: (userId, actor) =>
      controlStore.asSystem(async (tx) => {
        // Locked, so that two operators cannot remove each other at once.
        const present = await tx.select().from(operators).for('update');
        if (!present.some((operator) => operator.userId === userId)) {
          throw new Problem('not_found', 'This person does not operate the installation.');
        }
        if (present.length === 1) throw new Problem('conflict', 'The last operator stays: nobody could add another.');
        await tx.delete(operators).where(eq(operators.userId, userId));
        await recordAudit(tx, { actor, action: 'operator.removed', subject: { kind: 'user', id: userId } }, nowMs());
      }),
  };
}

export async function insertOperator(
  tx: ControlTransaction,
  userId: string,
  actor: AuditActor,
  nowMs: number,
): Promise<void> {
  const addedBy = actor.kind === 'member' ? actor.id : null;
  const added = await tx
    .insert(operators)
    .values({ userId, addedBy, addedAt: new Date(nowMs) })
    .onConflictDoNothing()
    .returning();
  if (added.length === 0) return;
  await recordAudit(tx, { actor, action: 'operator.added', subject: { kind: 'user', id: userId } }, nowMs);
}
