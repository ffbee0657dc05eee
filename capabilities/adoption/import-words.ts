/** What an import did, or would do, as it is answered. */
import type { ImportError, ImportSummary, ImportTaskResult } from './port.ts';
import type { NamedPlan } from './store/plan-state.ts';
import type { Recorded } from './values.ts';
import type { CellError, FileRefusal, ImportNotice, WorkbookImport } from './workbook/index.ts';

/** All are marked in the workbook; so many are listed. */
const MAX_LISTED_ERRORS = 500;

const NOTHING = {
  tasksProcessed: 0,
  attributesUpdated: 0,
  criteriaEvaluated: 0,
  taskStatusChanged: 0,
  errors: 0,
  rows: 0,
  unfilled: 0,
  unchanged: 0,
} as const;

export function refused({ code, reason, remedy }: FileRefusal): ImportSummary {
  return {
    success: false,
    batchId: undefined,
    summary: NOTHING,
    taskResults: [],
    errors: [],
    notices: [],
    refusal: { code, reason: `${reason} ${remedy}` },
    markedFileUrl: undefined,
    isRepeat: false,
  };
}

/** Taken as far as it could be read; `success` says whether anything of it could. */
export function summaryOf(
  state: NamedPlan,
  read: Extract<WorkbookImport, { kind: 'read' }>,
  recorded: Recorded,
  batchId: string | undefined,
): ImportSummary {
  const taskResults = taskResultsOf(state, recorded);
  return {
    success: read.errors.length === 0 || read.values.length > 0,
    batchId,
    summary: {
      tasksProcessed: new Set(read.values.map(({ taskId }) => taskId)).size,
      attributesUpdated: new Set(recorded.stored.map(({ attribute_id }) => attribute_id)).size,
      criteriaEvaluated: recorded.judgement.evaluatedCount,
      taskStatusChanged: recorded.judgement.finished.length,
      errors: read.errors.length,
      rows: read.rowCount,
      unfilled: read.unfilledCount,
      unchanged: recorded.unchangedCount,
    },
    taskResults,
    errors: read.errors.slice(0, MAX_LISTED_ERRORS).map(errorToModel),
    notices: read.notices.map(describeNotice),
    refusal: undefined,
    markedFileUrl: undefined,
    isRepeat: false,
  };
}

function taskResultsOf(
  state: NamedPlan,
  { stored, judgement, completionBefore }: Recorded,
): readonly ImportTaskResult[] {
  const updated = new Set(stored.map(({ attribute_id }) => attribute_id));
  const finished = new Set(judgement.finished.map(({ task }) => task.id));
  return state.tasks.flatMap((task) => {
    const attributes = (state.attributesOf.get(task.id) ?? []).filter(({ id }) => updated.has(id));
    if (attributes.length === 0 && !finished.has(task.id)) return [];
    return [
      {
        taskId: task.id,
        taskName: task.name,
        attributesUpdated: attributes.length,
        telemetryCompletion: judgement.completionOf.get(task.id)?.percentage,
        statusChanged: finished.has(task.id),
        newStatus: finished.has(task.id) ? ('DONE' as const) : undefined,
        before: completionBefore.get(task.id)?.percentage,
      },
    ];
  });
}

function errorToModel({ code, sheet, row, column, cell, reason, remedy }: CellError): ImportError {
  return { sheet, row, column, cell, reason: `${reason} ${remedy}`, code };
}

function describeNotice(notice: ImportNotice): string {
  switch (notice.code) {
    case 'exported_before_sync':
      return 'The plan was synchronised with its template after this file was exported; rows are matched by their names.';
    case 'origin_unknown':
      return 'The file does not say which plan it was exported for; rows are matched by their names.';
  }
}
