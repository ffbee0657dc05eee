/** What the workbooks are made of: a product's template, or a customer's plan with its newest values. */
import type { TaskCompletion, TaskStatus, TemplateTask } from '@uptake/domain/adoption';
import type { Criterion, DataType, Value } from '@uptake/domain/criteria';

export type WorkbookTemplate = {
  readonly productId: string;
  readonly productName: string;
  readonly version: number;
  readonly tasks: readonly TemplateTask[];
};

export type WorkbookPlan = {
  readonly planId: string;
  readonly planName: string;
  readonly customerName: string;
  readonly productId: string;
  readonly productName: string;
  /** Grows with every sync; a file remembers the one it was exported from. */
  readonly snapshotVersion: number;
  /** In the order of the plan; the first is number 1. */
  readonly tasks: readonly WorkbookTask[];
};

/** What a filled workbook is read against: whose plan it is, and the names of what it has values for. */
export type WorkbookOutline = Pick<WorkbookPlan, 'planId' | 'productId' | 'snapshotVersion'> & {
  /** In the order of the plan; the first is number 1. */
  readonly tasks: readonly OutlinedTask[];
};

export type OutlinedTask = Pick<WorkbookTask, 'id' | 'name'> & { readonly attributes: readonly OutlinedAttribute[] };

export type OutlinedAttribute = Pick<WorkbookAttribute, 'id' | 'name' | 'dataType'>;

export type WorkbookTask = {
  readonly id: string;
  readonly name: string;
  readonly status: TaskStatus;
  readonly completion: TaskCompletion;
  readonly attributes: readonly WorkbookAttribute[];
};

export type WorkbookAttribute = {
  readonly id: string;
  readonly name: string;
  readonly dataType: DataType;
  readonly criterion: Criterion;
  readonly isMet: boolean;
  /** The newest value; none yet where it is undefined. */
  readonly latest: { readonly value: Value; readonly notes: string } | undefined;
};
