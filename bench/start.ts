/** Start of an installed tree that already holds events: from launching the process to every door answering. */
import { fileURLToPath } from 'node:url';
import { scratchDirectory, startServerProcess, WRITE_KEY } from '../tests/server-process/index.ts';
import { type BenchOptions, numberOption } from './options.ts';
import { load, residentBytes } from './processes.ts';
import { printTable } from './table.ts';

export const name = 'start';
export const describe = 'seconds from launching the process to ready, with a million events stored';

export async function run(options: BenchOptions): Promise<void> {
  const events = numberOption(options, 'events', 1_000_000);
  const starts = numberOption(options, 'starts', 5);
  const directory = scratchDirectory();
  try {
    await fill(directory.path, events);
    const rows = [];
    for (let start = 1; start <= starts; start += 1) {
      const launched = performance.now();
      const server = await startServerProcess(directory.path);
      const ready = await fetch(`${server.url}/readyz`);
      const seconds = (performance.now() - launched) / 1000;
      if (ready.status !== 200) throw new Error(`not ready: ${await ready.text()}`);
      rows.push([start, seconds, residentBytes(server.pid) / 1e6]);
      await server.stop();
    }
    printTable(
      `${events.toLocaleString('en-US')} events stored, ${fileURLToPath(import.meta.url)
        .split('/')
        .at(-1)}`,
      ['start', 'seconds to ready', 'resident MB'],
      rows,
    );
  } finally {
    directory.remove();
  }
}

async function fill(directory: string, events: number): Promise<void> {
  const server = await startServerProcess(directory, {}, { isFirst: true });
  for (let sent = 0; sent < events; ) {
    const result = await load({
      port: server.port,
      path: '/api/v1/telemetry/events',
      key: WRITE_KEY,
      connections: 8,
      eventsPerRequest: 500,
      shape: 'full',
      durationMs: 2_000,
    });
    sent += result.accepted;
  }
  // The writer may still be behind: stopping does not wait for it, so wait here until the store has what the log had.
  for (let waiting = 1; waiting > 0; ) {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    waiting = Number(/^uptake_writer_events_waiting (\d+)/m.exec(metrics)?.[1] ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await server.stop();
}
