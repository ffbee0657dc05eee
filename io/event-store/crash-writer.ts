/**
 * A process that inserts numbered batches until it is killed: the victim of `crash.test.ts`. It says each number once the
 * insert is answered, and starts where its predecessor may have been interrupted.
 */
import { openChdbEventStore } from './chdb.ts';
import { batchOf, DAY_MS, sampleEvent } from './sample-rows.ts';

export const EVENTS_PER_BATCH = 400;
const TENANTS = ['acme-gmbh', 'globex', 'initech'];

/** The same rows for the same number, over two months, so that one insert makes several parts. */
export function crashBatch(number: number, epochMs: number) {
  const events = Array.from({ length: EVENTS_PER_BATCH }, (_, n) => {
    const serial = number * EVENTS_PER_BATCH + n;
    return sampleEvent(serial, {
      eventName: `crash_${serial % 7}`,
      tenantId: TENANTS[serial % TENANTS.length]!,
      userId: (serial % 97).toString(16).padStart(16, 'c'),
      timestampMs: epochMs - (n % 2) * 35 * DAY_MS,
      weight: 1 + (serial % 2),
    });
  });
  return batchOf(`crash-${number}`, events);
}

const [directory, firstNumber, epochMs] = process.argv.slice(2);
if (directory !== undefined && process.argv[1] === import.meta.filename) {
  const store = await openChdbEventStore({ directory, timeoutMs: 5_000, memoryLimitBytes: 512 * 1024 * 1024 });
  process.stdout.write('ready\n');
  for (let number = Number(firstNumber); ; number += 1) {
    await store.insertEvents(crashBatch(number, Number(epochMs)));
    process.stdout.write(`${number}\n`);
  }
}
