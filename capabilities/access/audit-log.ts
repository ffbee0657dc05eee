/** Reads the audit log: pages of it, all of it for an export, and whether its chains are whole. */
import { createHash } from 'node:crypto';
import { type Anchor, ChainCheck, type ChainedEntry, type ChainFault, type Json } from '@uptake/domain/audit';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { auditChains, auditEntries } from '@uptake/io/control-store/schema';
import { and, asc, desc, eq, gt, gte, like, lt, type SQL } from 'drizzle-orm';

/** The chain of what concerns no single workspace: sign-ins, operators. */
export const INSTALLATION_CHAIN = '00000000-0000-0000-0000-000000000000';
const PIECE = 500;

export type AuditFilter = {
  readonly actorId?: string | undefined;
  /** The whole action, or its beginning with a star: `api_key.*`. */
  readonly action?: string | undefined;
  readonly subjectKind?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly fromMs?: number | undefined;
  /** Exclusive. */
  readonly toMs?: number | undefined;
};

export type ChainState = {
  readonly chainId: string;
  readonly entries: number;
  /** The last entry that is beyond doubt. */
  readonly verified: Anchor;
  readonly fault: ChainFault | undefined;
};

export type AuditLog = {
  /** Newest first. */
  page(
    workspaceId: string,
    filter: AuditFilter,
    page: { readonly beforeSequence?: number | undefined; readonly limit: number },
  ): Promise<readonly ChainedEntry[]>;
  /** Oldest first, in pieces. What is written meanwhile is not among them. */
  pieces(workspaceId: string, filter: AuditFilter): AsyncIterable<readonly ChainedEntry[]>;
  end(workspaceId: string): Promise<Anchor>;
  verify(workspaceId: string, anchors?: readonly Anchor[]): Promise<ChainState>;
  /** Every chain of the installation; `anchors` by chain. */
  verifyAll(anchors?: ReadonlyMap<string, readonly Anchor[]>): Promise<readonly ChainState[]>;
};

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export function createAuditLog({ controlStore }: { readonly controlStore: ControlStore }): AuditLog {
  const inWorkspace =
    (workspaceId: string): Reader =>
    (work) =>
      controlStore.withWorkspace(workspaceId, work);
  const asSystem: Reader = (work) => controlStore.asSystem(work);

  return {
    page: (workspaceId, filter, { beforeSequence, limit }) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const older = beforeSequence === undefined ? [] : [lt(auditEntries.sequence, beforeSequence)];
        const rows = await tx
          .select()
          .from(auditEntries)
          .where(and(eq(auditEntries.chainId, workspaceId), ...conditions(filter), ...older))
          .orderBy(desc(auditEntries.sequence))
          .limit(limit);
        return rows.map(toEntry);
      }),
    pieces: (workspaceId, filter) => piecesOf(inWorkspace(workspaceId), workspaceId, filter),
    end: (workspaceId) => controlStore.withWorkspace(workspaceId, (tx) => endOf(tx, workspaceId)),
    verify: (workspaceId, anchors) => verifyChain(inWorkspace(workspaceId), workspaceId, anchors),
    async verifyAll(anchors) {
      const chains = await asSystem(chainsOf);
      // A chain that is gone altogether is missed only by those who kept its anchor.
      const known = new Set([...chains, ...(anchors?.keys() ?? [])]);
      const states: ChainState[] = [];
      for (const chainId of known) states.push(await verifyChain(asSystem, chainId, anchors?.get(chainId)));
      return states;
    },
  };
}

type Reader = <Result>(work: (tx: ControlTransaction) => Promise<Result>) => Promise<Result>;

/** From both sides, so that neither entries without an end nor an end without entries are passed over. */
async function chainsOf(tx: ControlTransaction): Promise<readonly string[]> {
  const ends = await tx.select({ id: auditChains.chainId }).from(auditChains);
  const entries = await tx.selectDistinct({ id: auditEntries.chainId }).from(auditEntries);
  return [...new Set([...ends, ...entries].map(({ id }) => id))].sort();
}

/** The end is read first: entries that come later are beyond it and left to the next check. */
async function verifyChain(read: Reader, chainId: string, anchors: readonly Anchor[] = []): Promise<ChainState> {
  const end = await read((tx) => endOf(tx, chainId));
  const isStill = (entry: ChainedEntry) => entry.sequence <= end.sequence;
  const check = new ChainCheck(sha256, anchors);
  let entries = 0;
  let later = 0;
  for await (const piece of piecesOf(read, chainId, {})) {
    const present = piece.filter(isStill);
    for (const entry of present) check.next(entry);
    entries += present.length;
    later += piece.length - present.length;
  }
  // Entries beyond the end are new ones, unless the end still stands where it stood.
  const now = later === 0 ? end : await read((tx) => endOf(tx, chainId));
  const fault = check.finish(end);
  const moved: ChainFault | undefined =
    later > 0 && now.sequence < end.sequence + later
      ? {
          kind: 'unlinked',
          sequence: end.sequence + 1,
          entryId: undefined,
          detail: `${later} entries lie beyond the end of the chain (${end.sequence})`,
        }
      : undefined;
  return { chainId, entries: entries + later, verified: check.verified, fault: fault ?? moved };
}

async function endOf(tx: ControlTransaction, chainId: string): Promise<Anchor> {
  const [end] = await tx.select().from(auditChains).where(eq(auditChains.chainId, chainId));
  return end ?? { sequence: 0, hash: '0'.repeat(64) };
}

async function* piecesOf(
  read: Reader,
  chainId: string,
  filter: AuditFilter,
): AsyncGenerator<readonly ChainedEntry[], void, undefined> {
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const piece = await read((tx) =>
      tx
        .select()
        .from(auditEntries)
        .where(and(eq(auditEntries.chainId, chainId), gt(auditEntries.sequence, after), ...conditions(filter)))
        .orderBy(asc(auditEntries.sequence))
        .limit(PIECE),
    );
    if (piece.length > 0) yield piece.map(toEntry);
    if (piece.length < PIECE) return;
    after = piece.at(-1)!.sequence;
  }
}

function conditions(filter: AuditFilter): SQL[] {
  const { actorId, action, subjectKind, subjectId, fromMs, toMs } = filter;
  const found: SQL[] = [];
  if (actorId !== undefined) found.push(eq(auditEntries.actorId, actorId));
  if (action?.endsWith('*')) {
    found.push(like(auditEntries.action, `${action.slice(0, -1).replace(/[\\%_]/g, '\\$&')}%`));
  } else if (action !== undefined) found.push(eq(auditEntries.action, action));
  if (subjectKind !== undefined) found.push(eq(auditEntries.subjectKind, subjectKind));
  if (subjectId !== undefined) found.push(eq(auditEntries.subjectId, subjectId));
  if (fromMs !== undefined) found.push(gte(auditEntries.occurredAt, new Date(fromMs)));
  if (toMs !== undefined) found.push(lt(auditEntries.occurredAt, new Date(toMs)));
  return found;
}

function toEntry(row: typeof auditEntries.$inferSelect): ChainedEntry {
  return {
    id: row.id,
    workspace_id: row.workspaceId,
    sequence: row.sequence,
    occurred_at: row.occurredAt.toISOString(),
    actor_kind: row.actorKind,
    actor_id: row.actorId,
    action: row.action,
    subject_kind: row.subjectKind,
    subject_id: row.subjectId,
    details: row.details as { [name: string]: Json },
    previous_hash: row.previousHash,
    hash: row.hash,
  };
}
