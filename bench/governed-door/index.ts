/** What validation by a tracking plan in force and scrubbing cost the events door, durable log included. */
import { fileURLToPath } from 'node:url';
import { type ServerProcess, startModule, WRITE_KEY } from '../../tests/server-process/index.ts';
import type { LoadResult } from '../events-door/load.ts';
import { type BenchOptions, numberOption } from '../options.ts';
import { load, processorSeconds } from '../processes.ts';
import { printTable } from '../table.ts';
import type { Governance } from './door.ts';

export const name = 'governed-door';
export const describe =
  'events/s of the door with validation and scrubbing against the door with neither; --seconds 1 a turn, --rounds 15';

const DOOR = fileURLToPath(new URL('./door.ts', import.meta.url));
/** The door is compiled for good only after some ten thousand requests. */
const WARM_MS = 4_000;
const VARIANTS = [
  { title: 'neither', isValidated: false, isScrubbed: false, isRefused: false },
  { title: 'validation', isValidated: true, isScrubbed: false, isRefused: false },
  { title: 'scrubbing', isValidated: false, isScrubbed: true, isRefused: false },
  { title: 'both', isValidated: true, isScrubbed: true, isRefused: false },
  { title: 'every event refused and kept', isValidated: false, isScrubbed: true, isRefused: true },
] as const;

type Shape = 'compact' | 'full';

/** All doors stand at once and take short turns, so that whatever else the machine does meanwhile meets all of them. */
export async function run(options: BenchOptions): Promise<void> {
  const seconds = numberOption(options, 'seconds', 1);
  const rounds = numberOption(options, 'rounds', 15);
  for (const shape of ['compact', 'full'] as const) {
    const doors = [];
    for (const { title, ...governance } of VARIANTS) {
      doors.push({ title, isRefused: governance.isRefused, server: await startDoor(governance, shape) });
    }
    const turns = doors.map(({ title }) => ({ title, rates: [] as number[], processorUs: [] as number[] }));
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, { server, isRefused }] of doors.entries()) {
        const before = processorSeconds(server.pid);
        const { events, accepted, seconds: took } = await loadDoor(server.port, shape, seconds * 1_000);
        if (accepted !== (isRefused ? 0 : events)) throw new Error('not every event was decided as it should be');
        turns[index]?.rates.push(events / took);
        turns[index]?.processorUs.push(((processorSeconds(server.pid) - before) * 1e6) / events);
      }
    }
    for (const { server } of doors) await server.stop();
    printTurns(`batches of 100, ${shape} events, 64 connections, ${rounds} turns of ${seconds} s each`, turns);
  }
}

type Turns = { readonly title: string; readonly rates: readonly number[]; readonly processorUs: readonly number[] };

function printTurns(title: string, turns: readonly Turns[]): void {
  const [neither] = turns;
  const rows = turns.map(({ title: steps, rates, processorUs }) => {
    const ratios = rates.map((rate, round) => rate / (neither?.rates[round] ?? Number.NaN));
    return [steps, quantile(rates, 0.5), quantile(ratios, 0.5), quantile(ratios, 0.1), quantile(processorUs, 0.5)];
  });
  const columns = ['steps', 'events/s', 'ratio to neither', 'one in ten below', 'processor µs per event'];
  printTable(`${title}; medians, ratios within a round`, columns, rows);
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? Number.NaN;
}

async function startDoor(governance: Governance, shape: Shape): Promise<ServerProcess> {
  const server = await startModule(DOOR, {}, [], [JSON.stringify(governance)]);
  await loadDoor(server.port, shape, WARM_MS);
  return server;
}

function loadDoor(port: number, shape: Shape, durationMs: number): Promise<LoadResult> {
  const path = '/api/v1/telemetry/events';
  return load({ port, path, key: WRITE_KEY, connections: 64, eventsPerRequest: 100, shape, durationMs });
}
