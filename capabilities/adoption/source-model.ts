/** What adoption answers about the sources of a plan: how values come by themselves, and what signs messages. */
import type { Day, Instant } from './model.ts';

export type SourceKind = 'API_PUSH' | 'API_POLLING' | 'DATABASE' | 'WEBHOOK' | 'BINDING';

export type RunState = 'WAITING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'SKIPPED';

export type TelemetrySource = {
  readonly id: string;
  readonly kind: SourceKind;
  readonly name: string;
  readonly config: unknown;
  readonly hasCredentials: boolean;
  /** Of a binding: the attribute it gives the value of. */
  readonly attributeId: string | undefined;
  readonly schedule: string | undefined;
  readonly isEnabled: boolean;
  readonly nextRunAt: Instant | undefined;
  readonly lastRun: SourceRun | undefined;
  readonly webhookUrl: string | undefined;
  /** Of a webhook: until then the secret before the present one holds too. */
  readonly previousSecretExpiresAt: Instant | undefined;
};

export type SourceRun = {
  readonly id: string;
  readonly sourceId: string | undefined;
  readonly sourceName: string;
  readonly state: RunState;
  readonly startedAt: Instant | undefined;
  readonly finishedAt: Instant | undefined;
  readonly attempts: number;
  readonly batchId: string | undefined;
  readonly valuesStored: number;
  readonly valuesRefused: number;
  readonly reason: string | undefined;
};

export type SourceSaved = {
  readonly source: TelemetrySource;
  readonly secret: string | undefined;
};

export type SourceTest = {
  readonly ok: boolean;
  readonly message: string;
  readonly tookMs: number;
  readonly sample: unknown;
  readonly rows: readonly MappedRow[];
};

export type MappedRow = {
  readonly row: number;
  readonly task: string | undefined;
  readonly attribute: string | undefined;
  readonly attributeId: string | undefined;
  readonly raw: unknown;
  readonly value: unknown;
  readonly day: Day | undefined;
  readonly problem: string | undefined;
};

export type SourceInput = {
  readonly id?: string | null | undefined;
  readonly adoptionPlanId: string;
  readonly kind: SourceKind;
  readonly name: string;
  readonly config: unknown;
  readonly credentials?: unknown | null | undefined;
  readonly schedule?: string | null | undefined;
  readonly isEnabled?: boolean | null | undefined;
  readonly attributeId?: string | null | undefined;
};

/** What signs the messages about the plans of a workspace. */
export type NoticeSigning = {
  readonly since: Instant;
  readonly previousSecretExpiresAt: Instant | undefined;
};

export type NoticeSecretRotated = {
  readonly secret: string;
  readonly signing: NoticeSigning;
};
