/** The shapes of what was observed, on the wire. */
import { type Static, Type } from 'typebox';
import type { DraftedProposal, UnplannedEvent } from './proposals.ts';

const Instant = Type.String({ format: 'date-time' });
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

export const EnvironmentQuery = Type.Object({
  environment_id: Type.Optional(
    Type.String({ format: 'uuid', description: "The key's environment, or the workspace's first, where absent." }),
  ),
});
export const EventParams = Type.Object({ event_name: Type.String({ minLength: 1, maxLength: 100 }) });

export const UnplannedList = Type.Object({
  events: Type.Array(
    Type.Object({
      event_name: Type.String(),
      events_30d: Type.Number(),
      sources: Type.Array(Type.String()),
      app_versions: Type.Array(Type.String()),
      first_seen: Instant,
      last_seen: Instant,
    }),
  ),
});
export const ProposalReply = Type.Object({
  schema: Type.Unsafe<unknown>({ type: 'object', additionalProperties: true }),
  events_30d: Type.Number(),
  sampled_events: Type.Integer(),
  presence: Type.Array(
    Type.Object({
      name: Type.String(),
      count: Type.Number(),
      share: Type.Number({ description: 'Of the sampled events, 0 to 1.' }),
      types: Type.Array(Type.String()),
      examples: Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
      is_proposed: Type.Boolean(),
    }),
  ),
});
export const AcceptBody = Type.Object(
  {
    schema: Type.Optional(
      Type.Unsafe<unknown>({
        type: 'object',
        additionalProperties: true,
        description: 'The proposal as edited; as proposed where absent.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const TroubleshootQuery = Type.Object({
  ...EnvironmentQuery.properties,
  event_name: Type.String({ minLength: 1, maxLength: 100 }),
});
export const Troubleshoot = Type.Object({
  event_name: Type.String(),
  environment: Type.Object({ id: Type.String(), mode: Type.String(), policy: Type.String(), excluded: Type.Boolean() }),
  schema: orNull(Type.Object({ state: Type.String(), version: Type.Integer() })),
  accepted: orNull(
    Type.Object({
      last_received_at: Instant,
      last_timestamp: Instant,
      last_hour: Type.Number(),
      last_24h: Type.Number(),
      violations_24h: Type.Number(),
    }),
  ),
  refused_24h: orNull(Type.Array(Type.Object({ reason: Type.String(), events: Type.Number() }))),
  keys: Type.Array(
    Type.Object({
      name: Type.String(),
      prefix: Type.String(),
      kind: Type.String(),
      last_used_at: orNull(Instant),
      is_usable: Type.Boolean(),
    }),
  ),
  suggestions: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
});

export const Features = Type.Object({
  features: Type.Array(
    Type.Object({
      feature_area: Type.String(),
      hypotheses: Type.Array(Type.String()),
      target_metrics: Type.Array(Type.String()),
      schemas: Type.Array(Type.Object({ event_name: Type.String(), version: Type.Integer(), state: Type.String() })),
      feedback_prompts: Type.Array(Type.String()),
      missing: Type.Array(Type.String()),
    }),
  ),
});

export function toUnplanned(event: UnplannedEvent): Static<typeof UnplannedList>['events'][number] {
  return {
    event_name: event.eventName,
    events_30d: event.events,
    sources: [...event.sources],
    app_versions: [...event.appVersions],
    first_seen: event.firstSeen.toISOString(),
    last_seen: event.lastSeen.toISOString(),
  };
}

export function toProposal({ schema, presence, events, sampledEvents }: DraftedProposal): Static<typeof ProposalReply> {
  return {
    schema,
    events_30d: events,
    sampled_events: sampledEvents,
    presence: presence.map(({ name, count, share, types, examples, isProposed }) => ({
      name,
      count,
      share,
      types: [...types],
      examples: [...examples],
      is_proposed: isProposed,
    })),
  };
}
