/**
 * The milestones Uptake records of its own use (requirements L2, L10). The list is code and bounded: a sixth family is a
 * reviewed change of this file, and nothing outside it can name one.
 */
import type { Principal } from '@uptake/domain/contract';
import type { LedgerCatalogue } from './judge.ts';
import type { MetadataRules } from './metadata.ts';

/** What stands between a new workspace and its first answer, in the usual order. */
export const ONBOARDING_CHECKPOINTS = [
  'first_key_created',
  'first_event_seen',
  'first_insight_answered',
  'tracking_plan_activated',
] as const;
export type OnboardingCheckpoint = (typeof ONBOARDING_CHECKPOINTS)[number];

/** Work that runs on after the person who started it has left. Importing and exporting events is keys' work, hence nobody's. */
export const OPERATIONS = ['dead_letter_replay', 'erasure', 'subject_export', 'retention_prune'] as const;
export type Operation = (typeof OPERATIONS)[number];

export const REPORT_KINDS = ['trend', 'funnel', 'retention', 'paths'] as const;

export const MILESTONE_FAMILIES = {
  onboarding_checkpoint_completed: {
    label: 'Onboarding checkpoints completed',
    featureArea: 'onboarding',
    metadata: { checkpoint: { kind: 'enum', values: ONBOARDING_CHECKPOINTS, required: true } },
  },
  support_diagnostics_opened: {
    label: 'Support diagnostics opened',
    featureArea: 'support',
    metadata: { subject: { kind: 'enum', values: ['installation'], required: true } },
  },
  operation_started: {
    label: 'Operations started',
    featureArea: 'operations',
    metadata: {
      operation: { kind: 'enum', values: OPERATIONS, required: true },
      operation_id: { kind: 'reference' },
    },
  },
  stored_report_created: {
    label: 'Stored reports created',
    featureArea: 'reports',
    metadata: {
      report_kind: { kind: 'enum', values: REPORT_KINDS, required: true },
      report_id: { kind: 'reference', required: true },
    },
  },
  review_pack_requested: {
    label: 'Review packs requested',
    featureArea: 'reports',
    metadata: { review_pack_id: { kind: 'reference', required: true } },
  },
} as const satisfies Record<string, { label: string; featureArea: string; metadata: MetadataRules }>;

export type MilestoneFamily = keyof typeof MILESTONE_FAMILIES;

type Families = typeof MILESTONE_FAMILIES;
type ValueOf<Key> = Key extends { kind: 'enum'; values: readonly (infer Word)[] }
  ? Word
  : Key extends { kind: 'boolean' }
    ? boolean
    : string;
type MetadataOf<Rules> = {
  readonly [Key in keyof Rules as Rules[Key] extends { required: true } ? Key : never]: ValueOf<Rules[Key]>;
} & {
  readonly [Key in keyof Rules as Rules[Key] extends { required: true } ? never : Key]?: ValueOf<Rules[Key]>;
};

/** Who brought it about, and for which customer of this installation: a workspace is Uptake's tenant. */
export type Initiator = { readonly workspaceId: string; readonly userId: string };

/** The person behind a request; a key that a program holds is nobody. */
export function initiatorOf(principal: Principal): Initiator | undefined {
  return principal.kind === 'member' ? { workspaceId: principal.workspaceId, userId: principal.userId } : undefined;
}

/** One thing that happened, of a known family with exactly the metadata of that family. */
export type Milestone = {
  readonly [Family in MilestoneFamily]: {
    readonly family: Family;
    readonly metadata: MetadataOf<Families[Family]['metadata']>;
  };
}[MilestoneFamily];

/**
 * The one way to write to Uptake's own ledger, called after the action succeeded. Never throws and never waits: a failure
 * is counted and logged, and the action stands. Without a person behind the action nothing is recorded.
 */
export type RecordMilestone = (initiator: Initiator | undefined, milestone: Milestone) => void;

/** Told when a person got a step further with their workspace; whether for the first time is looked up behind it. */
export type OnCheckpoint = (principal: Principal, checkpoint: OnboardingCheckpoint) => void;

/** How code that brings a milestone about names it, so that the names themselves are written in this file alone. */
export const milestones = {
  onboardingCheckpoint: (checkpoint: OnboardingCheckpoint): Milestone => ({
    family: 'onboarding_checkpoint_completed',
    metadata: { checkpoint },
  }),
  diagnosticsOpened: (): Milestone => ({
    family: 'support_diagnostics_opened',
    metadata: { subject: 'installation' },
  }),
  operationStarted: (operation: Operation, operationId?: string): Milestone => ({
    family: 'operation_started',
    metadata: { operation, ...(operationId === undefined ? {} : { operation_id: operationId }) },
  }),
  reportCreated: (kind: (typeof REPORT_KINDS)[number], reportId: string): Milestone => ({
    family: 'stored_report_created',
    metadata: { report_kind: kind, report_id: reportId },
  }),
  reviewPackRequested: (reviewPackId: string): Milestone => ({
    family: 'review_pack_requested',
    metadata: { review_pack_id: reviewPackId },
  }),
};

/**
 * Where the rows of Uptake's own use lie. Ids of no workspace in the control store: nobody is a member, no key can be made
 * for it, no question of a customer reaches it.
 */
export const SYSTEM_LEDGER = {
  workspaceId: '00000000-0000-7000-8000-0075707461ce',
  productId: '00000000-0000-7000-8000-0175707461ce',
  environmentId: '00000000-0000-7000-8000-0275707461ce',
} as const;

export const SYSTEM_CATALOGUE: LedgerCatalogue = new Map(
  Object.entries(MILESTONE_FAMILIES).map(([name, { metadata }]) => [name, { metadata }]),
);
