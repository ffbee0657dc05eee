/** The live view: what is accepted right now, as server-sent events, without identities and without property values. */
import type { ServerResponse } from 'node:http';
import { EVENT_COLUMNS, type EventColumn } from '@uptake/domain/contract';
import type { EventLog, LogRecord } from '@uptake/io/event-log';
import type { Metrics } from '@uptake/io/observability';

/** More than anyone reads; what comes beyond is counted and said, not shown. */
const EVENTS_PER_SECOND = 40;
const HEARTBEAT_MS = 15_000;
/** A listener that cannot take more than this is cut off instead of filling memory. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

const COLUMN = Object.fromEntries(EVENT_COLUMNS.map((name, index) => [name, index])) as Record<EventColumn, number>;
const SHOWN = [
  'received_at',
  'timestamp',
  'event_name',
  'event_type',
  'tenant_id',
  'feature_area',
  'surface',
  'platform',
  'source',
  'country',
  'app_version',
] as const satisfies readonly EventColumn[];

export type LiveScope = { readonly workspaceId: string; readonly environmentId: string | undefined };

/** Environments whose single events nobody may see. Looked up anew with every heartbeat: a policy may change meanwhile. */
export type HiddenEnvironments = {
  readonly ids: ReadonlySet<unknown>;
  lookUp(): Promise<ReadonlySet<unknown>>;
};

export type Live = {
  /** Streams to the response until it closes. */
  stream(scope: LiveScope, hidden: HiddenEnvironments, response: ServerResponse): void;
  close(): void;
};

export function createLive({ eventLog, metrics }: { eventLog: EventLog; metrics: Metrics }): Live {
  const listeners = new Set<Listener>();
  metrics.gauge('uptake_live_listeners', 'Open live views.', [], (gauge) => gauge.set(listeners.size));
  const unsubscribe = eventLog.tail((record) => {
    if (record.kind !== 'events') return;
    for (const listener of listeners) listener.offer(record);
  });

  return {
    stream(scope, hidden, response) {
      const listener = new Listener(scope, hidden, response);
      listeners.add(listener);
      response.on('close', () => {
        listener.end();
        listeners.delete(listener);
      });
    },
    close() {
      unsubscribe();
      for (const listener of listeners) listener.response.end();
      listeners.clear();
    },
  };
}

class Listener {
  readonly response: ServerResponse;
  readonly #scope: LiveScope;
  readonly #hidden: HiddenEnvironments;
  readonly #timers: NodeJS.Timeout[];
  #hiddenIds: ReadonlySet<unknown>;
  #budget = EVENTS_PER_SECOND;
  #skipped = 0;

  constructor(scope: LiveScope, hidden: HiddenEnvironments, response: ServerResponse) {
    this.#scope = scope;
    this.#hidden = hidden;
    this.#hiddenIds = hidden.ids;
    this.response = response;
    this.#timers = [setInterval(() => this.#refill(), 1_000), setInterval(() => this.#beat(), HEARTBEAT_MS)];
    this.#beat();
  }

  offer(record: LogRecord): void {
    if (record.workspaceId !== this.#scope.workspaceId) return;
    if (this.#budget <= 0) {
      this.#skipped += record.eventCount;
      return;
    }
    let looked = 0;
    for (const line of linesOf(record.rows)) {
      if (this.#budget <= 0) break;
      looked += 1;
      const row = JSON.parse(line) as unknown[];
      if (this.#scope.environmentId !== undefined && row[COLUMN.environment_id] !== this.#scope.environmentId) continue;
      if (this.#hiddenIds.has(row[COLUMN.environment_id])) continue;
      this.#budget -= 1;
      this.#send('telemetry', shown(record, row));
    }
    this.#skipped += record.eventCount - looked;
  }

  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #beat(): void {
    this.#send('heartbeat', { at: new Date().toISOString() });
    this.#hidden.lookUp().then(
      (ids) => {
        this.#hiddenIds = ids;
      },
      // What was hidden stays hidden while nobody can tell.
      () => {},
    );
  }

  #refill(): void {
    if (this.#skipped > 0) this.#send('skipped', { events: this.#skipped });
    this.#skipped = 0;
    this.#budget = EVENTS_PER_SECOND;
  }

  #send(event: string, data: unknown): void {
    if (this.response.writableLength > MAX_BUFFERED_BYTES) {
      this.response.destroy();
      return;
    }
    this.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}

function shown(record: LogRecord, row: readonly unknown[]): Record<string, unknown> {
  const view: Record<string, unknown> = { position: record.position.toString() };
  for (const column of SHOWN) {
    const value = row[COLUMN[column]];
    view[column] =
      column === 'received_at' || column === 'timestamp'
        ? new Date(Math.round(Number(value) * 1000)).toISOString()
        : value;
  }
  view.property_names = Object.keys(row[COLUMN.properties] as Record<string, unknown>);
  return view;
}

/** The lines of a record one by one, so that a busy record is not decoded for events nobody will see. */
function* linesOf(rows: Uint8Array): Generator<string> {
  const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(10, start);
    const stop = end === -1 ? bytes.length : end;
    if (stop > start) yield bytes.toString('utf8', start, stop);
    start = stop + 1;
  }
}
