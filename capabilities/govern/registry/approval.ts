/** What a breaking change needs, and who may have reviewed it. */
import { type InputError, Problem } from '@uptake/domain/contract';
import {
  type Change,
  type ChangeApproval,
  type Comparison,
  type EventSchema,
  judgeChange,
} from '@uptake/domain/tracking-plan';
import type { AuditActor, MemberOfWorkspace } from '../../access/read-model.ts';

export type Approved = {
  readonly change: Comparison;
  readonly isBreaking: boolean;
  readonly migrationNote: string | null;
  readonly reviewerId: string | null;
  readonly previousAcceptedUntil: Date | null;
};

export type Reviewing = {
  readonly approval: ChangeApproval;
  readonly actor: AuditActor;
  readonly members: readonly MemberOfWorkspace[];
  readonly nowMs: number;
};

/** `current` in the state the event has now. Throws `breaking_change` with what breaks and what is lacking. */
export function approve(current: EventSchema, next: EventSchema, reviewing: Reviewing): Approved {
  const { approval, nowMs } = reviewing;
  const { missing, ...change } = judgeChange(current, next, approval, nowMs);
  const isBreaking = change.kind === 'breaking' && current.state !== 'draft';
  if (!isBreaking) {
    return { change, isBreaking, migrationNote: null, reviewerId: null, previousAcceptedUntil: null };
  }
  const reviewer = reviewerOf(reviewing);
  const lacking = [...missing];
  if (typeof reviewer === 'string' && !lacking.some(({ path }) => path === '/reviewer')) {
    lacking.push({ path: '/reviewer', message: reviewer });
  }
  if (lacking.length > 0 || typeof reviewer === 'string') throw breakingChange(change.changes, lacking);
  return {
    change,
    isBreaking,
    migrationNote: approval.migrationNote!.trim(),
    reviewerId: reviewer.userId,
    previousAcceptedUntil: new Date(approval.acceptedUntil!),
  };
}

/** The member who is named by id or address; else why nobody fits. */
function reviewerOf({ approval, actor, members }: Reviewing): MemberOfWorkspace | string {
  const named = (approval.reviewer ?? '').trim().toLowerCase();
  const reviewer = members.find(({ userId, email }) => userId === named || email === named);
  if (reviewer === undefined) return 'Name a member of this workspace, by address or id.';
  if (actor.kind === 'member') {
    return actor.id === reviewer.userId ? 'Somebody other than the author reviews a change.' : reviewer;
  }
  // Behind a key there is no author whom the reviewer could be told from, so it takes one who answers for the workspace.
  const isAdministrator = reviewer.role === 'owner' || reviewer.role === 'admin';
  return isAdministrator
    ? reviewer
    : 'For a change made with a key the reviewer is an admin or owner of the workspace.';
}

function breakingChange(changes: readonly Change[], lacking: readonly InputError[]): Problem {
  const breaking = changes.filter(({ kind }) => kind === 'breaking');
  const places = breaking.map(({ path }) => path || '/').join(', ');
  const detail = `This breaks at ${places}. ${lacking.map(({ message }) => message).join(' ')}`;
  const errors = [...breaking.map(({ path, message }) => ({ path: `/schema${path}`, message })), ...lacking];
  return new Problem('breaking_change', detail, { errors });
}
