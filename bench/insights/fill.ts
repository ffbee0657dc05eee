/** Fills the event table with the benchmark's events, made inside the engine. */
import { EVENT_COLUMNS, type EventColumn, ROW_VERSION } from '@uptake/domain/contract';
import type { Session } from 'chdb';
import { insertColumns } from '../../io/event-store/dialect.ts';
import { generateEvents } from '../event-table/generate.ts';

/** As the writer's batches: larger ones need more memory than the engine may have here. */
const PIECE_EVENTS = 100_000;

export async function fillEvents(session: Session, events: number): Promise<void> {
  const columns = insertColumns(ROW_VERSION).join(', ');
  const values = EVENT_COLUMNS.map(sqlOf).join(', ');
  for (let offset = 0; offset < events; offset += PIECE_EVENTS) {
    const count = Math.min(PIECE_EVENTS, events - offset);
    await session.queryAsync(
      `INSERT INTO events (${columns}) SELECT ${values} FROM (${generateEvents(count, offset)})`,
    );
  }
  await session.queryAsync('OPTIMIZE TABLE events FINAL');
}

/** The generator makes JSON, as it stands on the wire; a row inserted by the product is read from that by the engine. */
function sqlOf(column: EventColumn): string {
  if (column === 'schema_version') return '0';
  if (column === 'consent') return "''";
  return column === 'experiment_assignments' ? `JSONExtract(${column}, 'Map(String, String)')` : column;
}
