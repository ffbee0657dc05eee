/**
 * What governed events carry beyond the envelope, and merges that fit into an embedded engine's memory (decision 0010):
 * a part in the wide form keeps some two hundred files open, so small parts stay compact and merge by more at a time.
 */
import type { Migration } from '../migrate.ts';

const WIDE_FROM_BYTES = 200 * 1024 * 1024;

export const migration: Migration = {
  version: 3,
  name: 'events_governed',
  statements: () => [
    'ALTER TABLE events ADD COLUMN IF NOT EXISTS schema_version UInt32 CODEC(ZSTD(1))',
    'ALTER TABLE events ADD COLUMN IF NOT EXISTS consent LowCardinality(String) CODEC(ZSTD(1))',
    `ALTER TABLE events MODIFY SETTING min_bytes_for_wide_part = ${WIDE_FROM_BYTES}, min_parts_to_merge_at_once = 8, merge_max_block_size_bytes = 2097152, max_compress_block_size = 131072`,
  ],
  undo: () => [
    'ALTER TABLE events RESET SETTING min_bytes_for_wide_part, min_parts_to_merge_at_once, merge_max_block_size_bytes, max_compress_block_size',
    'ALTER TABLE events DROP COLUMN IF EXISTS consent SETTINGS mutations_sync = 2',
    'ALTER TABLE events DROP COLUMN IF EXISTS schema_version SETTINGS mutations_sync = 2',
  ],
};
