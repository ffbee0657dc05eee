/** The settings of a plan's telemetry as people send them; what does not fit is refused with its place. */
import { Problem } from '@uptake/domain/contract';
import type { TelemetryConfigInput } from './port.ts';
import { parseSchedule } from './schedules.ts';
import type { PlanRow } from './store/plan-state.ts';

const MAX_EMAILS = 20;
const MAX_CONFIG_BYTES = 20_000;
const MAX_RETENTION_DAYS = 3_660;

/** Absent stays as it is; null takes away. */
export function readPlanSettings(input: TelemetryConfigInput, nowMs: number): Partial<PlanRow> {
  const errors = problemsOf(input, nowMs).map(([field, message]) => ({ path: `/input/${field}`, message }));
  if (errors.length > 0) throw new Problem('invalid_request', 'The settings cannot be kept as they are.', { errors });
  const { notify } = input;
  return {
    ...(input.telemetryEnabled != null && { telemetryEnabled: input.telemetryEnabled }),
    ...(input.telemetrySource !== undefined && { telemetrySource: input.telemetrySource }),
    ...(input.telemetrySchedule !== undefined && { telemetrySchedule: input.telemetrySchedule?.trim() || null }),
    ...(input.telemetryConfig !== undefined && { telemetryConfig: input.telemetryConfig }),
    ...(input.autoStatusEnabled != null && { isAutoStatusEnabled: input.autoStatusEnabled }),
    ...(input.thresholdPercent != null && { thresholdPercent: input.thresholdPercent }),
    ...(input.valueRetentionDays !== undefined && { valueRetentionDays: input.valueRetentionDays }),
    ...(notify?.emails != null && { notifyEmails: [...notify.emails] }),
    ...(notify?.webhookUrl !== undefined && { notifyWebhookUrl: notify.webhookUrl?.trim() || null }),
    ...(notify?.onAutoStatus != null && { notifyOnAutoStatus: notify.onAutoStatus }),
    ...(notify?.onMilestone != null && { notifyOnMilestone: notify.onMilestone }),
    ...(notify?.digest != null && { notifyDigest: notify.digest }),
  };
}

function* fieldsOf(
  input: TelemetryConfigInput,
  nowMs: number,
): Generator<readonly [field: string, message: string | false]> {
  const { thresholdPercent, valueRetentionDays, telemetrySchedule, telemetrySource, telemetryConfig, notify } = input;
  yield ['thresholdPercent', thresholdPercent != null && !isWhole(thresholdPercent, 1, 100) && 'must be 1 to 100'];
  yield [
    'valueRetentionDays',
    valueRetentionDays != null &&
      !isWhole(valueRetentionDays, 1, MAX_RETENTION_DAYS) &&
      `must be 1 to ${MAX_RETENTION_DAYS} days`,
  ];
  yield [
    'telemetrySchedule',
    telemetrySchedule != null &&
      telemetrySchedule.trim() !== '' &&
      (parseSchedule(telemetrySchedule, nowMs).problem ?? false),
  ];
  yield [
    'telemetrySource',
    telemetrySource != null && telemetrySource.length > 200 && 'must be at most 200 characters',
  ];
  yield [
    'telemetryConfig',
    telemetryConfig != null && JSON.stringify(telemetryConfig).length > MAX_CONFIG_BYTES && 'is too large',
  ];
  yield ['notify/emails', (notify?.emails?.length ?? 0) > MAX_EMAILS && `may be ${MAX_EMAILS} addresses at most`];
  for (const [index, email] of (notify?.emails ?? []).entries())
    yield [`notify/emails/${index}`, !/^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/.test(email) && 'is no mail address'];
  yield [
    'notify/webhookUrl',
    notify?.webhookUrl != null &&
      notify.webhookUrl.trim() !== '' &&
      !isHttp(notify.webhookUrl) &&
      'must be an http(s) address',
  ];
}

function problemsOf(input: TelemetryConfigInput, nowMs: number): readonly (readonly [string, string])[] {
  return [...fieldsOf(input, nowMs)].flatMap(([field, message]) =>
    message === false ? [] : [[field, message] as const],
  );
}

const isWhole = (number: number, from: number, to: number) =>
  Number.isInteger(number) && number >= from && number <= to;

function isHttp(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
