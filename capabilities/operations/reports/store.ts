/** What is kept of stored reports: made, listed, read and deleted, never changed. */
import type { ControlStore } from '@uptake/io/control-store';
import { storedReports } from '@uptake/io/control-store/schema';
import { and, count, desc, eq } from 'drizzle-orm';

export type StoredReport = typeof storedReports.$inferSelect;
export type ReportSummary = Omit<StoredReport, 'answer' | 'definition'>;

const SUMMARY = {
  id: storedReports.id,
  workspaceId: storedReports.workspaceId,
  title: storedReports.title,
  kind: storedReports.kind,
  createdAt: storedReports.createdAt,
  createdBy: storedReports.createdBy,
};

export function insertReport(controlStore: ControlStore, report: Omit<StoredReport, 'id'>): Promise<StoredReport> {
  return controlStore.withWorkspace(report.workspaceId, async (tx) => {
    const [row] = await tx.insert(storedReports).values(report).returning();
    return row!;
  });
}

/** Newest first. */
export function listReports(
  controlStore: ControlStore,
  workspaceId: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ readonly reports: readonly ReportSummary[]; readonly total: number }> {
  return controlStore.withWorkspace(workspaceId, async (tx) => {
    const mine = eq(storedReports.workspaceId, workspaceId);
    const [total] = await tx.select({ count: count() }).from(storedReports).where(mine);
    const reports = await tx
      .select(SUMMARY)
      .from(storedReports)
      .where(mine)
      .orderBy(desc(storedReports.createdAt), desc(storedReports.id))
      .limit(page.limit)
      .offset(page.offset);
    return { reports, total: total?.count ?? 0 };
  });
}

export function findReport(
  controlStore: ControlStore,
  workspaceId: string,
  id: string,
): Promise<StoredReport | undefined> {
  return controlStore.withWorkspace(workspaceId, async (tx) => {
    const rows = await tx
      .select()
      .from(storedReports)
      .where(and(eq(storedReports.workspaceId, workspaceId), eq(storedReports.id, id)));
    return rows[0];
  });
}

export function deleteReport(controlStore: ControlStore, workspaceId: string, id: string): Promise<boolean> {
  return controlStore.withWorkspace(workspaceId, async (tx) => {
    const gone = await tx
      .delete(storedReports)
      .where(and(eq(storedReports.workspaceId, workspaceId), eq(storedReports.id, id)))
      .returning({ id: storedReports.id });
    return gone.length > 0;
  });
}
