/** Workbooks out and in: files, summaries, errors by cell. */
import type { Graph } from './refs.ts';

export function addImportTypes({ refs, enums }: Graph): void {
  refs.TelemetryTemplateFile.implement({
    fields: (t) => ({
      url: t.exposeString('url'),
      filename: t.exposeString('filename'),
      expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
      taskCount: t.exposeInt('taskCount'),
      attributeCount: t.exposeInt('attributeCount'),
    }),
  });
  refs.AdoptionPlanTelemetryFile.implement({
    fields: (t) => ({
      url: t.exposeString('url'),
      filename: t.exposeString('filename'),
      expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
      taskCount: t.exposeInt('taskCount'),
      attributeCount: t.exposeInt('attributeCount'),
      lastUpdated: t.expose('lastUpdated', { type: 'DateTime', nullable: true }),
    }),
  });
  refs.TelemetryImport.implement({
    description: 'A batch of values that came together and can be undone together.',
    fields: (t) => ({
      batchId: t.exposeID('batchId'),
      kind: t.exposeString('kind'),
      fileName: t.exposeString('fileName', { nullable: true }),
      importedAt: t.expose('importedAt', { type: 'DateTime' }),
      importedBy: t.exposeString('importedBy', { nullable: true }),
      undoneAt: t.expose('undoneAt', { type: 'DateTime', nullable: true }),
      undoneBy: t.exposeString('undoneBy', { nullable: true }),
      summary: t.expose('summary', { type: refs.ImportCounts }),
    }),
  });
  refs.ImportSummary.implement({
    description:
      'What an import did, or a preview would do. Cells that cannot be read are in `errors`; a file refused as a whole has a `refusal`.',
    fields: (t) => ({
      success: t.exposeBoolean('success'),
      batchId: t.exposeID('batchId', { nullable: true }),
      summary: t.expose('summary', { type: refs.ImportCounts }),
      taskResults: t.expose('taskResults', { type: [refs.ImportTaskResult] }),
      errors: t.expose('errors', { type: [refs.ImportError] }),
      notices: t.exposeStringList('notices'),
      refusal: t.expose('refusal', { type: refs.ImportRefusal, nullable: true }),
      markedFileUrl: t.exposeString('markedFileUrl', { nullable: true }),
      isRepeat: t.exposeBoolean('isRepeat'),
    }),
  });
  refs.ImportCounts.implement({
    fields: (t) => ({
      tasksProcessed: t.exposeInt('tasksProcessed'),
      attributesUpdated: t.exposeInt('attributesUpdated'),
      criteriaEvaluated: t.exposeInt('criteriaEvaluated'),
      taskStatusChanged: t.exposeInt('taskStatusChanged'),
      errors: t.exposeInt('errors'),
      rows: t.exposeInt('rows'),
      unfilled: t.exposeInt('unfilled'),
      unchanged: t.exposeInt('unchanged'),
    }),
  });
  refs.ImportTaskResult.implement({
    fields: (t) => ({
      taskId: t.exposeID('taskId'),
      taskName: t.exposeString('taskName'),
      attributesUpdated: t.exposeInt('attributesUpdated'),
      telemetryCompletion: t.exposeFloat('telemetryCompletion', { nullable: true }),
      statusChanged: t.exposeBoolean('statusChanged'),
      newStatus: t.expose('newStatus', { type: enums.TaskStatus, nullable: true }),
      before: t.exposeFloat('before', { nullable: true }),
    }),
  });
  refs.ImportError.implement({
    description: 'A cell that was not read, and why.',
    fields: (t) => ({
      sheet: t.exposeString('sheet'),
      row: t.exposeInt('row'),
      column: t.exposeString('column', { nullable: true }),
      cell: t.exposeString('cell', { nullable: true }),
      reason: t.exposeString('reason'),
      code: t.exposeString('code'),
    }),
  });
  refs.ImportRefusal.implement({
    fields: (t) => ({
      code: t.exposeString('code'),
      reason: t.exposeString('reason'),
    }),
  });
  refs.ImportUndone.implement({
    fields: (t) => ({
      batchId: t.exposeID('batchId'),
      valuesRemoved: t.exposeInt('valuesRemoved'),
      tasksReopened: t.exposeInt('tasksReopened'),
      plan: t.expose('plan', { type: refs.AdoptionPlan }),
    }),
  });
  refs.TemplateImport.implement({
    fields: (t) => ({
      applied: t.exposeBoolean('applied'),
      template: t.expose('template', { type: refs.Template, nullable: true }),
      changes: t.expose('changes', { type: [refs.SyncChange] }),
      errors: t.expose('errors', { type: [refs.ImportError] }),
    }),
  });
}
