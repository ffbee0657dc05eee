/** What adoption is made of: a product's template of tasks with telemetry attributes, and a customer's plan taken from it. */
import type { Criterion, DataType } from '../criteria/index.ts';

/** In this order a task goes through them; a task that is not applicable counts nowhere. */
export const TASK_STATUSES = ['NOT_STARTED', 'IN_PROGRESS', 'DONE', 'NOT_APPLICABLE'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** Who or what set a status. */
export const STATUS_SOURCES = ['MANUAL', 'TELEMETRY', 'IMPORT', 'SYSTEM'] as const;
export type StatusSource = (typeof STATUS_SOURCES)[number];

/** Where a value came from. */
export const VALUE_SOURCES = ['excel', 'api', 'database', 'webhook', 'events', 'manual'] as const;
export type ValueSource = (typeof VALUE_SOURCES)[number];

/** Percent of the required attributes that make a task done, where plan and task say nothing else. */
export const DEFAULT_THRESHOLD = 80;

export type AttributeDefinition = {
  readonly name: string;
  readonly dataType: DataType;
  readonly isRequired: boolean;
  readonly criterion: Criterion;
  readonly order: number;
};

export type TaskDefinition = {
  readonly name: string;
  readonly description: string;
  readonly order: number;
  /** Share of the task in the whole, relative to the others'. */
  readonly weight: number;
  readonly licenceLevel: string;
  readonly outcomes: readonly string[];
  readonly howTo: readonly { readonly title: string; readonly url: string }[];
};

export type TemplateAttribute = AttributeDefinition & { readonly id: string };
export type TemplateTask = TaskDefinition & {
  readonly id: string;
  readonly attributes: readonly TemplateAttribute[];
};
/** `version` grows with every change. */
export type Template = { readonly version: number; readonly tasks: readonly TemplateTask[] };

/** Without an original it was added to this plan alone, and no sync touches it. */
export type PlanAttribute = AttributeDefinition & {
  readonly id: string;
  readonly originalAttributeId: string | undefined;
};
export type PlanTask = TaskDefinition & {
  readonly id: string;
  readonly originalTaskId: string | undefined;
  readonly status: TaskStatus;
  readonly attributes: readonly PlanAttribute[];
};
/** `templateVersion` is the version somebody last reviewed for this plan. */
export type Plan = { readonly templateVersion: number; readonly tasks: readonly PlanTask[] };
