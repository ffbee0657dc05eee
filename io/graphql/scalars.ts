/** The scalars of the graph: instants and days as ISO-8601 text, any JSON, and files. */
import { GraphQLError } from 'graphql';
import type { GraphBuilder } from './types.ts';
import { UploadedFile } from './uploaded-file.ts';

/** Three digits of seconds at most are kept; a zone has to be said. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

export function addScalars(builder: GraphBuilder): void {
  builder.scalarType('DateTime', {
    description: 'An instant as ISO-8601 in UTC, such as 2026-11-21T02:00:00.000Z.',
    serialize: (value) => (value instanceof Date ? value : readInstant(value)).toISOString(),
    parseValue: readInstant,
  });
  builder.scalarType('Date', {
    description: 'A day of the calendar, such as 2026-11-21.',
    serialize: readDay,
    parseValue: readDay,
  });
  builder.scalarType('JSON', {
    description: 'Any JSON value.',
    serialize: (value) => value,
    // Null never gets here: whether it may stand in a place is decided before its type is asked.
    parseValue: (value) => value as NonNullable<unknown>,
  });
  builder.scalarType('Upload', {
    description: 'A file, sent as the GraphQL multipart request specification says.',
    serialize: () => {
      throw new GraphQLError('A file is never sent back; exports are answered as a URL.');
    },
    parseValue: (value) => {
      if (value instanceof UploadedFile) return value;
      throw new GraphQLError('A file comes as a part of a multipart/form-data request that `map` puts in this place.');
    },
  });
}

function readInstant(value: unknown): Date {
  const instant = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : undefined;
  if (instant === undefined || Number.isNaN(instant.getTime())) {
    throw new GraphQLError('An instant is ISO-8601 with a zone, such as 2026-11-21T02:00:00Z.');
  }
  return instant;
}

/** JavaScript reads the 31st of February as the 3rd of March; here it is no day. */
function readDay(value: unknown): string {
  if (typeof value === 'string' && DAY.test(value)) {
    const midnight = new Date(`${value}T00:00:00Z`);
    if (!Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(value)) return value;
  }
  throw new GraphQLError('A day is a date of the calendar as YYYY-MM-DD, such as 2026-11-21.');
}
