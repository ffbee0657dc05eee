/**
 * The events door over a durable log, with validation and scrubbing each on or off: `node door.ts '{"isValidated":true,…}'`.
 * The product has no such switches; here the steps are handed a plan of nothing and a scrubber that lets everything pass.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS } from '@uptake/domain/contract';
import { Pseudonyms, Scrubber } from '@uptake/domain/privacy';
import { compilePlan } from '@uptake/domain/tracking-plan';
import { openLmdbEventLog } from '@uptake/io/event-log';
import { createMetrics } from '@uptake/io/observability';
import Fastify from 'fastify';
import type { Sender } from '../../capabilities/collect/batch.ts';
import { eventsDoor } from '../../capabilities/collect/events-door.ts';
import { LetterBox } from '../../capabilities/collect/letters.ts';
import { createMeter } from '../../capabilities/collect/meter.ts';
import { runPipeline } from '../../capabilities/collect/pipeline.ts';
import { createRateLimiter } from '../../capabilities/collect/rate-limiter.ts';
import { Tallies } from '../../capabilities/collect/tallies.ts';
import { createUserAgentParser } from '../../capabilities/collect/user-agent.ts';
import { planOfLoad } from './plan.ts';

export type Governance = {
  readonly isValidated: boolean;
  readonly isScrubbed: boolean;
  /** The plan in force plans nothing: every event is refused and kept as a dead letter. */
  readonly isRefused: boolean;
};

/** Passes everything, at the price of a call. */
class NoScrubber extends Scrubber {
  override event(): void {}
}

const { isValidated, isScrubbed, isRefused } = JSON.parse(process.argv[2] ?? '{}') as Governance;
const directory = mkdtempSync(join(tmpdir(), 'uptake-governed-door-'));
const id = '018f0000-0000-7000-8000-000000000000';
const sender: Sender = {
  kind: 'write_key',
  keyId: id,
  workspaceId: id,
  productId: id,
  environmentId: id,
  environment: {
    mode: isValidated || isRefused ? 'enforce' : 'observe',
    policy: 'full',
    eventsPerSecondLimit: undefined,
  },
};
const eventLog = await openLmdbEventLog({
  directory,
  maxBytes: 8 * 1024 ** 3,
  duplicateWindowMs: LIMITS.duplicateWindowMs,
  nowMs: Date.now,
});
const settings = { isEnabled: true, retentionDays: 90, bodyTimeoutMs: 15_000 };
const scrubber = isScrubbed ? new Scrubber(() => undefined) : new NoScrubber(() => undefined);
const plan = { tracking: isValidated ? planOfLoad() : compilePlan([]), milestones: new Map() };
const pseudonyms = new Pseudonyms(
  (rotation) => (text) => createHmac('sha256', `rotation ${rotation}`).update(text).digest('hex'),
);
const pipeline: Parameters<typeof runPipeline>[4] = {
  eventLog,
  scrubberOf: () => scrubber,
  pseudonyms,
  bridgeOf: () => undefined,
  letters: new LetterBox({
    scrubberOf: () => scrubber,
    pseudonyms,
    randomUuid: randomUUID,
    retentionDays: settings.retentionDays,
    // What is kept is what is measured.
    limits: { letters: 1e12, bytes: 1e12, causes: 1e6 },
    onFiled: () => undefined,
  }),
  tallies: new Tallies({ eventLog, scrubberOf: () => scrubber, onFailure: (error) => console.error(error) }),
  meter: createMeter(createMetrics({ processMetrics: false }), () => performance.now()),
  budgetOf: () => undefined,
  planOf: () => plan,
  randomUuid: randomUUID,
  settings,
};
const app = Fastify();
await app.register(
  eventsDoor({
    authenticate: () => sender,
    keyOfHeaders: () => 'a key',
    ingest: (...way) => runPipeline(...way, pipeline),
    rateLimiter: createRateLimiter(Date.now),
    userAgentOf: createUserAgentParser(),
    countryOfAddress: () => '',
    nowMs: Date.now,
    settings,
  }),
);
await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${JSON.stringify({ port: (app.server.address() as { port: number }).port })}\n`);
process.on('SIGTERM', () => {
  void app
    .close()
    .then(() => eventLog.close())
    .then(() => {
      rmSync(directory, { recursive: true, force: true });
      process.exit(0);
    });
});
