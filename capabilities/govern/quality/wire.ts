/** Data quality as it stands on the wire. */
import { type Static, Type } from 'typebox';
import type { Thresholds } from './alerts.ts';

const Instant = Type.String({ format: 'date-time' });
const EnvironmentId = Type.String({ format: 'uuid' });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Count = Type.Number();
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** Each with the step its figures are given in. */
export const PERIODS = {
  '1h': { lengthMs: 3_600_000, stepMs: 60_000 },
  '24h': { lengthMs: 86_400_000, stepMs: 1_800_000 },
  '7d': { lengthMs: 7 * 86_400_000, stepMs: 4 * 3_600_000 },
  '30d': { lengthMs: 30 * 86_400_000, stepMs: 86_400_000 },
} as const;
export type PeriodName = keyof typeof PERIODS;

export const QualityQuery = Type.Object({
  environment_id: Type.Optional(EnvironmentId),
  period: Type.Optional(
    Type.Enum(Object.keys(PERIODS) as PeriodName[], { description: 'Up to now; a day if absent.' }),
  ),
});

export const ThresholdsAnswer = Type.Object({
  rejection_rate: Share,
  drop_rate: Share,
  pii_rate: Share,
  sustained_minutes: Type.Integer(),
});

export const ThresholdsBody = Type.Object(
  {
    environment_id: EnvironmentId,
    rejection_rate: Type.Optional(Share),
    drop_rate: Type.Optional(Share),
    pii_rate: Type.Optional(Share),
    sustained_minutes: Type.Optional(Type.Integer({ minimum: 3, maximum: 120 })),
  },
  { additionalProperties: false },
);

export const Quality = Type.Object({
  as_of: Instant,
  period: Type.String(),
  accepted: Count,
  rejected: Count,
  dropped: Count,
  sampled: Count,
  duplicates: Count,
  rejection_rate: Type.Number({ description: 'Of all that came in but repeats, 0 to 1.' }),
  drop_rate: Type.Number(),
  thresholds: ThresholdsAnswer,
  by_source: Type.Array(
    Type.Object({
      source: Type.String(),
      key_id: Type.String(),
      key_name: orNull(Type.String()),
      app_version: Type.String(),
      accepted: Count,
      rejected: Count,
      dropped: Count,
      rejection_rate: Type.Number(),
      drop_rate: Type.Number(),
      is_over: Type.Boolean(),
    }),
  ),
  per_interval: Type.Array(
    Type.Object({ at: Instant, accepted: Count, rejected: Count, dropped: Count, sampled: Count }),
  ),
  reasons: Type.Array(Type.Object({ reason: Type.String(), result: Type.String(), events: Count })),
  pii: Type.Object({
    scanned_events: Count,
    events_with_findings: Count,
    rate: orNull(Type.Number({ description: 'null where nothing was looked at again.' })),
    scanned_until: orNull(Instant),
    by_rule: Type.Array(Type.Object({ rule: Type.String(), place: Type.String(), events: Count })),
  }),
  alerts: Type.Array(
    Type.Object({
      type: Type.String(),
      message: Type.String(),
      severity: Type.String(),
      since: Instant,
      source: Type.Optional(Type.String()),
      app_version: Type.Optional(Type.String()),
    }),
  ),
});

export function thresholdsToWire(thresholds: Thresholds): Static<typeof ThresholdsAnswer> {
  const { rejectionRate, dropRate, piiRate, sustainedMinutes } = thresholds;
  return {
    rejection_rate: rejectionRate,
    drop_rate: dropRate,
    pii_rate: piiRate,
    sustained_minutes: sustainedMinutes,
  };
}

/** What is absent stays as it is. */
export function changeOf(body: Static<typeof ThresholdsBody>): Partial<Thresholds> {
  return {
    ...(body.rejection_rate !== undefined && { rejectionRate: body.rejection_rate }),
    ...(body.drop_rate !== undefined && { dropRate: body.drop_rate }),
    ...(body.pii_rate !== undefined && { piiRate: body.pii_rate }),
    ...(body.sustained_minutes !== undefined && { sustainedMinutes: body.sustained_minutes }),
  };
}
