/**
 * Places besides the event store that may hold something of a person or a tenant. Each can say how much it holds, erase
 * it, and hand it out; a new place is one more entry of the list.
 */
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { accessApprovals, reviewPacks, storedReports } from '@uptake/io/control-store/schema';
import type { EventStore, Subject } from '@uptake/io/event-store';
import type { RefusedRows } from '@uptake/io/refused-rows';
import { and, eq, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { idsOf } from '../people/who.ts';

export type DataHolder = {
  readonly name: string;
  count(workspaceId: string, subject: Subject): Promise<number>;
  /** Again without effect. */
  erase(workspaceId: string, subject: Subject): Promise<void>;
  /** What it holds, to be handed out; nothing where it holds no more than the ids themselves. */
  read?(workspaceId: string, subject: Subject): Promise<readonly Readonly<Record<string, unknown>>[]>;
};

export type HoldersDependencies = {
  readonly controlStore: ControlStore;
  readonly eventStore: Pick<EventStore, 'ask' | 'links'>;
  readonly refusedRows: RefusedRows;
};

export function createHolders({ controlStore, eventStore, refusedRows }: HoldersDependencies): readonly DataHolder[] {
  return [
    documents(controlStore, 'stored_reports', storedReports, reportsAbout),
    documents(controlStore, 'review_packs', reviewPacks, (subject) =>
      subject.kind === 'tenant'
        ? eq(reviewPacks.tenantId, subject.tenantId)
        : mentions(subject, [reviewPacks.contents]),
    ),
    approvalsHolder(controlStore),
    linksHolder(eventStore),
    {
      name: 'refused_rows',
      count: async (workspaceId, subject) => refusedRows.find(isOf(workspaceId, subject)).length,
      erase: async (workspaceId, subject) => refusedRows.remove(isOf(workspaceId, subject)),
      read: async (workspaceId, subject) =>
        refusedRows.find(isOf(workspaceId, subject)).map((row) => ({ row: row.toString('utf8') })),
    },
  ];
}

type Document = PgTable & { readonly id: PgColumn; readonly workspaceId: PgColumn };

/** Frozen figures in which the subject appears are no longer figures that may be kept. */
function documents(
  controlStore: ControlStore,
  name: string,
  table: Document,
  condition: (subject: Subject) => SQL | undefined,
): DataHolder {
  const inWorkspace = <Result>(workspaceId: string, work: (tx: ControlTransaction) => Promise<Result>) =>
    controlStore.withWorkspace(workspaceId, work);
  const mine = (workspaceId: string, subject: Subject) => and(eq(table.workspaceId, workspaceId), condition(subject));
  const read = (workspaceId: string, subject: Subject) =>
    inWorkspace(workspaceId, (tx) => tx.select().from(table).where(mine(workspaceId, subject)));
  return {
    name,
    read,
    count: async (workspaceId, subject) => (await read(workspaceId, subject)).length,
    erase: (workspaceId, subject) =>
      inWorkspace(workspaceId, async (tx) => {
        await tx.delete(table).where(mine(workspaceId, subject));
      }),
  };
}

/** A tenant may be called as anything else is, so it is looked for where tenants stand: in filters and as a breakdown. */
function reportsAbout(subject: Subject): SQL | undefined {
  const { definition, answer } = storedReports;
  if (subject.kind === 'person') return mentions(subject, [definition, answer]);
  const id = sql`jsonb_build_object('id', ${subject.tenantId}::text)`;
  return or(
    sql`jsonb_path_exists(${definition}, '$.**.filters[*] ? (@.value == $id)', ${id})`,
    sql`jsonb_path_exists(${answer}, '$.**.breakdown ? (@ == $id)', ${id})`,
  );
}

/** A pseudonym is like nothing else, so it is looked for anywhere. */
function mentions(subject: Subject, columns: readonly PgColumn[]): SQL | undefined {
  return or(
    ...idsOf(subject).flatMap((id) =>
      columns.map((column) => sql`position(${JSON.stringify(id)} in ${column}::text) > 0`),
    ),
  );
}

/** The approval stays, as proof of what was allowed; whom it was about goes. */
function approvalsHolder(controlStore: ControlStore): DataHolder {
  const mine = (workspaceId: string, subject: Subject) =>
    and(
      eq(accessApprovals.workspaceId, workspaceId),
      eq(accessApprovals.subjectKind, subject.kind),
      sql`${accessApprovals.subjectIds} && ${sql.param([...idsOf(subject)], accessApprovals.subjectIds)}`,
    );
  return {
    name: 'approvals',
    count: (workspaceId, subject) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const rows = await tx
          .select({ id: accessApprovals.id })
          .from(accessApprovals)
          .where(mine(workspaceId, subject));
        return rows.length;
      }),
    erase: (workspaceId, subject) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        await tx.update(accessApprovals).set({ subjectIds: [] }).where(mine(workspaceId, subject));
      }),
  };
}

function linksHolder(eventStore: HoldersDependencies['eventStore']): DataHolder {
  return {
    name: 'pseudonym_links',
    count: async (workspaceId, subject) => {
      if (subject.kind === 'tenant') return 0;
      const [row] = await eventStore.ask<{ links: number }>({
        name: 'govern.count_links',
        scope: { workspaceId },
        parameters: { pseudonyms: subject.pseudonyms },
        sql: "SELECT count() AS links FROM pseudonym_links WHERE leftPad(lower(hex(user_key)), 16, '0') IN {pseudonyms:Array(String)}",
      });
      return row?.links ?? 0;
    },
    erase: async (workspaceId, subject) => {
      if (subject.kind === 'person') await eventStore.links.forgetPerson(workspaceId, subject.pseudonyms);
    },
  };
}

/** Refused rows are kept as they came, so an id is looked for as a whole JSON text beside that of the workspace. */
function isOf(workspaceId: string, subject: Subject): (row: Buffer) => boolean {
  const wanted = idsOf(subject).map((id) => Buffer.from(JSON.stringify(id)));
  const workspace = Buffer.from(JSON.stringify(workspaceId));
  return (row) => row.includes(workspace) && wanted.some((id) => row.includes(id));
}
