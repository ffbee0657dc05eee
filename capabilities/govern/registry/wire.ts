/** The shapes of the registry's doors on the wire, and how rows become them. */
import { type Change, type Comparison, type EventSchema, SCHEMA_STATES } from '@uptake/domain/tracking-plan';
import { type Static, Type } from 'typebox';
import type { PlannedEvent, VersionRow } from './store.ts';
import { acceptedUntil, currentSchema, currentVersion } from './versions.ts';
import type { EventVolume } from './volumes.query.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Instant = Type.String({ format: 'date-time' });
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const State = Type.Enum([...SCHEMA_STATES]);
/** Read by the domain, which names every mistake with its place. */
const Document = Type.Unsafe<unknown>({
  type: 'object',
  additionalProperties: true,
  description: 'An event schema, as `uptake/schemas/<event_name>.json` holds it.',
});
const EventName = Type.String({ minLength: 1, maxLength: 200 });

export const ProductQuery = Type.Object({
  product_id: Type.Optional(
    Type.String({ format: 'uuid', description: "The key's product, or the workspace's first, where absent." }),
  ),
});
export const ListQuery = Type.Object({
  ...ProductQuery.properties,
  volumes: Type.Optional(Type.Boolean({ description: 'With the events of the last 30 days.' })),
});
export const EventParams = Type.Object({ event_name: EventName });
export const DiffQuery = Type.Object({
  ...ProductQuery.properties,
  from: Type.Integer({ minimum: 1 }),
  to: Type.Integer({ minimum: 1 }),
});

export const Changes = Type.Object({
  kind: Type.Enum(['none', 'compatible', 'breaking']),
  changes: Type.Array(
    Type.Object({ kind: Type.String(), rule: Type.String(), path: Type.String(), message: Type.String() }),
  ),
});
const Volume = Type.Object({
  events_30d: Type.Number(),
  violations_30d: Type.Number({ description: 'Kept in mode observe although they break the schema.' }),
  last_seen: orNull(Instant),
});
const plannedProperties = {
  schema: Document,
  product_id: Id,
  created_at: Instant,
  updated_at: Instant,
  updated_by: orNull(Type.String()),
  migration_note: orNull(Type.String()),
  reviewer_id: orNull(Type.String()),
  volume: orNull(Volume),
};
export const Planned = Type.Object(plannedProperties);
export const PlannedList = Type.Object({ schemas: Type.Array(Planned) });
export const PlannedWithHistory = Type.Object({
  ...plannedProperties,
  history: Type.Array(
    Type.Object({
      version: Type.Integer(),
      schema: Document,
      is_breaking: Type.Boolean(),
      change: orNull(Changes),
      migration_note: orNull(Type.String()),
      reviewer_id: orNull(Type.String()),
      accepted_until: orNull(Instant),
      created_at: Instant,
      created_by_kind: Type.String(),
      created_by: orNull(Type.String()),
    }),
  ),
});
export const PutBody = Type.Object(
  {
    schema: Document,
    migration_note: Type.Optional(Type.String({ maxLength: 2_000 })),
    reviewer: Type.Optional(Type.String({ maxLength: 254, description: 'Address or id of a member.' })),
    accepted_until: Type.Optional(Type.String({ maxLength: 40 })),
  },
  closed,
);
export const PutReply = Type.Object({ ...plannedProperties, change: Changes });
export const StateBody = Type.Object({ state: State }, closed);
export const CheckBody = Type.Object({ schemas: Type.Array(Document, { minItems: 1, maxItems: 500 }) }, closed);
const Finding = Type.Object({
  rule: Type.String(),
  severity: Type.String(),
  path: Type.String(),
  message: Type.String(),
});
export const CheckReply = Type.Object({
  results: Type.Array(
    Type.Object({
      event_name: orNull(Type.String()),
      findings: Type.Array(Finding),
      change: orNull(Changes),
      current_version: orNull(Type.Integer()),
    }),
  ),
});

export function toChanges({ kind, changes }: Comparison): Static<typeof Changes> {
  return {
    kind,
    changes: changes.map(({ kind: each, rule, path, message }: Change) => ({ kind: each, rule, path, message })),
  };
}

export function toPlanned(event: PlannedEvent, volume: EventVolume | undefined): Static<typeof Planned> {
  const current = currentVersion(event);
  return {
    schema: currentSchema(event),
    product_id: event.row.productId,
    created_at: event.row.createdAt.toISOString(),
    updated_at: event.row.updatedAt.toISOString(),
    updated_by: current.createdBy,
    migration_note: current.migrationNote,
    reviewer_id: current.reviewerId,
    volume:
      volume === undefined
        ? null
        : {
            events_30d: volume.events,
            violations_30d: volume.violations,
            last_seen: volume.lastSeen?.toISOString() ?? null,
          },
  };
}

/** Newest version first, each with what it changed. */
export function toHistory(
  event: PlannedEvent,
  compare: (old: EventSchema, next: EventSchema) => Comparison,
): Static<typeof PlannedWithHistory>['history'] {
  return event.versions
    .map((version: VersionRow, index) => {
      const before = event.versions[index - 1];
      return {
        version: version.version,
        schema: version.document,
        is_breaking: version.isBreaking,
        change: before === undefined ? null : toChanges(compare(before.document, version.document)),
        migration_note: version.migrationNote,
        reviewer_id: version.reviewerId,
        accepted_until: acceptedUntil(event, version.version)?.toISOString() ?? null,
        created_at: version.createdAt.toISOString(),
        created_by_kind: version.createdByKind,
        created_by: version.createdBy,
      };
    })
    .reverse();
}
