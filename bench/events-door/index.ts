/** Batches of 100 and single events through the real door, durable before the reply, against bare Fastify that only parses. */
import { fileURLToPath } from 'node:url';
import { scratchDirectory, startModule, startServerProcess, WRITE_KEY } from '../../tests/server-process/index.ts';
import { type BenchOptions, numberOption } from '../options.ts';
import { load, residentBytes } from '../processes.ts';
import { printTable } from '../table.ts';
import type { EventShape, LoadResult } from './load.ts';

export const name = 'events-door';
export const describe = 'events/s of the events door, durable before the reply, against a bare server that only parses';

/** The door is compiled for good only after some ten thousand requests. */
const WARM_MS = 5_000;
const PATH = '/api/v1/telemetry/events';

/** The whole server, whose store and merges share the cores with the door, and the door with its log alone. */
const ROLES = ['all', 'collect'] as const;

export async function run(options: BenchOptions): Promise<void> {
  const seconds = numberOption(options, 'seconds', 10);
  const rounds = numberOption(options, 'rounds', 3);
  const shapes = [
    { title: 'batches of 100, compact events of 230 bytes', connections: 64, eventsPerRequest: 100, shape: 'compact' },
    { title: 'batches of 100, full envelopes of 620 bytes', connections: 64, eventsPerRequest: 100, shape: 'full' },
    { title: 'single events of 230 bytes', connections: 64, eventsPerRequest: 1, shape: 'compact' },
  ] as const;
  for (const shape of shapes) {
    const rows: (string | number)[][] = [];
    const ratios: Record<string, number[]> = {};
    for (let round = 1; round <= rounds; round += 1) {
      const bare = await measureBare(shape, seconds);
      for (const roles of ROLES) {
        const uptake = await measureUptake(shape, seconds, roles);
        const ratio = rate(uptake) / rate(bare);
        ratios[roles] = [...(ratios[roles] ?? []), ratio];
        const { p50, p99 } = uptake.latencyMs;
        rows.push([round, roles, rate(bare), rate(uptake), ratio, p50, p99, uptake.refused, uptake.memoryMb]);
      }
    }
    const medians = ROLES.map((roles) => `${roles} ${median(ratios[roles] ?? []).toFixed(2)}`).join(', ');
    printTable(
      `${shape.title}, ${shape.connections} connections, ${seconds} s each; median ratio: ${medians}`,
      ['round', 'roles', 'bare events/s', 'Uptake events/s', 'ratio', 'p50 ms', 'p99 ms', 'refused', 'resident MB'],
      rows,
    );
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
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

async function measureUptake(shape: Shape, seconds: number, roles: string): Promise<LoadResult & { memoryMb: number }> {
  const directory = scratchDirectory();
  const server = await startServerProcess(directory.path, { UPTAKE_LOG_LEVEL: 'error', UPTAKE_ROLES: roles });
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
  await load({ ...options, durationMs: WARM_MS });
  return load({ ...options, durationMs: seconds * 1_000 });
}
