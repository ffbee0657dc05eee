/** Who belongs to a workspace, and in which role. */
import { type MemberRole, Problem } from '@uptake/domain/contract';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { memberships, sessions, users } from '@uptake/io/control-store/schema';
import { and, asc, eq } from 'drizzle-orm';
import { recordAudit } from './audit.ts';
import { makePassword, type RandomBytes } from './key-format.ts';
import { ensurePerson } from './people.ts';
import type { AuditActor } from './read-model.ts';

export type NewMember = {
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  /** Generated where absent. */
  readonly password?: string | undefined;
  /** Refuse one who is a member already, instead of changing their role. */
  readonly mustBeNew?: boolean | undefined;
};

export type MemberRow = {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  readonly joinedAt: Date;
};

export type Members = {
  /** Oldest membership first. */
  list(workspaceId: string): Promise<readonly MemberRow[]>;
  /** Throws `not_found`. */
  read(workspaceId: string, userId: string): Promise<MemberRow>;
  /** The last owner keeps their role. */
  changeRole(workspaceId: string, userId: string, role: MemberRole, actor: AuditActor): Promise<void>;
  /**
   * Adds a person, or changes the role of one who is a member already. `password` is returned where one was generated
   * for a person who is new to this installation, and cannot be shown again.
   */
  add(
    workspaceId: string,
    member: NewMember,
    actor: AuditActor,
  ): Promise<{ userId: string; password: string | undefined }>;
  /** Takes the membership away and ends the person's sessions. The last owner stays. */
  remove(workspaceId: string, userId: string, actor: AuditActor): Promise<void>;
};

export type MembersDependencies = {
  readonly controlStore: ControlStore;
  readonly randomBytes: RandomBytes;
  readonly nowMs: () => number;
};

const NO_SUCH_MEMBER = 'There is no such member in this workspace.';

export function createMembers({ controlStore, randomBytes, nowMs }: MembersDependencies): Members {
  // As system: people exist across workspaces, so the workspace role cannot see them.
  const membersOf = (workspaceId: string, userId?: string): Promise<MemberRow[]> =>
    controlStore.asSystem((tx) =>
      tx
        .select({
          userId: users.id,
          email: users.email,
          name: users.name,
          role: memberships.role,
          joinedAt: memberships.createdAt,
        })
        .from(memberships)
        .innerJoin(users, eq(users.id, memberships.userId))
        .where(and(eq(memberships.workspaceId, workspaceId), userId === undefined ? undefined : eq(users.id, userId)))
        .orderBy(asc(memberships.createdAt), asc(users.email)),
    );

  return {
    list: (workspaceId) => membersOf(workspaceId),

    read: async (workspaceId, userId) => {
      const [member] = await membersOf(workspaceId, userId);
      if (member === undefined) throw new Problem('not_found', NO_SUCH_MEMBER);
      return member;
    },

    changeRole: (workspaceId, userId, role, actor) =>
      controlStore.asSystem(async (tx) => {
        const present = await findMembership(tx, workspaceId, userId);
        if (present === undefined) throw new Problem('not_found', NO_SUCH_MEMBER);
        if (present.role === role) return;
        if (present.role === 'owner') await refuseLastOwner(tx, workspaceId);
        await tx.update(memberships).set({ role }).where(eq(memberships.id, present.id));
        const details = { before: { role: present.role }, after: { role } };
        const subject = { kind: 'user', id: userId };
        await recordAudit(tx, { workspaceId, actor, action: 'member.role_changed', subject, details }, nowMs());
      }),

    add: (workspaceId, { email, name, role, password, mustBeNew }, actor) =>
      controlStore.asSystem(async (tx) => {
        const chosen = password ?? makePassword(randomBytes);
        const person = await ensurePerson(tx, { email, name, password: chosen });
        const present = await findMembership(tx, workspaceId, person.id);
        if (present !== undefined && mustBeNew === true) {
          throw new Problem('conflict', 'This person is a member of the workspace already; change their role instead.');
        }
        if (present?.role === 'owner' && role !== 'owner') await refuseLastOwner(tx, workspaceId);
        await tx
          .insert(memberships)
          .values({ workspaceId, userId: person.id, role, createdAt: new Date(nowMs()) })
          .onConflictDoUpdate({ target: [memberships.workspaceId, memberships.userId], set: { role } });
        const action = present === undefined ? 'member.added' : 'member.role_changed';
        const subject = { kind: 'user', id: person.id };
        await recordAudit(tx, { workspaceId, actor, action, subject, details: { role } }, nowMs());
        return { userId: person.id, password: person.isNew && password === undefined ? chosen : undefined };
      }),

    remove: (workspaceId, userId, actor) =>
      controlStore.asSystem(async (tx) => {
        const present = await findMembership(tx, workspaceId, userId);
        if (present === undefined) throw new Problem('not_found', NO_SUCH_MEMBER);
        if (present.role === 'owner') await refuseLastOwner(tx, workspaceId);
        await tx.delete(memberships).where(eq(memberships.id, present.id));
        await tx.delete(sessions).where(eq(sessions.userId, userId));
        const subject = { kind: 'user', id: userId };
        await recordAudit(tx, { workspaceId, actor, action: 'member.removed', subject }, nowMs());
      }),
  };
}

async function findMembership(tx: ControlTransaction, workspaceId: string, userId: string) {
  const [row] = await tx
    .select()
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
  return row;
}

/** A workspace without an owner could be neither managed nor given away. The rows are locked, so two cannot leave at once. */
async function refuseLastOwner(tx: ControlTransaction, workspaceId: string): Promise<void> {
  const owners = await tx
    .select({ id: memberships.id })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.role, 'owner')))
    .for('update');
  if (owners.length <= 1)
    throw new Problem('conflict', 'The last owner of a workspace can neither leave nor step down.');
}
