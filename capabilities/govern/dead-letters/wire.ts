/** Dead letters as they stand on the wire. */
import { EVENT_NAME_PATTERN, REASONS } from '@uptake/domain/contract';
import { type Static, Type } from 'typebox';
import type { ReplayRun } from './runs.ts';

export const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const Instant = Type.String({ format: 'date-time' });
const Cause = Type.String({ pattern: '^[0-9a-f]{16}$' });
const EnvironmentId = Type.String({ format: 'uuid' });
const EventName = Type.String({ maxLength: 200 });
const ReasonCode = Type.Enum(Object.keys(REASONS) as (keyof typeof REASONS)[]);
const Result = Type.Enum(['accepted', 'duplicate', 'rejected', 'sampled', 'dropped']);
const STATES = ['open', 'replayed', 'all'] as const;

export const CauseParams = Type.Object({ cause: Cause });
export const RunParams = Type.Object({ id: Type.String({ format: 'uuid' }) });
export const EnvironmentQuery = Type.Object({ environment_id: Type.Optional(EnvironmentId) });

export const GroupsQuery = Type.Object({
  environment_id: Type.Optional(EnvironmentId),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  event_name: Type.Optional(EventName),
  reason: Type.Optional(ReasonCode),
  source: Type.Optional(Type.String({ maxLength: 20 })),
  app_version: Type.Optional(Type.String({ maxLength: 100 })),
  state: Type.Optional(
    Type.Enum([...STATES], { description: 'Causes with letters to replay, with replayed ones, or all (default).' }),
  ),
});

export const Groups = Type.Object({
  as_of: Instant,
  groups: Type.Array(
    Type.Object({
      cause: Type.String(),
      event_name: Type.String(),
      reason: Type.String(),
      reason_text: Type.String(),
      path: Type.String(),
      schema_version: Type.Integer(),
      events: Type.Integer({ description: 'All that were refused, kept or only counted.' }),
      kept: Type.Integer(),
      open: Type.Integer({ description: 'Kept, and not yet accepted.' }),
      replayable: Type.Integer({ description: 'Of the open ones, those that were kept whole.' }),
      replayed: Type.Integer(),
      first_seen: Instant,
      last_seen: Instant,
      example_detail: Type.String(),
      per_hour: Type.Array(Type.Object({ at: Instant, events: Type.Integer() })),
      sources: Type.Array(
        Type.Object({
          source: Type.String(),
          key_id: Type.String(),
          key_name: orNull(Type.String()),
          app_version: Type.String(),
          events: Type.Integer(),
        }),
      ),
    }),
  ),
});

export const LettersQuery = Type.Object({
  environment_id: Type.Optional(EnvironmentId),
  after: Type.Optional(Type.String({ maxLength: 80, description: '`next` of the page before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});

export const Letters = Type.Object({
  letters: Type.Array(
    Type.Object({
      id: Type.String(),
      received_at: Instant,
      event_id: Type.String(),
      event_name: Type.String(),
      reason: Type.String(),
      path: Type.String(),
      detail: Type.String(),
      schema_version: Type.Integer(),
      source: Type.String(),
      key_id: Type.String(),
      app_version: Type.String(),
      tenant_id: Type.String(),
      payload: Type.Unknown({
        description: 'The event, scrubbed, ids as marked pseudonyms; null where none was kept.',
      }),
      is_complete: Type.Boolean(),
      outcome: orNull(
        Type.Object({ result: Result, reason: Type.String(), run_id: Type.String(), decided_at: Instant }),
      ),
    }),
  ),
  next: orNull(Type.String()),
});

const Filter = Type.Object(
  {
    causes: Type.Optional(Type.Array(Cause, { minItems: 1, maxItems: 500 })),
    event_name: Type.Optional(EventName),
    reason: Type.Optional(ReasonCode),
    source: Type.Optional(Type.String({ maxLength: 20 })),
    app_version: Type.Optional(Type.String({ maxLength: 100 })),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    state: Type.Optional(
      Type.Enum(['open'], { description: 'A replay takes open letters alone: what was accepted never comes again.' }),
    ),
  },
  { additionalProperties: false },
);
const Mapping = Type.Unknown({ description: '`{"steps": […]}`; see the guide on dead letters.' });

export const PreviewBody = Type.Object(
  {
    environment_id: EnvironmentId,
    filter: Filter,
    mapping: Type.Optional(Mapping),
    draft: Type.Optional(
      Type.Union(
        [
          Type.Object(
            {
              event_name: Type.String({ pattern: EVENT_NAME_PATTERN.source }),
              version: Type.Integer({ minimum: 1 }),
            },
            { additionalProperties: false },
          ),
          Type.Object({ schema: Type.Unknown() }, { additionalProperties: false }),
        ],
        { description: 'Judge as if this version of the plan, or this document, were in force.' },
      ),
    ),
  },
  { additionalProperties: false },
);

export const PreviewReply = Type.Object({
  total: Type.Integer({ description: 'Letters that a replay would try.' }),
  examined: Type.Integer({ description: 'At most 1,000 of them, taken evenly; the outcomes are theirs.' }),
  outcomes: Type.Array(Type.Object({ result: Result, reason: Type.String(), events: Type.Integer() })),
  examples: Type.Array(
    Type.Object({
      letter_id: Type.String(),
      before: Type.Unknown(),
      after: Type.Unknown(),
      result: Result,
      reason: Type.String(),
      path: Type.String(),
      detail: Type.String(),
    }),
  ),
});

export const ReplayBody = Type.Object(
  { environment_id: EnvironmentId, filter: Filter, mapping: Type.Optional(Mapping) },
  { additionalProperties: false },
);

export const Run = Type.Object({
  id: Type.String(),
  environment_id: Type.String(),
  state: Type.Enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled']),
  is_cancel_requested: Type.Boolean(),
  total: Type.Integer(),
  done: Type.Integer(),
  accepted: Type.Integer(),
  duplicates: Type.Integer(),
  rejected: Type.Integer(),
  dropped: Type.Integer(),
  sampled: Type.Integer(),
  requested_by: orNull(Type.String()),
  requested_at: Instant,
  started_at: orNull(Instant),
  finished_at: orNull(Instant),
  filter: Type.Unknown(),
  mapping: Type.Unknown(),
  error: orNull(Type.String()),
});
export const Runs = Type.Object({ runs: Type.Array(Run) });

export function toRun(run: ReplayRun): Static<typeof Run> {
  const { id, state, total, accepted, duplicates, rejected, dropped, sampled, filter, mapping, error } = run;
  return {
    id,
    environment_id: run.environmentId,
    state,
    is_cancel_requested: run.isCancelRequested,
    total,
    done: accepted + duplicates + rejected + dropped + sampled,
    accepted,
    duplicates,
    rejected,
    dropped,
    sampled,
    requested_by: run.requestedBy,
    requested_at: run.requestedAt.toISOString(),
    started_at: run.startedAt?.toISOString() ?? null,
    finished_at: run.finishedAt?.toISOString() ?? null,
    filter,
    mapping,
    error,
  };
}
