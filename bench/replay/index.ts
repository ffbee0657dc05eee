/** Dead letters brought back, mended by a mapping, against the first ingestion of as many events through the door. */
import type { EventScope } from '@uptake/domain/contract';
import {
  firstScope,
  misnamed,
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  seedDeadLetters,
  startServerProcess,
  WRITE_KEY,
} from '../../tests/server-process/index.ts';
import { type BenchOptions, numberOption } from '../options.ts';
import { processorSeconds, residentBytes } from '../processes.ts';
import { printTable } from '../table.ts';

export const name = 'replay';
export const describe =
  'dead letters mended and replayed, request to queryable, against first ingestion [--letters 100_000]';

const MAPPING = { steps: [{ op: 'rename', from: '/properties/planNmae', to: '/properties/plan' }] };
const EVENTS_PER_REQUEST = 500;
const CONNECTIONS = 4;
const POLL_MS = 100;

export async function run(options: BenchOptions): Promise<void> {
  const letters = numberOption(options, 'letters', 100_000);
  const directory = scratchDirectory();
  let server = await startServerProcess(directory.path, { UPTAKE_LOG_LEVEL: 'error' });
  try {
    const scope = await firstScope(server.url, SECRET_KEY);
    const first = await measured(server, letters, () => ingestThroughDoor(server, scope, letters));
    await server.stop();
    const receivedAtMs = Date.now() - 3_600_000;
    await seedDeadLetters(directory.path, scope, letters, (n) => misnamed(scope, n, receivedAtMs + (n % 60_000)));
    server = await startServerProcess(directory.path, { UPTAKE_LOG_LEVEL: 'error' });
    const again = await measured(server, letters, () => replayAll(server, scope.environmentId, letters));
    report(letters, first, again);
  } finally {
    await server.stop();
    directory.remove();
  }
}

type Measured = {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly idleMb: number;
  readonly mostMb: number;
};

/** From the first request until that many more events can be asked for. */
async function measured(server: ServerProcess, events: number, work: () => Promise<void>): Promise<Measured> {
  const before = await countStored(server);
  const idle = residentBytes(server.pid);
  const processorBefore = processorSeconds(server.pid);
  let most = idle;
  const watching = setInterval(() => {
    most = Math.max(most, residentBytes(server.pid));
  }, POLL_MS);
  const startedMs = performance.now();
  await work();
  while ((await countStored(server)) < before + events) await pause();
  const seconds = (performance.now() - startedMs) / 1_000;
  clearInterval(watching);
  return {
    seconds,
    processorSeconds: processorSeconds(server.pid) - processorBefore,
    idleMb: idle / 2 ** 20,
    mostMb: most / 2 ** 20,
  };
}

/** The same events, as they would have come had their sender named the property right; other ids, since these are stored. */
async function ingestThroughDoor(server: ServerProcess, scope: EventScope, events: number): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < events) {
      const from = next;
      next += EVENTS_PER_REQUEST;
      const batch = Array.from({ length: Math.min(EVENTS_PER_REQUEST, events - from) }, (_, n) => {
        const { event_id: _id, ...event } = JSON.parse(misnamed(scope, from + n, Date.now()).payload);
        const { planNmae: plan, ...properties } = event.properties;
        return { ...event, properties: { ...properties, plan } };
      });
      const sent = await ask(server, '/api/v1/telemetry/events', { events: batch }, WRITE_KEY);
      const { accepted } = sent as { accepted: number };
      if (accepted !== batch.length) throw new Error(`not all were accepted: ${JSON.stringify(sent)}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
}

async function replayAll(server: ServerProcess, environmentId: string, letters: number): Promise<void> {
  const body = { environment_id: environmentId, filter: {}, mapping: MAPPING };
  const { id } = (await ask(server, '/api/v1/dead-letters/replays', body)) as { id: string };
  for (;;) {
    const run = (await ask(server, `/api/v1/dead-letters/replays/${id}`)) as Record<string, unknown>;
    if (run.state === 'succeeded') {
      if (run.accepted !== letters) throw new Error(`not all came back: ${JSON.stringify(run)}`);
      return;
    }
    if (run.state !== 'waiting' && run.state !== 'running') throw new Error(`it ended as ${JSON.stringify(run)}`);
    await pause();
  }
}

async function countStored(server: ServerProcess): Promise<number> {
  const { total_events } = (await ask(server, '/api/v1/telemetry/analytics')) as { total_events: number };
  return total_events;
}

async function ask(server: ServerProcess, path: string, body?: object, key = SECRET_KEY): Promise<unknown> {
  const response = await fetch(server.url + path, {
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  return response.json();
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, POLL_MS);
  });
}

function report(letters: number, first: Measured, again: Measured): void {
  const row = (what: string, { seconds, processorSeconds: processor, idleMb, mostMb }: Measured) => [
    what,
    seconds,
    letters / seconds,
    processor,
    idleMb,
    mostMb,
  ];
  printTable(
    `${letters.toLocaleString('en-US')} events, request to queryable`,
    ['way', 'seconds', 'events/s', 'processor seconds', 'resident MB before', 'resident MB at most'],
    [
      row('replayed out of dead letters, mended by a mapping', again),
      row('first ingestion, batches of 500 from 4 clients', first),
    ],
  );
  printTable(
    'replay to first ingestion',
    ['figure', 'ratio'],
    [
      ['seconds', again.seconds / first.seconds],
      ['processor seconds of the server', again.processorSeconds / first.processorSeconds],
    ],
  );
}
