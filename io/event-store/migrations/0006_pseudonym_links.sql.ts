/** Which pseudonyms are one person (decision 0016): in a table of its own, for environments that asked for it, and not for long. */
import type { Migration } from '../migrate.ts';

export const migration: Migration = {
  version: 6,
  name: 'pseudonym_links',
  statements: (family) => [
    `CREATE TABLE IF NOT EXISTS pseudonym_links (
  workspace_id UUID CODEC(ZSTD(1)),
  environment_id UUID CODEC(ZSTD(1)),
  user_key UInt64,
  person SimpleAggregateFunction(any, UInt64),
  expires_at SimpleAggregateFunction(max, DateTime('UTC'))
) ENGINE = ${family.engine('AggregatingMergeTree')}
ORDER BY (workspace_id, environment_id, user_key)
TTL expires_at
SETTINGS ${family.insertSettings()}, merge_with_ttl_timeout = 3600`,
  ],
  undo: () => ['DROP TABLE IF EXISTS pseudonym_links'],
};
