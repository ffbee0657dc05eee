/**
 * Looking at single people needs an approval: asked for with a reason, given by a second person, limited in time and
 * scope, and every use of it written down (requirement E7).
 */
import { type Principal, Problem } from '@uptake/domain/contract';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { accessApprovals, approvalSettings, memberships } from '@uptake/io/control-store/schema';
import { and, desc, eq, gt, inArray, sql } from 'drizzle-orm';
import { type AuditEntry, actorOf, type MemberPrincipal, recordAudit } from '../../access/read-model.ts';

/** A request nobody decided on in this time is void: whoever still needs it asks again. */
const UNDECIDED_MS = 7 * 24 * 3_600_000;
const LISTED = 200;

export type ApprovalSubject =
  /** Pseudonyms of one person. */
  | { readonly kind: 'person'; readonly ids: readonly string[] }
  | { readonly kind: 'tenant'; readonly ids: readonly string[] }
  /** Anyone. */
  | { readonly kind: 'environment' };

export type NewApproval = {
  readonly reason: string;
  readonly subject: ApprovalSubject;
  /** All environments of the workspace where absent. */
  readonly environmentId: string | undefined;
  readonly minutes: number;
};

export type ApprovalRow = typeof accessApprovals.$inferSelect;
export type ApprovalState = ApprovalRow['state'] | 'expired' | 'lapsed';
export type ApprovalSettings = { readonly isSoleAdminAllowed: boolean; readonly longestMinutes: number };

/** What somebody is about to see. */
export type PeopleAccess = {
  /** Pseudonyms, or `anyone` where the answer could show any person of its scope. */
  readonly people: readonly string[] | 'anyone';
  readonly tenantId?: string | undefined;
  readonly environmentId?: string | undefined;
  /** Where they see it, for the audit log: `people.timeline`, `insights.query`. */
  readonly door: string;
};

export type Approvals = {
  request(principal: MemberPrincipal, approval: NewApproval): Promise<ApprovalRow>;
  list(workspaceId: string): Promise<readonly ApprovalRow[]>;
  decide(
    principal: MemberPrincipal,
    id: string,
    decision: { readonly isApproved: boolean; readonly note: string | undefined },
  ): Promise<ApprovalRow>;
  /** By whoever asked for it, or an admin. */
  revoke(principal: MemberPrincipal, id: string): Promise<ApprovalRow>;
  settings(workspaceId: string): Promise<ApprovalSettings>;
  changeSettings(principal: MemberPrincipal, settings: Partial<ApprovalSettings>): Promise<ApprovalSettings>;
  /** Writes the use down before anything is shown. Throws `approval_required`, for keys without the scope `forbidden`. */
  use(principal: Principal, access: PeopleAccess): Promise<void>;
  stateOf(row: ApprovalRow): ApprovalState;
};

export type ApprovalsDependencies = {
  readonly controlStore: ControlStore;
  readonly nowMs: () => number;
};

const DEFAULTS: ApprovalSettings = { isSoleAdminAllowed: false, longestMinutes: 480 };
const isAdmin = (role: MemberPrincipal['role']) => role === 'owner' || role === 'admin';

export function createApprovals({ controlStore, nowMs }: ApprovalsDependencies): Approvals {
  const stateOf = (row: ApprovalRow): ApprovalState => {
    if (row.state === 'approved') return row.expiresAt!.getTime() > nowMs() ? 'approved' : 'expired';
    if (row.state === 'requested' && row.requestedAt.getTime() + UNDECIDED_MS <= nowMs()) return 'lapsed';
    return row.state;
  };
  const record = (
    tx: ControlTransaction,
    principal: Principal,
    action: string,
    id: string,
    details: AuditEntry['details'],
  ): Promise<void> =>
    recordAudit(
      tx,
      {
        workspaceId: principal.workspaceId,
        actor: actorOf(principal),
        action,
        subject: { kind: action === 'people.read' ? 'api_key' : 'approval', id },
        ...(details !== undefined && { details }),
      },
      nowMs(),
    );

  async function settingsIn(tx: ControlTransaction, workspaceId: string): Promise<ApprovalSettings> {
    const [row] = await tx.select().from(approvalSettings).where(eq(approvalSettings.workspaceId, workspaceId));
    return row ?? DEFAULTS;
  }

  /** The row, locked, in the state it must have. */
  async function takeRow(tx: ControlTransaction, workspaceId: string, id: string, wanted: readonly ApprovalState[]) {
    const [row] = await tx
      .select()
      .from(accessApprovals)
      .where(and(eq(accessApprovals.workspaceId, workspaceId), eq(accessApprovals.id, id)))
      .for('update');
    if (row === undefined) throw new Problem('not_found', 'There is no such approval in this workspace.');
    const state = stateOf(row);
    if (!wanted.includes(state)) throw new Problem('conflict', `This approval is ${state} already.`);
    return row;
  }

  async function refuseOwnDecision(
    tx: ControlTransaction,
    principal: MemberPrincipal,
    row: ApprovalRow,
  ): Promise<void> {
    if (row.requestedBy !== principal.userId) return;
    const admins = await tx
      .select({ id: memberships.userId })
      .from(memberships)
      .where(and(eq(memberships.workspaceId, principal.workspaceId), inArray(memberships.role, ['owner', 'admin'])));
    const isAlone = admins.length === 1 && admins[0]!.id === principal.userId;
    if (isAlone && (await settingsIn(tx, principal.workspaceId)).isSoleAdminAllowed) return;
    throw new Problem(
      'forbidden',
      isAlone
        ? 'An approval needs a second person. You are the only admin here: add another one, or allow the only admin to decide alone (PATCH /api/v1/approvals/settings).'
        : 'An approval needs a second person: another admin has to decide about your request.',
    );
  }

  return {
    stateOf,
    request: (principal, { reason, subject, environmentId, minutes }) =>
      controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const { longestMinutes } = await settingsIn(tx, principal.workspaceId);
        if (minutes > longestMinutes) {
          const message = `must be at most ${longestMinutes}, as this workspace has set`;
          throw new Problem('invalid_request', `minutes ${message}`, { errors: [{ path: '/minutes', message }] });
        }
        const [row] = await tx
          .insert(accessApprovals)
          .values({
            workspaceId: principal.workspaceId,
            requestedBy: principal.userId,
            requestedAt: new Date(nowMs()),
            reason,
            subjectKind: subject.kind,
            subjectIds: subject.kind === 'environment' ? [] : [...subject.ids],
            environmentId: environmentId ?? null,
            minutes,
          })
          .returning();
        await record(tx, principal, 'approval.requested', row!.id, { subject_kind: subject.kind, minutes, reason });
        return row!;
      }),

    list: (workspaceId) =>
      controlStore.withWorkspace(workspaceId, (tx) =>
        tx
          .select()
          .from(accessApprovals)
          .where(eq(accessApprovals.workspaceId, workspaceId))
          .orderBy(desc(accessApprovals.requestedAt))
          .limit(LISTED),
      ),

    decide: (principal, id, { isApproved, note }) =>
      controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        if (!isAdmin(principal.role)) throw new Problem('forbidden', 'Only admins decide about approvals.');
        const row = await takeRow(tx, principal.workspaceId, id, ['requested']);
        if (isApproved) await refuseOwnDecision(tx, principal, row);
        const now = nowMs();
        const [decided] = await tx
          .update(accessApprovals)
          .set({
            state: isApproved ? 'approved' : 'denied',
            decidedBy: principal.userId,
            decidedAt: new Date(now),
            decisionNote: note ?? null,
            expiresAt: isApproved ? new Date(now + row.minutes * 60_000) : null,
          })
          .where(eq(accessApprovals.id, id))
          .returning();
        const isOwn = row.requestedBy === principal.userId;
        await record(tx, principal, isApproved ? 'approval.given' : 'approval.denied', id, {
          requested_by: row.requestedBy,
          ...(isOwn && { is_own_request: true }),
        });
        return decided!;
      }),

    revoke: (principal, id) =>
      controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const row = await takeRow(tx, principal.workspaceId, id, ['requested', 'approved']);
        if (row.requestedBy !== principal.userId && !isAdmin(principal.role)) {
          throw new Problem('forbidden', 'Only whoever asked for it, or an admin, takes an approval back.');
        }
        const [revoked] = await tx
          .update(accessApprovals)
          .set({ state: 'revoked' })
          .where(eq(accessApprovals.id, id))
          .returning();
        await record(tx, principal, 'approval.revoked', id, undefined);
        return revoked!;
      }),

    settings: (workspaceId) => controlStore.withWorkspace(workspaceId, (tx) => settingsIn(tx, workspaceId)),

    changeSettings: (principal, change) =>
      controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const before = await settingsIn(tx, principal.workspaceId);
        const { isSoleAdminAllowed, longestMinutes } = { ...before, ...change };
        const set = { isSoleAdminAllowed, longestMinutes };
        await tx
          .insert(approvalSettings)
          .values({ workspaceId: principal.workspaceId, ...set })
          .onConflictDoUpdate({ target: approvalSettings.workspaceId, set });
        const shown = (settings: ApprovalSettings) => ({
          is_sole_admin_allowed: settings.isSoleAdminAllowed,
          longest_minutes: settings.longestMinutes,
        });
        await record(tx, principal, 'approval_settings.changed', principal.workspaceId, {
          before: shown(before),
          after: shown(set),
        });
        return set;
      }),

    use: (principal, access) =>
      controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const seen = { door: access.door, people: access.people === 'anyone' ? 'anyone' : access.people.length };
        if (principal.kind === 'write_key') throw new Problem('forbidden', 'A write key reads nothing.');
        if (principal.kind === 'secret_key') {
          if (!principal.scopes.includes('admin')) {
            throw new Problem('forbidden', 'Single people are shown to keys with the scope "admin" only.');
          }
          await record(tx, principal, 'people.read', principal.keyId, seen);
          return;
        }
        const open = await tx
          .select()
          .from(accessApprovals)
          .where(
            and(
              eq(accessApprovals.workspaceId, principal.workspaceId),
              eq(accessApprovals.requestedBy, principal.userId),
              eq(accessApprovals.state, 'approved'),
              gt(accessApprovals.expiresAt, new Date(nowMs())),
            ),
          );
        const approval = open.find((row) => covers(row, access));
        if (approval === undefined) throw approvalRequired(access);
        await tx
          .update(accessApprovals)
          .set({ uses: sql`${accessApprovals.uses} + 1`, lastUsedAt: new Date(nowMs()) })
          .where(eq(accessApprovals.id, approval.id));
        await record(tx, principal, 'approval.used', approval.id, seen);
      }),
  };
}

function covers(row: ApprovalRow, access: PeopleAccess): boolean {
  if (row.environmentId !== null && row.environmentId !== access.environmentId) return false;
  switch (row.subjectKind) {
    case 'environment':
      return true;
    case 'tenant':
      return access.tenantId !== undefined && row.subjectIds.includes(access.tenantId);
    case 'person':
      return (
        access.people !== 'anyone' &&
        access.people.length > 0 &&
        access.people.every((pseudonym) => row.subjectIds.includes(pseudonym))
      );
  }
}

function approvalRequired({ people }: PeopleAccess): Problem {
  const whom = people === 'anyone' ? 'people of this scope' : people.length === 1 ? 'this person' : 'these people';
  return new Problem(
    'approval_required',
    `To see ${whom} you need an approval that is given and not yet over. Ask for one under Governance → Approvals, or with POST /api/v1/approvals.`,
  );
}
