/** How adoption is put in words, marks and colours. A colour never stands without its mark and its word. */
import type {
  DataType,
  Health,
  Json,
  OverrideKind,
  RunState,
  SourceKind,
  TaskStatus,
  TelemetryStatus,
} from './types.ts';

export type Tone = 'neutral' | 'accent' | 'good' | 'bad' | 'warn';

export const HEALTH_WORDS: Readonly<Record<Health, { word: string; tone: Tone }>> = {
  COMPLETED: { word: 'Completed', tone: 'good' },
  ON_TRACK: { word: 'On track', tone: 'accent' },
  AT_RISK: { word: 'At risk', tone: 'warn' },
  STALLED: { word: 'Stalled', tone: 'bad' },
  NOT_STARTED: { word: 'Not started', tone: 'neutral' },
};
/** In the order somebody who has an hour would look at them. */
export const HEALTHS: readonly Health[] = ['STALLED', 'AT_RISK', 'NOT_STARTED', 'ON_TRACK', 'COMPLETED'];

export const STATUS_WORDS: Readonly<Record<TaskStatus, string>> = {
  NOT_STARTED: 'Not started',
  IN_PROGRESS: 'In progress',
  DONE: 'Done',
  NOT_APPLICABLE: 'Not applicable',
};

export const TELEMETRY_WORDS: Readonly<
  Record<TelemetryStatus, { mark: string; word: string; text: string; bar: string }>
> = {
  MET: { mark: '✓', word: 'Met', text: 'text-good', bar: 'bg-good' },
  PARTIAL: { mark: '⊙', word: 'Partially met', text: 'text-warn', bar: 'bg-warn' },
  NOT_MET: { mark: '✗', word: 'Not met', text: 'text-bad', bar: 'bg-bad' },
  NOT_MEASURED: { mark: '–', word: 'Not measured', text: 'text-muted', bar: 'bg-line-field' },
};

export const OVERRIDE_WORDS: Readonly<Record<OverrideKind, string>> = {
  INHERIT: 'As the plan says',
  OFF: 'Never by itself',
  ON: 'By itself, from',
};

export const KIND_WORDS: Readonly<Record<SourceKind, { name: string; note: string }>> = {
  BINDING: { name: 'Events', note: 'A count of the events this customer sends; nothing to connect.' },
  API_PUSH: { name: 'API push', note: 'Your system sends values as soon as it has them.' },
  WEBHOOK: { name: 'Webhook', note: 'Another product calls Uptake; its signature is checked.' },
  API_POLLING: { name: 'API polling', note: 'Uptake asks an HTTP API by its schedule.' },
  DATABASE: { name: 'Database', note: 'Uptake reads one query of PostgreSQL, MySQL or ClickHouse.' },
};

export const RUN_WORDS: Readonly<Record<RunState, { word: string; tone: Tone }>> = {
  WAITING: { word: 'waiting', tone: 'neutral' },
  RUNNING: { word: 'running', tone: 'accent' },
  SUCCEEDED: { word: 'succeeded', tone: 'good' },
  FAILED: { word: 'failed', tone: 'bad' },
  SKIPPED: { word: 'skipped', tone: 'warn' },
};

const SOURCE_WORDS: Readonly<Record<string, string>> = {
  excel: 'Excel',
  api: 'API',
  database: 'database',
  webhook: 'webhook',
  events: 'events',
  manual: 'hand',
};

/** What brought a batch that has no file name. */
export const batchInWords = (kind: string) => `Values by ${SOURCE_WORDS[kind] ?? kind}`;

/** `(via Excel)` as the task rows say it. */
export const viaSource = (source: string) => `(via ${SOURCE_WORDS[source] ?? source})`;

/** What a person does about a recommendation, in the words of the task rows; nothing where there is nothing to do. */
export function recommendationInWords(
  recommendation: 'DONE' | 'STAY' | 'BLOCKED',
  status: TaskStatus,
): { text: string; isApplicable: boolean } {
  if (recommendation === 'BLOCKED') return { text: 'BLOCKED: NO REQUIRED CRITERION IS MET', isApplicable: false };
  if (recommendation === 'STAY') return { text: 'KEEP AS IS', isApplicable: false };
  const isOpen = status !== 'DONE' && status !== 'NOT_APPLICABLE';
  return { text: isOpen ? 'AUTO-COMPLETE THIS TASK' : 'KEEP AS IS', isApplicable: isOpen };
}

/** `60%`; rounded down, so that 100% is never said of what is not whole. */
export const percentText = (percentage: number | null | undefined) =>
  percentage === null || percentage === undefined ? '–' : `${Math.floor(percentage + 1e-9)}%`;

/** A value as it stands behind an attribute's name. */
export function valueInWords(value: Json | undefined, dataType: DataType): string {
  if (value === null || value === undefined) return 'no value yet';
  if (typeof value === 'object') return JSON.stringify(value);
  return dataType === 'PERCENTAGE' ? `${value} %` : String(value);
}

/** `2026-11-20` of an instant, in UTC as every day of adoption is. */
export const dayOfInstant = (instant: string) => instant.slice(0, 10);

/** `2026-11-20 14:30 UTC`: the form the Telemetry tab uses. */
export const utcText = (instant: string) => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;

/** Where a person said one thing and telemetry another. */
export function disagreement(status: TaskStatus, telemetry: TelemetryStatus): 'ahead' | 'lost' | undefined {
  if (telemetry === 'MET' && status !== 'DONE' && status !== 'NOT_APPLICABLE') return 'ahead';
  if (status === 'DONE' && (telemetry === 'NOT_MET' || telemetry === 'PARTIAL')) return 'lost';
  return undefined;
}
