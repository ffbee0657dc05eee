/** Thread: reads and marks workbooks one after the other, so that neither a slow file nor a hostile one holds the server up. */
import { answerInThread } from '@uptake/io/threads';
import { importPlanWorkbook, type WorkbookImport } from './import.ts';
import { markErrors } from './mark-errors.ts';
import type { CellError } from './read-row.ts';
import { readTemplateSheet, type TemplateSheet } from './read-template.ts';
import type { WorkbookOutline } from './subject.ts';

export type ReadingRequest =
  | { readonly kind: 'plan'; readonly file: Uint8Array; readonly plan: WorkbookOutline; readonly today: number }
  | { readonly kind: 'template'; readonly file: Uint8Array }
  | { readonly kind: 'mark'; readonly file: Uint8Array; readonly errors: readonly CellError[] };

export type Readings = {
  readonly plan: WorkbookImport;
  readonly template: TemplateSheet;
  /** Undefined where the file can be read but not be written again. */
  readonly mark: Uint8Array | undefined;
};

export type ReadingReply = { readonly done: Readings[keyof Readings] } | { readonly failed: string };

answerInThread(answer);

async function answer(request: ReadingRequest): Promise<ReadingReply> {
  try {
    switch (request.kind) {
      case 'plan':
        return { done: await importPlanWorkbook(request.file, request.plan, request.today) };
      case 'template':
        return { done: await readTemplateSheet(request.file) };
      case 'mark':
        return { done: await markErrors(request.file, request.errors).catch(() => undefined) };
    }
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
