/** Adoption: completion, recommendation, auto-status, progress, snapshots and their sync, health, values as people write them. */
export {
  type AutoStatus,
  autoStatusNote,
  DEFAULT_AUTO_STATUS,
  decideAutoStatus,
  effectiveThreshold,
  type KeepReason,
  type PlanAutoStatus,
  recommendedStatus,
  type TaskOverride,
} from './auto-status.ts';
export {
  type Recommendation,
  type TaskCompletion,
  type TelemetryStatus,
  taskCompletion,
  telemetryStatus,
} from './completion.ts';
export {
  HEALTH_RULES,
  type Health,
  type HealthReason,
  type NextStep,
  type PlanFacts,
  type PlanHealth,
  planHealth,
  type TaskFacts,
} from './health.ts';
export { describeNextStep, describeReason } from './health-words.ts';
export {
  MILESTONES,
  type Milestone,
  type MilestoneFacts,
  type MilestoneNews,
  milestoneNews,
  type ToldMilestones,
} from './milestones.ts';
export * from './plan.ts';
export {
  type AttributeProgress,
  attributeProgress,
  type PlanProgress,
  type Progress,
  planProgress,
  type TaskState,
} from './progress.ts';
export {
  type CellContent,
  type ReadValue,
  readFreeText,
  readValue,
} from './read-value.ts';
export { snapshotTemplate } from './snapshot.ts';
export { applySync, diffTemplate, type FieldChange, type SyncChange, type SyncResult } from './sync.ts';
export type { ValueRefusal, ValueRefusalCode } from './value-refusal.ts';
