/** The events door on real stores behind a real HTTP server, in one call, with a log that remembers every line. */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_COLUMNS, LIMITS, PROBLEMS, Problem } from '@uptake/domain/contract';
import { LETTER_COLUMNS, TALLY_COLUMNS } from '@uptake/domain/dead-letters';
import { Pseudonyms } from '@uptake/domain/privacy';
import { type EventLog, openLmdbEventLog, type RecordKind } from '@uptake/io/event-log';
import { createLogger } from '@uptake/io/observability';
import Fastify, { type FastifyInstance } from 'fastify';
import type { BootstrapResult } from '../access/create.ts';
import { openTestAccess, type TestAccess } from '../access/testing.ts';
import { createPlans } from '../govern/registry/plans.ts';
import { createRegistryService, type Registry } from '../govern/registry/service.ts';
import type { EventReceipt } from './batch.ts';
import { type Collect, type CollectOptions, createCollect } from './create.ts';

export const DAY_MS = 86_400_000;

type FirstStart = Extract<BootstrapResult, { isFirstStart: true }>;
export type Row = Readonly<Record<(typeof EVENT_COLUMNS)[number], unknown>>;
export type LetterRow = Readonly<Record<(typeof LETTER_COLUMNS)[number], unknown>>;
export type TallyRow = Readonly<Record<(typeof TALLY_COLUMNS)[number], unknown>>;
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    accepted?: number;
    duplicates?: number;
    rejected?: number;
    sampled?: number;
    dropped?: number;
    results: EventReceipt[];
    code?: string;
    detail?: string;
  };
};

export type TestDoor = {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly collect: Collect;
  readonly eventLog: EventLog;
  /** The tracking plan the pipeline reads. */
  readonly registry: Registry;
  readonly testAccess: TestAccess;
  readonly first: FirstStart;
  /** Failures that were no `Problem`: each would have been a 500. */
  readonly unexplained: unknown[];
  /** Everything the server wrote to its log, at the most talkative level. */
  logged(): string;
  post(body: string | Uint8Array | object, options?: PostOptions): Promise<Answer>;
  /** `uptake_events_total` for a result and reason. */
  counted(result: string, reason?: string): Promise<number>;
  /** Every event in the log that was not taken out before. */
  takeRows(): Promise<Row[]>;
  /** What came past with the events that were taken out: dead letters and tallies. */
  takeLetters(): Promise<LetterRow[]>;
  takeTallies(): Promise<TallyRow[]>;
  close(): Promise<void>;
};

export type PostOptions = { readonly path?: string; readonly headers?: Readonly<Record<string, string | undefined>> };

export async function openTestDoor(
  settings: Partial<CollectOptions['settings']> = {},
  maxLogBytes = 64 * 1024 * 1024,
  budgetOf?: CollectOptions['budgetOf'],
  /** What a test wires otherwise, made once the control store is there. */
  wired: (testAccess: TestAccess) => Promise<Partial<CollectOptions>> = async () => ({}),
): Promise<TestDoor> {
  const testAccess = await openTestAccess();
  const first = await testAccess.access.bootstrap();
  if (!first.isFirstStart) throw new Error('a fresh control store had a workspace already');
  const directory = mkdtempSync(join(tmpdir(), 'uptake-door-'));
  const nowMs = (): number => testAccess.clock.nowMs;
  const duplicateWindowMs = LIMITS.duplicateWindowMs;
  const eventLog = await openLmdbEventLog({ directory, maxBytes: maxLogBytes, duplicateWindowMs, nowMs });
  const consumer = eventLog.consumer('test', 'oldest');
  const { controlStore } = testAccess;
  const { readModel } = testAccess.access;
  const silent = createLogger({ level: 'silent', scrub: (text) => text });
  const plans = createPlans({ controlStore, configuration: readModel.configuration, logger: silent });
  const registry = createRegistryService({ controlStore, access: readModel, nowMs, onChange: plans.forget });
  const collect = createCollect({
    eventLog,
    access: testAccess.access.readModel,
    plans,
    pseudonyms: new Pseudonyms(
      (rotation) => (text) => createHmac('sha256', `rotation ${rotation}`).update(text).digest('hex'),
    ),
    metrics: testAccess.metrics,
    nowMs,
    monotonicMs: () => performance.now(),
    randomUuid: randomUUID,
    ...(budgetOf === undefined ? {} : { budgetOf }),
    ...(await wired(testAccess)),
    settings: { isEnabled: true, retentionDays: 90, bodyTimeoutMs: 5_000, ...settings },
  });
  const unexplained: unknown[] = [];
  const logged: string[] = [];
  const app = Fastify({ logger: { level: 'trace', stream: { write: (line) => void logged.push(line) } } });
  app.setErrorHandler((error, request, reply) => {
    request.log.error({ error }, 'request failed');
    if (!(error instanceof Problem)) unexplained.push(error);
    const problem = error instanceof Problem ? error : new Problem('internal_error', String(error));
    if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
    return reply.status(PROBLEMS[problem.code].status).type('application/problem+json').send(problem.toJSON());
  });
  await app.register(collect.routes);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });

  const taken: Record<RecordKind, unknown[][]> = { events: [], dead_letters: [], tallies: [] };
  const take = async () => {
    for (;;) {
      const claim = await consumer.claim({ maxEvents: 10_000, maxBytes: 1e9 });
      if (claim === undefined) return;
      for (const { kind, rows } of claim.records) {
        const lines = Buffer.from(rows).toString('utf8').split('\n');
        taken[kind].push(...lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown[]));
      }
      await consumer.confirm(claim.token);
    }
  };

  return {
    url,
    app,
    collect,
    eventLog,
    registry,
    testAccess,
    first,
    unexplained,
    logged: () => logged.join(''),
    async post(body, { path = '/api/v1/telemetry/events', headers = {} } = {}) {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array;
      const wanted = {
        authorization: `Bearer ${first.writeKey.value}`,
        'content-type': 'application/json',
        ...headers,
      };
      const sent = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const response = await fetch(url + path, {
        method: 'POST',
        headers: sent,
        body: isRaw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
    },
    counted: (result, reason = '') => testAccess.metrics.value('uptake_events_total', { result, reason }),
    async takeRows() {
      await take();
      return taken.events.splice(0).map((values) => named(EVENT_COLUMNS, values));
    },
    async takeLetters() {
      await take();
      return taken.dead_letters.splice(0).map((values) => named(LETTER_COLUMNS, values));
    },
    async takeTallies() {
      await collect.stop();
      await take();
      return taken.tallies.splice(0).map((values) => named(TALLY_COLUMNS, values));
    },
    async close() {
      await app.close();
      await eventLog.close();
      await testAccess.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function named<Column extends string>(columns: readonly Column[], values: readonly unknown[]) {
  return Object.fromEntries(columns.map((column, index) => [column, values[index]])) as Record<Column, unknown>;
}
