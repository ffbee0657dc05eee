/** Whether this process can do its work, check by check: what `/readyz` and the diagnostics say. */

import type { Writer } from '@uptake/capabilities/collect/writer';
import { freeBytesOf, LEAST_FREE_BYTES } from '@uptake/io/data-directory';
import type { Readiness } from './probes.ts';
import type { Stores } from './stores.ts';

/** Ready means that events can be kept and questions answered; each check says in words what is wrong. */
export async function readinessOf(
  { eventLog, eventStore, controlStore, directory }: Stores,
  writer: Writer,
): Promise<Readiness> {
  const log = eventLog.stats();
  const trouble = writer.trouble();
  const free = freeBytesOf(directory.path);
  const checks = {
    event_log: {
      ok: log.bytes < log.maxBytes,
      detail: `${log.records} records, ${log.bytes} of ${log.maxBytes} bytes`,
    },
    event_store: await answered(() => eventStore.askAsOperator({ name: 'operations.ready', sql: 'SELECT 1 AS one' })),
    control_store: await answered(() => controlStore.asSystem(async () => undefined)),
    writer: trouble === undefined ? { ok: true, detail: 'writing' } : { ok: false, detail: trouble.message },
    disk: { ok: free >= LEAST_FREE_BYTES, detail: `${Math.floor(free / 1024 / 1024)} MiB free` },
  };
  return { ready: Object.values(checks).every(({ ok }) => ok), checks };
}

async function answered(question: () => Promise<unknown>): Promise<{ ok: boolean; detail: string }> {
  try {
    await question();
    return { ok: true, detail: 'answers' };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message.slice(0, 200) : 'does not answer' };
  }
}
