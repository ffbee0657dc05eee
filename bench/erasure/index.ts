/** One person erased among ten million events, request to certificate, against a plain DELETE of the engine that leaves the aggregates as they are. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlStore, openPgliteControlStore } from '@uptake/io/control-store';
import { workspaces } from '@uptake/io/control-store/schema';
import { type EventStore, openChdbEventStore } from '@uptake/io/event-store';
import { openRefusedRows } from '@uptake/io/refused-rows';
import { Session } from 'chdb';
import { createSigner } from '../../capabilities/govern/erasure/certificate.ts';
import { createHolders } from '../../capabilities/govern/erasure/holders.ts';
import type { StepName } from '../../capabilities/govern/erasure/step-names.ts';
import { runErasure } from '../../capabilities/govern/erasure/steps.ts';
import { createErasureStore } from '../../capabilities/govern/erasure/store.ts';
import { BENCH_WORKSPACE } from '../event-table/generate.ts';
import { fillEvents } from '../insights/fill.ts';
import { type BenchOptions, numberOption } from '../options.ts';
import { printTable } from '../table.ts';

export const name = 'erasure';
export const describe =
  'one person erased from every store, request to certificate, against a plain DELETE [--events 10_000_000] [--directory kept-between-runs]';

export async function run(options: BenchOptions): Promise<void> {
  const events = numberOption(options, 'events', 10_000_000);
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'uptake-bench-erasure-')));
  const isFilled = existsSync(join(directory, 'events', 'data'));
  const eventStore = await openChdbEventStore({
    directory: join(directory, 'events'),
    timeoutMs: 120_000,
    memoryLimitBytes: 800 * 1024 ** 2,
    retentionDays: 3_650,
    restrictedRetentionDays: 3_650,
  });
  const session = new Session(join(directory, 'events'));
  const controlStore = await openPgliteControlStore({ directory: join(directory, 'control') });
  try {
    if (!isFilled) await fillEvents(session, events);
    await controlStore.asSystem((tx) =>
      tx.insert(workspaces).values({ id: BENCH_WORKSPACE, slug: 'bench', name: 'Bench' }).onConflictDoNothing(),
    );
    const [first, second] = await busyPersons(eventStore);
    if (first === undefined || second === undefined) throw new Error('the events have no persons');
    const erased = await erase(first, { controlStore, eventStore, directory });
    const byHandMs = await deleteByHand(session, second);
    report(events, erased, byHandMs);
  } finally {
    session.close();
    await eventStore.close();
    await controlStore.close();
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  }
}

type Person = { readonly pseudonym: string; readonly events: number };
type Erased = {
  readonly person: Person;
  readonly totalMs: number;
  readonly residentMb: number;
  readonly steps: readonly { readonly name: StepName; readonly ms: number }[];
};
type Stores = { readonly controlStore: ControlStore; readonly eventStore: EventStore; readonly directory: string };

/** Two of about equal weight, among the most active hundredth. */
function busyPersons(eventStore: EventStore): Promise<Person[]> {
  return eventStore.ask<Person>({
    name: 'bench.persons',
    scope: { workspaceId: BENCH_WORKSPACE },
    sql: 'SELECT user_id AS pseudonym, count() AS events FROM events WHERE user_key != 0 GROUP BY user_id ORDER BY events DESC LIMIT 2 OFFSET 100',
  });
}

async function erase(person: Person, { controlStore, eventStore, directory }: Stores): Promise<Erased> {
  const store = createErasureStore(controlStore);
  const atMs = Date.now();
  const row = await store.insert({
    workspaceId: BENCH_WORKSPACE,
    subject: { kind: 'person', pseudonyms: [person.pseudonym] },
    ids: [person.pseudonym],
    fingerprints: [createHash('sha256').update(person.pseudonym).digest('hex')],
    actor: { kind: 'system' },
    atMs,
  });
  const steps: { name: StepName; ms: number }[] = [];
  let residentMb = 0;
  let sinceMs = performance.now();
  const startedMs = sinceMs;
  await runErasure(row, {
    store,
    eventStore,
    holders: createHolders({ controlStore, eventStore, refusedRows: openRefusedRows(join(directory, 'refused')) }),
    drained: async () => undefined,
    signer: createSigner(createHash('sha256').update(randomUUID()).digest()),
    nowMs: Date.now,
    onStep: (step) => {
      const now = performance.now();
      steps.push({ name: step, ms: now - sinceMs });
      sinceMs = now;
      residentMb = Math.max(residentMb, process.memoryUsage.rss() / 2 ** 20);
    },
  });
  const { certificate } = (await store.find(BENCH_WORKSPACE, row.id)) ?? {};
  const events = certificate?.certificate.stores.find((each) => each.store === 'events');
  if (events === undefined || events.before < person.events || events.after !== 0) {
    throw new Error('the person is not gone');
  }
  return { person, totalMs: performance.now() - startedMs, residentMb, steps };
}

async function deleteByHand(session: Session, { pseudonym }: Person): Promise<number> {
  const startedMs = performance.now();
  await session.queryAsync(
    `ALTER TABLE events DELETE WHERE workspace_id = '${BENCH_WORKSPACE}' AND user_key = ${BigInt(`0x${pseudonym}`)} SETTINGS mutations_sync = 2`,
  );
  return performance.now() - startedMs;
}

function report(events: number, { person, totalMs, residentMb, steps }: Erased, byHandMs: number): void {
  const hiddenMs = steps.slice(0, steps.findIndex(({ name }) => name === 'erase_rows') + 1);
  printTable(
    `one person with ${person.events} of ${events.toLocaleString('en-US')} events`,
    ['until', 'seconds'],
    [
      ['gone from every answer', hiddenMs.reduce((sum, { ms }) => sum + ms, 0) / 1_000],
      ['gone from the files, aggregates rebuilt, certificate signed', totalMs / 1_000],
      ['a plain ALTER TABLE … DELETE, aggregates as they were', byHandMs / 1_000],
      ['ratio', totalMs / byHandMs],
      ['resident MB at most', residentMb],
    ],
  );
  printTable(
    'steps',
    ['step', 'seconds'],
    steps.map(({ name, ms }) => [name, ms / 1_000]),
  );
}
