/** The record of each feature (requirement E24): its hypotheses, schemas and feedback prompts, and what is missing. */
import type { EventSchema } from './event-schema.ts';

export const FEATURE_PARTS = ['hypothesis', 'target_metrics', 'schemas', 'feedback_prompts'] as const;
export type FeaturePart = (typeof FEATURE_PARTS)[number];

export type FeatureRecord = {
  readonly feature_area: string;
  readonly hypotheses: readonly string[];
  readonly target_metrics: readonly string[];
  /** Drafts do not count: what is not in force records nothing. */
  readonly schemas: readonly { readonly event_name: string; readonly version: number; readonly state: string }[];
  readonly feedback_prompts: readonly string[];
  readonly missing: readonly FeaturePart[];
};

/**
 * One record per feature area. `schemas` holds the newest version of each event; `seenAreas` are areas that events were
 * received for, so that a feature without any schema is listed too.
 */
export function featureRecords(schemas: readonly EventSchema[], seenAreas: readonly string[] = []): FeatureRecord[] {
  const areas = new Set([...schemas.map((schema) => schema.feature_area), ...seenAreas]);
  areas.delete('');
  return [...areas].sort().map((area) =>
    recordOf(
      area,
      schemas.filter((schema) => schema.feature_area === area),
    ),
  );
}

function recordOf(area: string, schemas: readonly EventSchema[]): FeatureRecord {
  const inForce = schemas.filter(({ state }) => state === 'active' || state === 'deprecated');
  const hypotheses = distinct(schemas.flatMap(({ hypothesis }) => hypothesis ?? []));
  const metrics = distinct(schemas.flatMap(({ target_metrics }) => target_metrics ?? []));
  const prompts = distinct(schemas.flatMap(({ feedback_prompts }) => feedback_prompts ?? []));
  const counts = {
    hypothesis: hypotheses.length,
    target_metrics: metrics.length,
    schemas: inForce.length,
    feedback_prompts: prompts.length,
  };
  return {
    feature_area: area,
    hypotheses,
    target_metrics: metrics,
    schemas: inForce.map(({ event_name, version, state }) => ({ event_name, version, state })),
    feedback_prompts: prompts,
    missing: FEATURE_PARTS.filter((part) => counts[part] === 0),
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text) => text.trim() !== ''))];
}
