/** The shapes of the access doors on the wire, and how rows become them. */
import { MEMBER_ROLES, SECRET_KEY_SCOPES } from '@uptake/domain/contract';
import { type Static, Type } from 'typebox';
import type { KeyRow } from './keys.ts';
import type { MemberRow } from './members.ts';
import { SLUG_PATTERN } from './slug.ts';
import type { EnvironmentRow, ProductWithEnvironments } from './workspaces.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });
const Slug = Type.String({ pattern: SLUG_PATTERN });
const Instant = Type.String({ format: 'date-time' });
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const Scope = Type.Enum([...SECRET_KEY_SCOPES]);
const Role = Type.Enum([...MEMBER_ROLES]);

export const Environment = Type.Object({
  id: Id,
  slug: Type.String(),
  name: Type.String(),
  mode: Type.String(),
  policy: Type.String(),
});
export const Product = Type.Object({
  id: Id,
  slug: Type.String(),
  name: Type.String(),
  environments: Type.Array(Environment),
});
export const Workspace = Type.Object({
  id: Id,
  name: Type.String(),
  slug: Type.String(),
  products: Type.Array(Product),
});
export const CreatedWorkspace = Type.Object({ id: Id, name: Type.String(), slug: Type.String() });
export const Me = Type.Object({
  user: Type.Object({ id: Id, email: Type.String(), name: Type.String(), is_operator: Type.Boolean() }),
  workspaces: Type.Array(Type.Object({ id: Id, name: Type.String(), slug: Type.String(), role: Role })),
});

const keyProperties = {
  id: Id,
  kind: Type.Enum(['write', 'secret']),
  name: Type.String(),
  prefix: Type.String({ description: 'The first characters, to tell keys apart.' }),
  product_id: orNull(Id),
  environment_id: orNull(Id),
  scopes: Type.Array(Type.String()),
  allowed_addresses: Type.Array(Type.String()),
  events_per_second_limit: orNull(Type.Integer()),
  created_at: Instant,
  expires_at: orNull(Instant),
  revoked_at: orNull(Instant),
  last_used_at: orNull(Instant),
};
export const Key = Type.Object(keyProperties);
export const KeyList = Type.Object({ keys: Type.Array(Key) });
export const CreatedKey = Type.Object({
  ...keyProperties,
  key: Type.String({ description: 'The key itself: shown here and never again.' }),
});

const names = { type: 'array', maxItems: 500, uniqueItems: true } as const;
const EventNames = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), names);
const FeatureAreas = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), names);
const Mode = Type.Enum(['observe', 'enforce'], {
  description: 'observe keeps what is unplanned, marked as such; enforce rejects it.',
});
const Policy = Type.Enum(['full', 'ledger'], {
  description: 'ledger keeps milestones of tenants alone and shows counts alone.',
});
export const EnvironmentSettings = Type.Object({
  id: Id,
  product_id: Id,
  slug: Type.String(),
  name: Type.String(),
  mode: Mode,
  policy: Policy,
  excluded_events: EventNames,
  excluded_feature_areas: FeatureAreas,
});
export const EnvironmentChangeBody = Type.Object(
  {
    name: Type.Optional(Name),
    mode: Type.Optional(Mode),
    policy: Type.Optional(Policy),
    excluded_events: Type.Optional(EventNames),
    excluded_feature_areas: Type.Optional(FeatureAreas),
  },
  { ...closed, minProperties: 1 },
);

const memberProperties = { id: Id, email: Type.String(), name: Type.String(), role: Role, joined_at: Instant };
export const Member = Type.Object(memberProperties);
export const MemberList = Type.Object({ members: Type.Array(Member) });
export const AddedMember = Type.Object({
  ...memberProperties,
  password: orNull(Type.String({ description: 'Of a person who is new here: shown once. Null where they have one.' })),
});
export const NewMemberBody = Type.Object(
  { email: Type.String({ maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' }), name: Name, role: Role },
  closed,
);
export const RoleBody = Type.Object({ role: Role }, closed);

export const NameBody = Type.Object({ name: Name }, closed);
export const NameAndSlugBody = Type.Object({ name: Name, slug: Type.Optional(Slug) }, closed);
export const IdParams = Type.Object({ id: Id });
export const NewKeyBody = Type.Object(
  {
    kind: Type.Enum(['write', 'secret']),
    name: Name,
    environment_id: Type.Optional(Id),
    scopes: Type.Optional(Type.Array(Scope, { minItems: 1, uniqueItems: true })),
    allowed_addresses: Type.Optional(Type.Array(Type.String({ maxLength: 50 }), { maxItems: 100 })),
    events_per_second_limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  },
  closed,
);
export const RotateBody = Type.Object(
  {
    overlap_seconds: Type.Integer({
      minimum: 0,
      maximum: 30 * 24 * 60 * 60,
      description: 'How long the old key still works.',
    }),
  },
  closed,
);

export function toKey(row: KeyRow): Static<typeof Key> {
  const iso = (instant: Date | null) => instant?.toISOString() ?? null;
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    prefix: row.prefix,
    product_id: row.productId,
    environment_id: row.environmentId,
    scopes: row.scopes,
    allowed_addresses: row.allowedAddresses,
    events_per_second_limit: row.eventsPerSecondLimit,
    created_at: row.createdAt.toISOString(),
    expires_at: iso(row.expiresAt),
    revoked_at: iso(row.revokedAt),
    last_used_at: iso(row.lastUsedAt),
  };
}

export function toEnvironment({ id, slug, name, mode, policy }: EnvironmentRow): Static<typeof Environment> {
  return { id, slug, name, mode, policy };
}

export function toProduct({ id, slug, name, environments }: ProductWithEnvironments): Static<typeof Product> {
  return { id, slug, name, environments: environments.map(toEnvironment) };
}

export function toMember({ userId, email, name, role, joinedAt }: MemberRow): Static<typeof Member> {
  return { id: userId, email, name, role, joined_at: joinedAt.toISOString() };
}

export function toEnvironmentSettings(row: EnvironmentRow): Static<typeof EnvironmentSettings> {
  return {
    id: row.id,
    product_id: row.productId,
    slug: row.slug,
    name: row.name,
    mode: row.mode,
    policy: row.policy,
    excluded_events: row.excludedEvents,
    excluded_feature_areas: row.excludedFeatureAreas,
  };
}
