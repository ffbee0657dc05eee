/** Filled workbooks in: looked at first or taken at once, whole or not at all, and taken back batch by batch. */
import { createHash } from 'node:crypto';
import { type Principal, Problem } from '@uptake/domain/contract';
import { dayOf, formatDay } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionHistory, adoptionPlans, telemetryBatches } from '@uptake/io/control-store/schema';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { type AdoptionDependencies, auditAct } from './dependencies.ts';
import type { Files } from './files.ts';
import { refused, summaryOf } from './import-words.ts';
import { newsOf } from './news.ts';
import type { AdoptionService, ImportSummary, SentFile } from './port.ts';
import { expectedEveryDays } from './schedule-days.ts';
import { loadOutline } from './store/plan-outline.ts';
import { loadPlan, type NamedPlan } from './store/plan-state.ts';
import { type Recorded, recordValues } from './values.ts';
import { actor, actorId, requireAct } from './who.ts';
import type { WorkbookImport, WorkbookOutline, WorkbookReader } from './workbook/index.ts';

export type Imports = Pick<AdoptionService, 'importCustomerTelemetry'>;

type ReadWorkbook = Extract<WorkbookImport, { kind: 'read' }>;

export function createImports(
  dependencies: AdoptionDependencies,
  files: Files,
  workbooks: Pick<WorkbookReader, 'readPlan' | 'mark' | 'prepare'>,
): Imports {
  const { controlStore, nowMs, newId, tell } = dependencies;
  /** Files are read outside transactions, so that nobody waits; two of one plan would both judge what they read. */
  const underWay = new Set<string>();

  const outline = (principal: Principal, planId: string) =>
    controlStore.withWorkspace(principal.workspaceId, (tx) => loadOutline(tx, planId, principal));

  async function take(principal: Principal, planId: string, file: SentFile): Promise<ImportSummary> {
    const plan = await outline(principal, planId);
    const { planId: id } = plan;
    if (underWay.has(id))
      throw new Problem(
        'conflict',
        'Another import of this plan is under way. Wait for its summary, then import again.',
      );
    underWay.add(id);
    try {
      return await takeInto(plan, principal, file);
    } finally {
      underWay.delete(id);
    }
  }

  async function takeInto(plan: WorkbookOutline, principal: Principal, file: SentFile): Promise<ImportSummary> {
    const contentHash = createHash('sha256').update(file.bytes).digest('hex');
    const repeat = await controlStore.withWorkspace(principal.workspaceId, (tx) =>
      repeatOf(tx, plan, contentHash, nowMs()),
    );
    if (repeat !== undefined) return { ...repeat, isRepeat: true };
    const { read, marked, refusal } = await readFile(file, plan);
    if (refusal !== undefined) return refused(refusal);
    // A file of which nothing can be taken is no import: nothing to take back, and the plan is no newer for it.
    if (read.values.length === 0 && read.errors.length > 0) return lookAt(plan, principal, file, read, marked);
    return controlStore.withWorkspace(principal.workspaceId, async (tx) => {
      const kept = await keep(tx, principal, await sameVersion(tx, principal, plan), read, { file, contentHash });
      await tell(tx, newsOf(kept.state, kept.recorded.judgement));
      return { ...kept.summary, markedFileUrl: await keepMarked(tx, principal, file, marked) };
    });
  }

  async function readFile(file: SentFile, plan: WorkbookOutline) {
    const read = await workbooks.readPlan(file.bytes, plan, dayOf(nowMs()));
    if (read.kind === 'refused') return { refusal: read.refusal };
    const marked = read.errors.length === 0 ? undefined : await workbooks.mark(file.bytes, read.errors);
    return { read, marked };
  }

  /** The plan as it is now, locked. What a file was read against is gone once the plan was synchronised. */
  async function sameVersion(tx: ControlTransaction, principal: Principal, read: WorkbookOutline): Promise<NamedPlan> {
    const present = await loadPlan(tx, read.planId, principal);
    if (present.plan.snapshotVersion === read.snapshotVersion) return present;
    throw new Problem('conflict', 'The plan was synchronised with its template meanwhile. Import the file again.');
  }

  async function keepMarked(
    tx: ControlTransaction,
    principal: Principal,
    file: SentFile,
    marked: Uint8Array | undefined,
  ): Promise<string | undefined> {
    if (marked === undefined) return undefined;
    const fileName = file.name.replace(/(\.xlsx)?$/i, '-marked.xlsx');
    return (await files.keep(tx, principal.workspaceId, { fileName, bytes: marked })).url;
  }

  async function keep(
    tx: ControlTransaction,
    principal: Principal,
    state: NamedPlan,
    read: ReadWorkbook,
    from: { readonly file: SentFile; readonly contentHash: string },
  ): Promise<{ state: NamedPlan; summary: ImportSummary; recorded: Recorded }> {
    const { plan } = state;
    const batchId = newId();
    const by = actor(principal);
    const at = new Date(nowMs());
    const recorded = await recordValues(tx, state, read.values, {
      source: 'excel',
      batchId,
      by,
      nowMs: at.getTime(),
      newId,
      expectedEveryDays: expectedEveryDays(plan.telemetrySchedule),
      because: (stored) => [
        {
          kind: 'import',
          text: `${stored} values imported from ${from.file.name}`,
          source: 'excel',
          batch_id: batchId,
        },
      ],
    });
    const summary = summaryOf(state, read, recorded, batchId);
    await tx.insert(telemetryBatches).values({
      id: batchId,
      workspaceId: plan.workspaceId,
      planId: plan.id,
      kind: 'excel',
      fileName: from.file.name,
      contentHash: from.contentHash,
      importedAt: at,
      importedByKind: by.kind,
      importedBy: actorId(by),
      summary: { ...summary, snapshotVersion: plan.snapshotVersion },
    });
    await tx
      .update(adoptionPlans)
      .set({ telemetryLastImportAt: at, telemetrySource: 'excel' })
      .where(eq(adoptionPlans.id, plan.id));
    await auditAct(tx, dependencies, principal, {
      action: 'adoption_values.imported',
      subject: { kind: 'adoption_plan', id: plan.id },
      details: { batch_id: batchId, source: 'excel', values: recorded.stored.length, errors: read.errors.length },
    });
    return { state, summary, recorded };
  }

  /** Does everything an import does, and takes it back. */
  async function preview(principal: Principal, planId: string, file: SentFile): Promise<ImportSummary> {
    const plan = await outline(principal, planId);
    const { read, marked, refusal } = await readFile(file, plan);
    return refusal === undefined ? lookAt(plan, principal, file, read, marked) : refused(refusal);
  }

  async function lookAt(
    plan: WorkbookOutline,
    principal: Principal,
    file: SentFile,
    read: ReadWorkbook,
    marked: Uint8Array | undefined,
  ): Promise<ImportSummary> {
    try {
      await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const present = await sameVersion(tx, principal, plan);
        const { recorded } = await keep(tx, principal, present, read, { file, contentHash: '' });
        throw new OnlyLooked(summaryOf(present, read, recorded, undefined));
      });
    } catch (error) {
      if (!(error instanceof OnlyLooked)) throw error;
      const markedFileUrl = await controlStore.withWorkspace(principal.workspaceId, (tx) =>
        keepMarked(tx, principal, file, marked),
      );
      return { ...error.summary, markedFileUrl };
    }
    throw new Error('A preview ended as if it had been kept.');
  }

  return {
    async importCustomerTelemetry(principal, planId, file, { isPreview }) {
      requireAct(principal, 'supply');
      workbooks.prepare();
      return isPreview ? preview(principal, planId, file) : take(principal, planId, file);
    },
  };
}

/** Carries a preview out of the transaction that must not be kept. */
class OnlyLooked extends Error {
  readonly summary: ImportSummary;

  constructor(summary: ImportSummary) {
    super('a preview is never kept');
    this.summary = summary;
  }
}

type KeptSummary = ImportSummary & { readonly snapshotVersion: number };

/** What gives a plan values, or takes them. Their order is that of the history, which no clock can turn around. */
const CHANGES_OF_VALUES = ['import', 'values', 'value', 'undo', 'sync'];

/** The same bytes, for the same state of the plan, on the same day: rows without a date mean today. */
async function repeatOf(
  tx: ControlTransaction,
  { planId, snapshotVersion }: WorkbookOutline,
  contentHash: string,
  nowMs: number,
): Promise<ImportSummary | undefined> {
  const [newest] = await tx
    .select({ kind: adoptionHistory.kind, batchId: adoptionHistory.batchId })
    .from(adoptionHistory)
    .where(and(eq(adoptionHistory.planId, planId), inArray(adoptionHistory.kind, CHANGES_OF_VALUES)))
    .orderBy(desc(adoptionHistory.sequence))
    .limit(1);
  if (newest?.kind !== 'import' || newest.batchId === null) return undefined;
  const [batch] = await tx.select().from(telemetryBatches).where(eq(telemetryBatches.id, newest.batchId));
  if (batch?.contentHash !== contentHash) return undefined;
  const { snapshotVersion: keptVersion, ...summary } = batch.summary as KeptSummary;
  const isSameDay = formatDay(dayOf(batch.importedAt.getTime())) === formatDay(dayOf(nowMs));
  return isSameDay && keptVersion === snapshotVersion ? summary : undefined;
}
