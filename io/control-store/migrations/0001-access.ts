/** Workspaces, products, environments, people, keys and audit, with row-level security on everything that has a workspace. */
import type { Migration } from './migration.ts';

export const access: Migration = {
  version: 1,
  name: 'access',
  isBreaking: false,
  up: `
-- Roles belong to the whole PostgreSQL cluster, so a second database finds this one already there.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'uptake_workspace') THEN
    CREATE ROLE uptake_workspace NOLOGIN NOINHERIT;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
-- The connecting role must be able to step down into it; a superuser can anyway.
DO $$ BEGIN EXECUTE format('GRANT uptake_workspace TO %I', current_user); END $$;
GRANT USAGE ON SCHEMA public TO uptake_workspace;

-- Null outside withWorkspace, and then no row matches.
CREATE FUNCTION uptake_workspace_id() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('uptake.workspace_id', true), '')::uuid $$;

CREATE TABLE workspaces (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

-- The composite unique keys let foreign keys carry the workspace, so that no row can point into another one.
CREATE TABLE products (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  slug text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, id)
);
CREATE UNIQUE INDEX products_slug ON products (workspace_id, slug);

CREATE TABLE environments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL,
  product_id uuid NOT NULL,
  slug text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  mode text NOT NULL DEFAULT 'observe' CHECK (mode IN ('observe', 'enforce')),
  policy text NOT NULL DEFAULT 'full' CHECK (policy IN ('full', 'ledger')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, product_id, id),
  FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id)
);
CREATE UNIQUE INDEX environments_slug ON environments (product_id, slug);
CREATE INDEX environments_by_workspace ON environments (workspace_id);

CREATE TABLE users (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  email_verified boolean NOT NULL DEFAULT false,
  image text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token text NOT NULL UNIQUE,
  expires_at timestamptz(3) NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz(3),
  refresh_token_expires_at timestamptz(3),
  scope text,
  password text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX accounts_by_user ON accounts (user_id);

CREATE TABLE verifications (
  id uuid PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX verifications_by_identifier ON verifications (identifier);

CREATE TABLE rate_limits (
  id uuid PRIMARY KEY,
  key text NOT NULL UNIQUE,
  count integer NOT NULL,
  last_request bigint NOT NULL
);

CREATE TABLE memberships (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'analyst', 'viewer')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  kind text NOT NULL CHECK (kind IN ('write', 'secret')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  prefix text NOT NULL,
  key_hash text NOT NULL UNIQUE,
  product_id uuid,
  environment_id uuid,
  scopes text[] NOT NULL DEFAULT '{}' CHECK (scopes <@ ARRAY['read', 'write', 'admin']),
  allowed_addresses text[] NOT NULL DEFAULT '{}',
  events_per_second_limit integer CHECK (events_per_second_limit > 0),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3),
  CHECK ((product_id IS NULL) = (environment_id IS NULL)),
  CHECK (kind = 'secret' OR (environment_id IS NOT NULL AND scopes = '{}')),
  FOREIGN KEY (workspace_id, product_id, environment_id) REFERENCES environments (workspace_id, product_id, id)
);
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id);

CREATE TABLE audit_entries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid,
  occurred_at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('member', 'secret_key', 'system')),
  actor_id text,
  action text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_entries_by_time ON audit_entries (workspace_id, occurred_at);

-- What is written down stays: not even the owner of the table changes an audit entry by accident.
CREATE FUNCTION uptake_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit entries are append-only'; END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION uptake_refuse_change();

GRANT SELECT, UPDATE ON workspaces TO uptake_workspace;
GRANT SELECT, INSERT, UPDATE, DELETE ON products, environments, memberships, api_keys TO uptake_workspace;
GRANT SELECT, INSERT ON audit_entries TO uptake_workspace;

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
ALTER TABLE environments ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON workspaces TO uptake_workspace USING (id = uptake_workspace_id());
CREATE POLICY own_workspace ON products TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON environments TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON memberships TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON api_keys TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON audit_entries TO uptake_workspace USING (workspace_id = uptake_workspace_id());
`,
  // The role stays: another database of the same cluster may use it.
  down: `
DROP TABLE audit_entries, api_keys, memberships, rate_limits, verifications, accounts, sessions, users,
  environments, products, workspaces;
DROP FUNCTION uptake_refuse_change();
DROP FUNCTION uptake_workspace_id();
REVOKE USAGE ON SCHEMA public FROM uptake_workspace;
`,
};
