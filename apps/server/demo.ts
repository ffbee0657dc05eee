/** The demo workspace: loaded once through the product's own import, then kept alive with last week's rhythm. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { Access, EnsuredWorkspace } from '@uptake/capabilities/access';
import type { Adoption } from '@uptake/capabilities/adoption';
import type { Collect } from '@uptake/capabilities/collect';
import type { Govern } from '@uptake/capabilities/govern';
import type { Privacy } from '@uptake/capabilities/govern/privacy';
import { importEvents } from '@uptake/capabilities/operations/import-events';
import {
  DEMO_MISTAKES,
  DEMO_PRODUCTS,
  DEMO_TRACKING_PLAN,
  type DemoBatch,
  demoEvents,
  demoMistakes,
  type IncomingEvent,
} from '@uptake/domain/demo';
import type { Logger } from '@uptake/io/observability';
import { loadDemoAdoption } from './demo-adoption.ts';

const SEED = 20_251_018;
const DAYS = 90;
/** A little longer than the demo reaches back, so that its first day is linked while it is looked at. */
const BRIDGE_DAYS = DAYS + 30;
/** Made-up people agree to everything. */
const CONSENT = 'analytics=granted;location=granted';
const WEEK_MS = 7 * 86_400_000;
const TRAFFIC_TICK_MS = 1_000;

export type DemoDependencies = {
  readonly directory: string;
  readonly ownerUserId: string;
  readonly access: Pick<Access, 'ensureWorkspace'>;
  readonly collect: Pick<Collect, 'ingest'>;
  readonly privacy: Pick<Privacy, 'bridgeFromTheStart'>;
  readonly govern: Pick<Govern, 'planFromTheStart'>;
  readonly adoption: Pick<Adoption, 'at'>;
  readonly nowMs: () => number;
  readonly randomUuid: () => string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
};

/** `endMs` is part of every demo event's identity, so an interrupted load goes on with the one it began with. */
type Progress = { readonly endMs: number; readonly isComplete: boolean };

export function isDemoLoaded(directory: string): boolean {
  return readProgress(directory)?.isComplete === true;
}

/** Resolves when the demo is loaded and its daily traffic runs, which goes on until the signal aborts. */
export async function runDemo(dependencies: DemoDependencies): Promise<void> {
  const { directory, access, nowMs, logger, signal } = dependencies;
  const progress = readProgress(directory) ?? { endMs: nowMs(), isComplete: false };
  writeProgress(directory, progress);
  const ensured = await access.ensureWorkspace({
    name: 'Harborlight (demo)',
    slug: 'demo',
    products: DEMO_PRODUCTS,
    ownerUserId: dependencies.ownerUserId,
    keyName: 'Demo traffic',
  });
  for (const { productId, slug } of ensured.products) {
    const schemas = DEMO_TRACKING_PLAN[slug as DemoBatch['productSlug']];
    await dependencies.govern.planFromTheStart({ workspaceId: ensured.workspaceId, productId }, schemas);
  }
  const workspace = await withBridges(dependencies, ensured);
  if (!progress.isComplete) {
    const startedMs = nowMs();
    const { totals, isComplete } = await load(dependencies, workspace, progress.endMs);
    if (!isComplete) return;
    await ingestBatch(dependencies, workspace, {
      productSlug: DEMO_MISTAKES.productSlug,
      events: [...demoMistakes({ seed: SEED, endMs: progress.endMs })],
    });
    writeProgress(directory, { endMs: progress.endMs, isComplete: true });
    logger.info(
      { events: totals.accepted + totals.duplicates, seconds: (nowMs() - startedMs) / 1000 },
      'demo workspace loaded',
    );
  }
  await loadDemoAdoption({ ...dependencies, workspace: ensured, endMs: progress.endMs });
  if (!signal.aborted) void keepAlive(dependencies, workspace, progress.endMs);
}

/**
 * The demo's ninety days reach over rotations of pseudonyms, and its stories are told of people: so each environment links
 * them, as whoever wants such stories of their own product must choose to.
 */
async function withBridges({ privacy }: DemoDependencies, workspace: EnsuredWorkspace): Promise<EnsuredWorkspace> {
  const products: EnsuredWorkspace['products'][number][] = [];
  for (const product of workspace.products) {
    const { principal, environmentId } = product;
    const chosen = await privacy.bridgeFromTheStart(workspace.workspaceId, environmentId, BRIDGE_DAYS);
    products.push({
      ...product,
      principal: { ...principal, environment: { ...principal.environment, privacy: chosen } },
    });
  }
  return { ...workspace, products };
}

function load(dependencies: DemoDependencies, workspace: EnsuredWorkspace, endMs: number) {
  return importEvents({
    batches: yielding(demoEvents({ seed: SEED, endMs, days: DAYS, scale: 1 })),
    ingest: (batch) => ingestBatch(dependencies, workspace, batch),
    concurrency: 4,
    patienceMs: 10 * 60_000,
    delay: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
    signal: dependencies.signal,
  });
}

/** Generating is pure work on this thread; between batches, requests get their turn. */
async function* yielding(batches: Iterable<DemoBatch>): AsyncGenerator<DemoBatch> {
  for (const batch of batches) {
    yield batch;
    await setImmediate();
  }
}

function ingestBatch({ collect }: DemoDependencies, workspace: EnsuredWorkspace, { productSlug, events }: DemoBatch) {
  const product = workspace.products.find(({ slug }) => slug === productSlug)!;
  return collect.ingest(product.principal, events, { consent: CONSENT });
}

/** What happened a week ago at this hour happens again now, with fresh ids, for as long as the server runs. */
async function keepAlive(dependencies: DemoDependencies, workspace: EnsuredWorkspace, endMs: number): Promise<void> {
  const { nowMs, randomUuid, signal, logger } = dependencies;
  try {
    const week = await lastWeekOf(endMs);
    let sentUntilMs = nowMs();
    while (!signal.aborted) {
      await delay(TRAFFIC_TICK_MS, undefined, { signal, ref: false });
      const now = nowMs();
      for (const batch of eventsBetween(week, endMs - WEEK_MS, sentUntilMs, now, randomUuid)) {
        await ingestBatch(dependencies, workspace, batch);
      }
      sentUntilMs = now;
    }
  } catch (error) {
    if (!signal.aborted) logger.warn({ error }, 'the demo traffic ended');
  }
}

type TimedEvent = {
  readonly offsetMs: number;
  readonly productSlug: DemoBatch['productSlug'];
  readonly event: IncomingEvent;
};

async function lastWeekOf(endMs: number): Promise<TimedEvent[]> {
  const startMs = endMs - WEEK_MS;
  const week: TimedEvent[] = [];
  for await (const { productSlug, events } of yielding(
    demoEvents({ seed: SEED, endMs, days: DAYS, scale: 1, fromMs: startMs }),
  )) {
    for (const event of events) {
      const offsetMs = Date.parse(event.timestamp ?? '') - startMs;
      if (offsetMs >= 0) week.push({ offsetMs, productSlug, event });
    }
  }
  return week.sort((left, right) => left.offsetMs - right.offsetMs);
}

function eventsBetween(
  week: readonly TimedEvent[],
  weekStartMs: number,
  fromMs: number,
  toMs: number,
  randomUuid: () => string,
): DemoBatch[] {
  const from = (fromMs - weekStartMs) % WEEK_MS;
  const to = from + (toMs - fromMs);
  return week
    .filter(({ offsetMs }) => offsetMs >= from && offsetMs < to)
    .map(({ productSlug, event, offsetMs }) => ({
      productSlug,
      events: [{ ...event, event_id: randomUuid(), timestamp: new Date(fromMs + offsetMs - from).toISOString() }],
    }));
}

function readProgress(directory: string): Progress | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'demo.json'), 'utf8')) as Progress;
  } catch {
    return undefined;
  }
}

function writeProgress(directory: string, progress: Progress): void {
  writeFileSync(join(directory, 'demo.json'), `${JSON.stringify(progress)}\n`, { flush: true });
}
