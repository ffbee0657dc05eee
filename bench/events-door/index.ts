/** Batches of 100 and single events through the real door, durable before the reply, against bare Fastify that only parses. */
import { fileURLToPath } from 'node:url';
import { scratchDirectory, startModule, startServerProcess, WRITE_KEY } from '../../tests/server-process/index.ts';
import { type BenchOptions, numberOption } from '../options.ts';
import { load, residentBytes } from '../processes.ts';
import { printTable } from '../table.ts';
import type { EventShape, LoadResult } from './load.ts';

export const name = 'events-door';
export const describe = 'events/s of the events door, durable before the reply, against a bare server that only parses';

const PATH = '/api/v1/telemetry/events';

export async function run(options: BenchOptions): Promise<void> {
  const seconds = numberOption(options, 'seconds', 10);
  const rounds = numberOption(options, 'rounds', 3);
  const shapes = [
    { title: 'batches of 100, compact events of 230 bytes', connections: 16, eventsPerRequest: 100, shape: 'compact' },
    { title: 'batches of 100, full envelopes of 620 bytes', connections: 16, eventsPerRequest: 100, shape: 'full' },
    { title: 'single events of 230 bytes', connections: 64, eventsPerRequest: 1, shape: 'compact' },
  ] as const;
  for (const shape of shapes) {
    const rows = [];
    const ratios = [];
    for (let round = 1; round <= rounds; round += 1) {
      const bare = await measureBare(shape, seconds);
      const uptake = await measureUptake(shape, seconds);
      const ratio = rate(uptake) / rate(bare);
      ratios.push(ratio);
      rows.push([
        round,
        rate(bare),
        rate(uptake),
        ratio,
        uptake.latencyMs.p50,
        uptake.latencyMs.p99,
        uptake.refused,
        uptake.memoryMb,
      ]);
    }
    ratios.sort((left, right) => left - right);
    printTable(
      `${shape.title}, ${shape.connections} connections, ${seconds} s each; median ratio ${ratios[Math.floor(ratios.length / 2)]?.toFixed(2)}`,
      ['round', 'bare events/s', 'Uptake events/s', 'ratio', 'p50 ms', 'p99 ms', 'refused', 'resident MB'],
      rows,
    );
  }
}

type Shape = { readonly connections: number; readonly eventsPerRequest: number; readonly shape: EventShape };

const rate = ({ events, refused, seconds }: LoadResult): number => (events - refused) / seconds;

async function measureBare(shape: Shape, seconds: number): Promise<LoadResult> {
  const server = await startModule(fileURLToPath(new URL('./bare-server.ts', import.meta.url)));
  try {
    return await warmThenLoad({ ...shape, port: server.port }, seconds);
  } finally {
    await server.stop();
  }
}

async function measureUptake(shape: Shape, seconds: number): Promise<LoadResult & { memoryMb: number }> {
  const directory = scratchDirectory();
  const server = await startServerProcess(directory.path, { UPTAKE_LOG_LEVEL: 'error' });
  try {
    const result = await warmThenLoad({ ...shape, port: server.port }, seconds);
    return { ...result, memoryMb: residentBytes(server.pid) / 1e6 };
  } finally {
    await server.stop();
    directory.remove();
  }
}

async function warmThenLoad(target: Shape & { port: number }, seconds: number): Promise<LoadResult> {
  const options = { ...target, path: PATH, key: WRITE_KEY };
  await load({ ...options, durationMs: 2_000 });
  return load({ ...options, durationMs: seconds * 1_000 });
}
