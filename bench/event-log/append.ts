/** The measured process of the `duplicates` benchmark: fills a log with ids, or appends fresh events and times it. */
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type EventLog, openLmdbEventLog } from '@uptake/io/event-log';

export type AppendOrder = {
  readonly directory: string;
  /** Ids to append first, evenly over the seven days before now. */
  readonly seedIds: number;
  /** Fresh events to append and time. */
  readonly events: number;
};

export type AppendMeasurement = {
  readonly seedMs: number;
  readonly openMs: number;
  readonly runFiles: number;
  readonly eventsPerSecond: number;
  readonly cpuMicrosecondsPerEvent: number;
  /** What the check says it holds, and what the process holds in all. */
  readonly checkBytes: number;
  readonly residentBytes: number;
};

const WINDOW_MS = 7 * 86_400_000;
const BATCH_EVENTS = 100;
const IN_FLIGHT = 32;
const SEED_BATCH_EVENTS = 1_000;
/** About what an event of the demo is as a row. */
const ROW = JSON.stringify(
  Array.from({ length: 36 }, (_, column) => (column === 33 ? { plan: 'pro', duration_ms: 42 } : `value ${column}`)),
);

async function main(order: AppendOrder): Promise<AppendMeasurement> {
  let nowMs: () => number = Date.now;
  const startedAt = performance.now();
  const log = await openLmdbEventLog({
    directory: order.directory,
    maxBytes: 16 * 2 ** 30,
    duplicateWindowMs: WINDOW_MS,
    nowMs: () => nowMs(),
  });
  const openMs = performance.now() - startedAt;
  const runFiles = readdirSync(join(order.directory, 'ids')).length;
  const seedStart = performance.now();
  if (order.seedIds > 0) {
    let seeded = 0;
    const begin = Date.now() - WINDOW_MS * 0.95;
    nowMs = () => begin + (seeded / order.seedIds) * WINDOW_MS * 0.95;
    await seed(log, order.seedIds, (ids) => {
      seeded += ids;
    });
  }
  const seedMs = performance.now() - seedStart;
  const measured = await measure(log, order.events);
  const { duplicateCheckBytes } = log.stats();
  globalThis.gc?.();
  const residentBytes = process.memoryUsage().rss;
  await log.close();
  return { seedMs, openMs, runFiles, ...measured, checkBytes: duplicateCheckBytes, residentBytes };
}

async function measure(log: EventLog, events: number) {
  const batches = Array.from({ length: Math.ceil(events / BATCH_EVENTS) }, () => ({
    workspaceId: randomUUID(),
    dedupeScope: 'production/server',
    events: Array.from({ length: BATCH_EVENTS }, () => ({ eventId: randomUUID(), row: ROW })),
  }));
  let next = 0;
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await inParallel(async () => {
    while (next < batches.length) {
      const { duplicates } = await log.append(batches[next++]!);
      if (duplicates.length > 0) throw new Error('a fresh id was taken for a repeat');
    }
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { eventsPerSecond: events / seconds, cpuMicrosecondsPerEvent: (user + system) / events };
}

/** Fills the log through its own door, with rows as small as they get. */
async function seed(log: EventLog, ids: number, onAppended: (ids: number) => void): Promise<void> {
  let next = 0;
  await inParallel(async () => {
    while (next < ids) {
      const from = next;
      next = Math.min(ids, next + SEED_BATCH_EVENTS);
      const events = Array.from({ length: next - from }, (_, index) => ({
        eventId: numberedUuid(from + index),
        row: '1',
      }));
      await log.append({ workspaceId: 'seed', dedupeScope: 'production/server', events });
      onAppended(events.length);
    }
  });
}

function numberedUuid(number: number): string {
  return `0199a0b0-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

async function inParallel(work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
}

const [order] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await main(JSON.parse(order ?? '') as AppendOrder)));
