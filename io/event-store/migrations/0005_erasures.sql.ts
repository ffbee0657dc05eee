/**
 * What an erasure must remember while it is under way (decision 0018): the sessions of the person, and the hours whose
 * aggregates are made anew. Both are known only from rows that the erasure removes, and are removed with its end.
 */
import type { Migration } from '../migrate.ts';

const NAME = 'LowCardinality(String) CODEC(ZSTD(1))';

export const migration: Migration = {
  version: 5,
  name: 'erasures',
  statements: (family) => [
    `CREATE TABLE IF NOT EXISTS erasure_sessions (
  workspace_id UUID,
  erasure_id UUID,
  session_key UInt64
) ENGINE = ${family.engine('MergeTree')}
ORDER BY (workspace_id, erasure_id, session_key)
SETTINGS ${family.insertSettings()}`,
    `CREATE TABLE IF NOT EXISTS erasure_hours (
  workspace_id UUID,
  erasure_id UUID,
  environment_id UUID,
  hour DateTime('UTC'),
  event_name ${NAME},
  feature_area ${NAME},
  tenant_id ${NAME},
  is_panel_only UInt8,
  carried_events Float64,
  carried_variance Float64
) ENGINE = ${family.engine('MergeTree')}
ORDER BY (workspace_id, erasure_id, environment_id, hour)
SETTINGS ${family.insertSettings()}`,
  ],
  undo: () => ['DROP TABLE IF EXISTS erasure_sessions', 'DROP TABLE IF EXISTS erasure_hours'],
};
