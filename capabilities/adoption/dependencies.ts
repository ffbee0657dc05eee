/** What the rules of adoption work with. */
import type { Principal } from '@uptake/domain/contract';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import type { Logger } from '@uptake/io/observability';
import type { Secrets } from '@uptake/io/secrets';
import { type AccessReadModel, type AuditEntry, recordAudit } from '../access/read-model.ts';
import type { News } from './news.ts';
import { actor } from './who.ts';

/** Told of what happened to plans, in the transaction that keeps it: what was kept is told, and nothing else. */
export type Tell = (tx: ControlTransaction, news: readonly News[]) => Promise<void>;

export const tellNobody: Tell = async () => undefined;

export type AdoptionDependencies = {
  readonly controlStore: ControlStore;
  readonly access: Pick<AccessReadModel, 'membersOf'>;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** When acts are written down, where the rules live at another time than now: a log of acts goes forward only. */
  readonly auditMs?: () => number;
  readonly newId: () => string;
  readonly randomBytes: (bytes: number) => Buffer;
  /** Where files and hooks are reached from outside. */
  readonly baseUrl: string;
  readonly tell: Tell;
};

/** In the transaction of the act. */
export function auditAct(
  tx: ControlTransaction,
  { nowMs, auditMs = nowMs }: Pick<AdoptionDependencies, 'nowMs' | 'auditMs'>,
  principal: Principal,
  entry: Pick<AuditEntry, 'action' | 'subject' | 'details'>,
): Promise<void> {
  return recordAudit(tx, { workspaceId: principal.workspaceId, actor: actor(principal), ...entry }, auditMs());
}
