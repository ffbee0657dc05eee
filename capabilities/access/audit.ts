/** Writes down who did what, when, to what. Entries are never changed. */
import type { Principal } from '@uptake/domain/contract';
import type { ControlTransaction } from '@uptake/io/control-store';
import { auditEntries } from '@uptake/io/control-store/schema';
import type { AuditActor, AuditEntry } from './audit-entry.ts';

/** In the transaction of the act itself: no act without its entry, no entry without the act. */
export async function recordAudit(tx: ControlTransaction, entry: AuditEntry, nowMs: number): Promise<void> {
  await tx.insert(auditEntries).values({
    workspaceId: entry.workspaceId ?? null,
    occurredAt: new Date(nowMs),
    actorKind: entry.actor.kind,
    actorId: entry.actor.kind === 'system' ? null : entry.actor.id,
    action: entry.action,
    subjectKind: entry.subject.kind,
    subjectId: entry.subject.id,
    details: entry.details ?? {},
  });
}

export function actorOf(principal: Principal): AuditActor {
  if (principal.kind === 'member') return { kind: 'member', id: principal.userId };
  return { kind: 'secret_key', id: principal.keyId };
}
