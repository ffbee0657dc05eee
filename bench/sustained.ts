/** Minutes of steady load on one machine: is anything lost or doubled, how soon is it queryable, does memory stay level? */
import {
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  startServerProcess,
  WRITE_KEY,
} from '../tests/server-process/index.ts';
import { type BenchOptions, numberOption } from './options.ts';
import { load, residentBytes } from './processes.ts';
import { printTable } from './table.ts';

export const name = 'sustained';
export const describe = 'steady load from the same machine: loss, accepted-to-queryable time and memory';

const PROBE_EVENT = 'freshness_probe';
const PROBE_EVERY_MS = 500;
const POLL_MS = 50;

export async function run(options: BenchOptions): Promise<void> {
  const seconds = numberOption(options, 'seconds', 300);
  const eventsPerSecond = numberOption(options, 'rate', 20_000);
  const directory = scratchDirectory();
  const server = await startServerProcess(directory.path, { UPTAKE_LOG_LEVEL: 'error' });
  try {
    const stop = new AbortController();
    const memory = watchMemory(server.pid, stop.signal);
    const probes = probeFreshness(server, stop.signal);
    const result = await load({
      port: server.port,
      path: '/api/v1/telemetry/events',
      key: WRITE_KEY,
      connections: 16,
      eventsPerRequest: 100,
      shape: 'full',
      eventsPerSecond,
      durationMs: seconds * 1_000,
    });
    stop.abort();
    const delays = (await probes).sort((left, right) => left - right);
    const { stored, distinct } = await countStored(server);
    const expected = result.accepted + delays.length;
    const samples = await memory;
    const at = (share: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? Number.NaN;
    printTable(
      `${seconds} s at ${eventsPerSecond} events/s asked, batches of 100 over 16 connections`,
      ['figure', 'value'],
      [
        ['events/s accepted', result.accepted / result.seconds],
        ['events accepted (probes included)', expected],
        ['events stored', stored],
        ['distinct event ids stored', distinct],
        ['lost', expected - distinct],
        ['doubled', stored - distinct],
        ['refused', result.refused],
        ['reply p50 ms', result.latencyMs.p50],
        ['reply p99 ms', result.latencyMs.p99],
        ['accepted to queryable p50 ms', at(0.5)],
        ['accepted to queryable p99 ms', at(0.99)],
        ['accepted to queryable worst ms', at(1)],
        ['freshness probes', delays.length],
        ['resident MB, first tenth', mean(samples.slice(0, Math.ceil(samples.length / 10)))],
        [
          'resident MB, middle tenth',
          mean(samples.slice(Math.floor(samples.length * 0.45), Math.ceil(samples.length * 0.55))),
        ],
        ['resident MB, last tenth', mean(samples.slice(-Math.ceil(samples.length / 10)))],
        ['resident MB, peak', Math.max(...samples)],
      ],
    );
  } finally {
    await server.stop();
    directory.remove();
  }
}

async function watchMemory(pid: number, signal: AbortSignal): Promise<number[]> {
  const samples: number[] = [];
  while (!signal.aborted) {
    samples.push(residentBytes(pid) / 1e6);
    await pause(1_000);
  }
  return samples;
}

/** Sends an event of its own name now and then, and asks until it counts. The delay includes the asking. */
async function probeFreshness(server: ServerProcess, signal: AbortSignal): Promise<number[]> {
  const delays: number[] = [];
  while (!signal.aborted) {
    const response = await fetch(`${server.url}/api/v1/telemetry/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ event_name: PROBE_EVENT }),
    });
    const { accepted } = (await response.json()) as { accepted: number };
    if (accepted !== 1) throw new Error(`a probe was not accepted: ${response.status}`);
    const acceptedMs = performance.now();
    while ((await countProbes(server)) <= delays.length) await pause(POLL_MS);
    delays.push(performance.now() - acceptedMs);
    await pause(PROBE_EVERY_MS);
  }
  return delays;
}

async function countProbes(server: ServerProcess): Promise<number> {
  const response = await fetch(`${server.url}/api/v1/telemetry/analytics?event_name=${PROBE_EVENT}`, {
    headers: { authorization: `Bearer ${SECRET_KEY}` },
  });
  return ((await response.json()) as { total_events: number }).total_events;
}

/** Waits until everything is written, then counts rows and distinct ids by reading them all out. */
async function countStored(server: ServerProcess): Promise<{ stored: number; distinct: number }> {
  const headers = { authorization: `Bearer ${SECRET_KEY}` };
  for (;;) {
    const response = await fetch(`${server.url}/api/v1/telemetry/health`, { headers });
    const { freshness } = (await response.json()) as { freshness: { behind_ms: number } };
    if (freshness.behind_ms === 0) break;
    await pause(100);
  }
  const response = await fetch(`${server.url}/api/v1/export`, { headers });
  if (response.status !== 200) throw new Error(`the export was answered ${response.status}: ${await response.text()}`);
  let stored = 0;
  // 64 bits of each id: a Set of whole ids would need more memory than it has room for, and a clash among
  // ten million has odds of one in 370,000.
  const seen = new BigUint64Array(16_777_216);
  let distinct = 0;
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const at = line.indexOf('"event_id":"') + 12;
      stored += 1;
      if (remember(seen, BigInt(`0x${line.slice(at + 24, at + 36)}${line.slice(at, at + 4)}`))) distinct += 1;
    }
  }
  return { stored, distinct };
}

/** True where the value is new. Open addressing; the table is twice as large as what comes in. */
function remember(table: BigUint64Array, value: bigint): boolean {
  const key = value === 0n ? 1n : value;
  let slot = Number(value & 0xfffffffn) % table.length;
  while (table[slot] !== 0n) {
    if (table[slot] === key) return false;
    slot = (slot + 1) % table.length;
  }
  table[slot] = key;
  return true;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
