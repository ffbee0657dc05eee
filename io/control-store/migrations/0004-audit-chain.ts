/**
 * Chains the audit entries (decision 0017): each carries its place in the chain of its workspace and the hash of the entry
 * before it. The database makes the links, so that no writer can leave them out; `capabilities/access` checks them by a
 * reading of its own.
 */
import type { Migration } from './migration.ts';

/** Written twice: for the entries there are and for those to come. */
const LINK = `
    link.sequence := head.sequence + 1;
    link.previous_hash := head.hash;
    link.hash := uptake_audit_hash(link);
    UPDATE audit_chains SET sequence = link.sequence, hash = link.hash WHERE chain_id = link.chain_id;`;

export const auditChain: Migration = {
  version: 4,
  name: 'audit_chain',
  isBreaking: false,
  up: `
ALTER TABLE audit_entries
  ADD COLUMN chain_id uuid GENERATED ALWAYS AS (coalesce(workspace_id, '00000000-0000-0000-0000-000000000000'::uuid)) STORED,
  ADD COLUMN sequence bigint,
  ADD COLUMN previous_hash text,
  ADD COLUMN hash text;

-- The end of each chain. A chain whose last entries were cut off no longer reaches it.
CREATE TABLE audit_chains (
  chain_id uuid PRIMARY KEY,
  sequence bigint NOT NULL DEFAULT 0,
  hash text NOT NULL DEFAULT repeat('0', 64)
);

-- RFC 8785 but for numbers, which stand in plain decimal notation: members in the order of their names, no spaces.
CREATE FUNCTION uptake_canonical_json(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT CASE jsonb_typeof(value)
    WHEN 'object' THEN '{' || coalesce((
      SELECT string_agg(to_jsonb(key)::text || ':' || uptake_canonical_json(member), ',' ORDER BY key COLLATE "C")
      FROM jsonb_each(value) AS members (key, member)), '') || '}'
    WHEN 'array' THEN '[' || coalesce((
      SELECT string_agg(uptake_canonical_json(item), ',' ORDER BY place)
      FROM jsonb_array_elements(value) WITH ORDINALITY AS items (item, place)), '') || ']'
    WHEN 'number' THEN trim_scale((value #>> '{}')::numeric)::text
    ELSE value::text
  END
$$;

CREATE FUNCTION uptake_audit_hash(entry audit_entries) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(uptake_canonical_json(jsonb_build_object(
    'action', entry.action,
    'actor_id', entry.actor_id,
    'actor_kind', entry.actor_kind,
    'details', entry.details,
    'id', entry.id,
    'occurred_at', to_char(entry.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'previous_hash', entry.previous_hash,
    'sequence', entry.sequence,
    'subject_id', entry.subject_id,
    'subject_kind', entry.subject_kind,
    'workspace_id', entry.workspace_id)), 'UTF8')), 'hex')
$$;

-- As its owner, since a workspace may add entries but not touch the end of its chain. The row lock makes writers take turns
-- until their transaction ends, so that a chain has neither gaps nor forks.
CREATE FUNCTION uptake_link_audit_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  link audit_entries := NEW;
  head audit_chains;
BEGIN
  -- A generated column has no value yet.
  link.chain_id := coalesce(NEW.workspace_id, '00000000-0000-0000-0000-000000000000'::uuid);
  INSERT INTO audit_chains (chain_id) VALUES (link.chain_id) ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM audit_chains WHERE chain_id = link.chain_id FOR UPDATE;
${LINK}
  NEW.sequence := link.sequence;
  NEW.previous_hash := link.previous_hash;
  NEW.hash := link.hash;
  RETURN NEW;
END $$;

ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only;
DO $$
DECLARE
  link audit_entries;
  head audit_chains;
BEGIN
  FOR link IN SELECT * FROM audit_entries ORDER BY occurred_at, id LOOP
    INSERT INTO audit_chains (chain_id) VALUES (link.chain_id) ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM audit_chains WHERE chain_id = link.chain_id;
${LINK}
    UPDATE audit_entries SET sequence = link.sequence, previous_hash = link.previous_hash, hash = link.hash
      WHERE id = link.id;
  END LOOP;
END $$;
ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_append_only;

ALTER TABLE audit_entries
  ALTER COLUMN sequence SET NOT NULL,
  ALTER COLUMN previous_hash SET NOT NULL,
  ALTER COLUMN hash SET NOT NULL,
  ALTER COLUMN chain_id SET NOT NULL;
CREATE UNIQUE INDEX audit_entries_by_sequence ON audit_entries (chain_id, sequence);
CREATE TRIGGER audit_entries_linked BEFORE INSERT ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION uptake_link_audit_entry();
CREATE TRIGGER audit_entries_not_emptied BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION uptake_refuse_change();

-- The end of a chain moves only with an entry.
CREATE FUNCTION uptake_refuse_unlinked_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN RAISE EXCEPTION 'audit chains move only with an entry'; END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER audit_chains_guarded BEFORE INSERT OR UPDATE OR DELETE ON audit_chains
  FOR EACH ROW EXECUTE FUNCTION uptake_refuse_unlinked_change();
CREATE TRIGGER audit_chains_not_emptied BEFORE TRUNCATE ON audit_chains
  FOR EACH STATEMENT EXECUTE FUNCTION uptake_refuse_change();

GRANT SELECT ON audit_chains TO uptake_workspace;
ALTER TABLE audit_chains ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON audit_chains TO uptake_workspace USING (chain_id = uptake_workspace_id());
`,
  down: `
DROP TRIGGER audit_entries_linked ON audit_entries;
DROP TRIGGER audit_entries_not_emptied ON audit_entries;
DROP TABLE audit_chains;
DROP FUNCTION uptake_link_audit_entry();
DROP FUNCTION uptake_refuse_unlinked_change();
DROP FUNCTION uptake_audit_hash(audit_entries);
DROP FUNCTION uptake_canonical_json(jsonb);
DROP INDEX audit_entries_by_sequence;
ALTER TABLE audit_entries DROP COLUMN hash, DROP COLUMN previous_hash, DROP COLUMN sequence, DROP COLUMN chain_id;
`,
};
