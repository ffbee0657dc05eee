/** All migrations in order. The number of the last is the schema version. */
import { migration as events } from './0001_events.sql.ts';
import { migration as eventsHourly } from './0002_events_hourly.sql.ts';
import { migration as eventsGoverned } from './0003_events_governed.sql.ts';
import { migration as eventsHourlySampled } from './0004_events_hourly_sampled.sql.ts';
import { migration as erasures } from './0005_erasures.sql.ts';
import { migration as pseudonymLinks } from './0006_pseudonym_links.sql.ts';
import { migration as deadLetters } from './0007_dead_letters.sql.ts';

export const MIGRATIONS = [
  events,
  eventsHourly,
  eventsGoverned,
  eventsHourlySampled,
  erasures,
  pseudonymLinks,
  deadLetters,
] as const;
