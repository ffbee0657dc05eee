/** Adoption workbooks: the product's template, the customer's copy, and reading it back filled. */
export { type ExportedWorkbook, exportPlan, exportTemplate } from './export.ts';
export { planFileName, templateFileName } from './file-name.ts';
export { type ImportNotice, importPlanWorkbook, type WorkbookImport } from './import.ts';
export { FILE_LIMITS } from './inspect.ts';
export { markErrors } from './mark-errors.ts';
export type { CellError, CellErrorCode, ImportedValue } from './read-row.ts';
export {
  readTemplateSheet,
  type TemplateColumn,
  type TemplateRow,
  type TemplateSheet,
  templateCell,
} from './read-template.ts';
export type { FileRefusal, FileRefusalCode } from './refusal.ts';
export type { WorkbookAttribute, WorkbookOutline, WorkbookPlan, WorkbookTask, WorkbookTemplate } from './subject.ts';
export { createWorkbookReader, type WorkbookReader } from './workbook-reader.ts';
