/** A process that prints generated events as rows of the log, one JSON array per line, for `index.ts` to insert. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_COLUMNS, type EventColumn } from '@uptake/domain/contract';
import { Session } from 'chdb';
import { generateEvents } from '../event-table/generate.ts';

/** Generated in slices, so that neither process holds more than one. */
const SLICE = 500_000;

const seconds = (column: string) => `concat('"', toString(toUnixTimestamp64Milli(${column}) / 1000), '"')`;

const VALUES: Partial<Record<EventColumn, string>> = {
  timestamp: seconds('timestamp'),
  original_timestamp: seconds('original_timestamp'),
  received_at: seconds('received_at'),
  experiment_assignments: 'experiment_assignments',
  properties: 'properties',
  is_internal: "if(is_internal, 'true', 'false')",
  is_planned: "if(is_planned, 'true', 'false')",
  schema_version: "'0'",
  consent: `'""'`,
};

const ROW = `concat('[', ${EVENT_COLUMNS.map((column) => VALUES[column] ?? `toJSONString(${column})`).join(", ',', ")}, ']')`;

const directory = mkdtempSync(join(tmpdir(), 'uptake-bench-rows-'));
const session = new Session(directory);
try {
  const count = Number(process.argv[2]);
  for (let offset = 0; offset < count; offset += SLICE) {
    const sql = `SELECT ${ROW} FROM (${generateEvents(Math.min(SLICE, count - offset), offset)}) FORMAT TSVRaw SETTINGS max_threads = 1`;
    for await (const piece of session.queryStream(sql, { format: 'TSVRaw' })) {
      if (!process.stdout.write(piece.raw())) await new Promise((drained) => process.stdout.once('drain', drained));
    }
  }
} finally {
  session.close();
  rmSync(directory, { recursive: true, force: true });
}
