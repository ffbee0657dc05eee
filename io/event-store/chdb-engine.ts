/** The dialect on chDB, the ClickHouse engine inside this process: a few connections on one data directory. */
import { mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type ClickHouseClient, type ClickHouseClientConfigOptions, createClient } from '@clickhouse/client';
import { drainPending, Session } from 'chdb';
import { createChdbConnection } from 'chdb/connection';
import { type Engine, EngineError, type Statement } from './engine.ts';
import { StoreUnavailable } from './port.ts';
import { bindParameters, quote } from './sql-text.ts';

/** A connection runs one statement at a time, so each that may run at once needs its own. */
type Lane = { readonly client: ClickHouseClient; readonly close: () => Promise<void> };

type ClientConnection = NonNullable<ClickHouseClientConfigOptions['connection']>;

/** The engine binds one data directory for the whole process. */
let openDirectory: string | undefined;

export type ChdbEngineOptions = {
  readonly directory: string;
  /** What the engine may allocate in all: questions, inserts, merges and caches. */
  readonly memoryLimitBytes: number;
};

export function openChdbEngine(options: ChdbEngineOptions): Engine {
  const directory = resolve(options.directory);
  if (openDirectory !== undefined) {
    throw new StoreUnavailable(
      openDirectory === directory
        ? `the event store in ${directory} is already open in this process`
        : `one process holds one event store: close the one in ${openDirectory} before opening ${directory}`,
    );
  }
  const root = openRoot(directory, options.memoryLimitBytes);
  openDirectory = directory;
  const idle: Lane[] = [];
  const all = new Set<Lane>();
  let closing = false;

  function openLane(): Lane {
    // chdb is typed against its own copy of the client's interface; the two differ in the list of known settings only.
    const connection = createChdbConnection({ path: directory }) as unknown as ClientConnection;
    const client = createClient({ connection });
    const lane = { client, close: () => client.close() };
    all.add(lane);
    return lane;
  }

  async function onLane<Result>(work: (lane: Lane) => Promise<Result>): Promise<Result> {
    if (closing) throw new StoreUnavailable('the event store is closing');
    const lane = idle.pop() ?? openLane();
    let result: Result;
    try {
      result = await work(lane);
    } catch (error) {
      // A connection keeps what a failed statement had written and puts it before the next answer, which may be
      // another workspace's. So it is thrown away with the failure; a new one costs a third of a millisecond.
      all.delete(lane);
      await lane.close();
      throw asEngineError(error);
    }
    idle.push(lane);
    return result;
  }

  return {
    run: (statement) =>
      onLane(async ({ client }) => {
        const { stream } = await client.exec({ query: bound(statement) });
        return (await buffer(stream as Readable)).toString('utf8');
      }),
    stream: (statement) => streamOn(directory, bound(statement)),
    async insert({ table, columns, settings, rows }) {
      if (closing) throw new StoreUnavailable('the event store is closing');
      assertRoom(directory, rows.length);
      try {
        await root.insert({ table, columns, settings, values: rows, format: 'JSONCompactEachRow' });
      } catch (error) {
        throw asEngineError(error);
      }
    },
    cancel: (tag) =>
      onLane(async ({ client }) => {
        await client.exec({ query: `KILL QUERY WHERE Settings['log_comment'] = ${quote(tag)} ASYNC` });
      }),
    async close() {
      if (closing) return;
      closing = true;
      await drainPending();
      for (const lane of all) await lane.close();
      root.close();
      await drainPending();
      openDirectory = undefined;
    },
  };
}

/** Room that must be left beside what an insert itself may write: the log goes on growing meanwhile. */
const SPARE_BYTES = 128 * 1024 * 1024;

/** A disk that fills up in the middle of an insert aborts the engine and with it the process, so it is asked before. */
function assertRoom(directory: string, payloadBytes: number): void {
  const { bavail, bsize } = statfsSync(directory);
  const freeBytes = bavail * bsize;
  if (freeBytes >= SPARE_BYTES + 2 * payloadBytes) return;
  throw new StoreUnavailable(
    `the disk of ${directory} has ${Math.floor(freeBytes / 1024 / 1024)} MiB left, too little to insert: free some space`,
  );
}

/**
 * The first connection: it sets what holds for the engine as a whole, and takes the inserts. Caches are small because the
 * engine's defaults (5 GB of marks) are meant for a server of its own.
 */
function openRoot(directory: string, memoryLimitBytes: number): Session {
  mkdirSync(directory, { recursive: true });
  const cacheBytes = Math.floor(memoryLimitBytes / 16);
  try {
    return new Session(directory, {
      connectionArgs: [
        `--max_server_memory_usage=${memoryLimitBytes}`,
        `--mark_cache_size=${cacheBytes}`,
        `--index_mark_cache_size=${Math.floor(cacheBytes / 4)}`,
        `--primary_index_cache_size=${cacheBytes}`,
        `--query_condition_cache_size=${Math.floor(cacheBytes / 4)}`,
        `--compiled_expression_cache_size=${Math.floor(cacheBytes / 4)}`,
      ],
    });
  } catch (error) {
    throw new StoreUnavailable(whyNotOpened(directory), { cause: error });
  }
}

/** The engine says only that it failed; its `status` file names the process that holds the directory. */
function whyNotOpened(directory: string): string {
  const holder = holderOf(directory);
  return holder === undefined
    ? `the event store in ${directory} could not be opened: check that the directory is writable and the disk not full`
    : `the event store in ${directory} is in use by process ${holder}: stop it, or give this one another data directory`;
}

function holderOf(directory: string): number | undefined {
  let status: string;
  try {
    status = readFileSync(`${directory}/status`, 'utf8');
  } catch {
    return undefined;
  }
  const pid = Number(/^PID: (\d+)$/m.exec(status)?.[1]);
  return Number.isInteger(pid) && pid !== process.pid && isAlive(pid) ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A stream keeps its connection for as long as it is read, so it brings its own. */
async function* streamOn(directory: string, sql: string): AsyncIterable<Uint8Array> {
  const session = new Session(directory);
  try {
    for await (const chunk of session.queryStream(sql, { format: 'JSONEachRow' })) yield chunk.raw();
  } catch (error) {
    throw asEngineError(error);
  } finally {
    session.close();
  }
}

function bound(statement: Statement): string {
  return statement.parameters === undefined ? statement.sql : bindParameters(statement.sql, statement.parameters);
}

/** Everything the client throws, as the one error the store reads: the code is in the text or in a field of its own. */
function asEngineError(error: unknown): Error {
  if (error instanceof StoreUnavailable || error instanceof EngineError) return error;
  if (!(error instanceof Error)) return new EngineError(0, String(error));
  const ofClient = Number((error as { code?: unknown }).code);
  const inText = Number(/Code: (\d+)\. DB::/.exec(error.message)?.[1]);
  const code = Number.isInteger(ofClient) ? ofClient : Number.isInteger(inText) ? inText : 0;
  return new EngineError(code, error.message, { cause: error });
}
