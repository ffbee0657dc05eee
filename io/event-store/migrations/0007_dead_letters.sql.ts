/** What was refused: letters by cause, tallies of every event's fate, and what became of letters that were replayed. */
import type { Migration } from '../migrate.ts';

const NAME = 'LowCardinality(String) CODEC(ZSTD(1))';
const TEXT = 'String CODEC(ZSTD(1))';
const SCOPE = `workspace_id UUID CODEC(ZSTD(1)),
  environment_id UUID CODEC(ZSTD(1))`;
/** Letters are worth mending for as long as somebody remembers what went wrong; tallies as long as events are kept. */
const LETTER_DAYS = 30;
const TALLY_DAYS = 90;
/** A letter is never older than its outcome, so an outcome that is gone leaves no letter that could come again. */
const OUTCOME_DAYS = LETTER_DAYS + 1;

export const migration: Migration = {
  version: 7,
  name: 'dead_letters',
  statements: (family) => [
    `CREATE TABLE IF NOT EXISTS dead_letters (
  ${SCOPE},
  product_id UUID CODEC(ZSTD(1)),
  letter_id UUID CODEC(NONE),
  cause ${NAME},
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  event_id ${TEXT},
  event_name ${NAME},
  event_type ${NAME},
  reason ${NAME},
  path ${NAME},
  detail ${TEXT},
  schema_version UInt32 CODEC(ZSTD(1)),
  source ${NAME},
  key_id ${NAME},
  app_version ${NAME},
  tenant_id ${NAME},
  user_id ${TEXT},
  session_id ${TEXT},
  sent_timestamp ${TEXT},
  context ${TEXT},
  payload String CODEC(ZSTD(3)),
  is_complete Bool CODEC(ZSTD(1))
) ENGINE = ${family.engine('MergeTree')}
ORDER BY (workspace_id, environment_id, cause, received_at, letter_id)
TTL toDateTime(received_at, 'UTC') + toIntervalDay(${LETTER_DAYS})
SETTINGS ${family.insertSettings()}, merge_with_ttl_timeout = 3600`,
    `CREATE TABLE IF NOT EXISTS event_tallies (
  ${SCOPE},
  minute DateTime('UTC') CODEC(Delta, ZSTD(1)),
  key_id ${NAME},
  source ${NAME},
  app_version ${NAME},
  event_name ${NAME},
  result ${NAME},
  reason ${NAME},
  cause ${NAME},
  events SimpleAggregateFunction(sum, UInt64)
) ENGINE = ${family.engine('AggregatingMergeTree')}
ORDER BY (workspace_id, environment_id, minute, key_id, source, app_version, result, reason, event_name, cause)
TTL minute + toIntervalDay(${TALLY_DAYS})
SETTINGS ${family.insertSettings()}, merge_with_ttl_timeout = 3600`,
    `CREATE TABLE IF NOT EXISTS dead_letter_outcomes (
  ${SCOPE},
  letter_id UUID CODEC(NONE),
  run_id UUID CODEC(ZSTD(1)),
  result ${NAME},
  reason ${NAME},
  path ${NAME},
  detail ${TEXT},
  decided_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
) ENGINE = ${family.engine('MergeTree')}
ORDER BY (workspace_id, environment_id, letter_id, decided_at)
TTL toDateTime(decided_at, 'UTC') + toIntervalDay(${OUTCOME_DAYS})
SETTINGS ${family.insertSettings()}, merge_with_ttl_timeout = 3600`,
  ],
  undo: () => [
    'DROP TABLE IF EXISTS dead_letters',
    'DROP TABLE IF EXISTS event_tallies',
    'DROP TABLE IF EXISTS dead_letter_outcomes',
  ],
};
