/** Wires collecting: the events door, and the same way in for programs of the house (importer, demo). */
import type { Principal } from '@uptake/domain/contract';
import { SYSTEM_CATALOGUE, SYSTEM_LEDGER } from '@uptake/domain/ledger';
import type { Pseudonyms } from '@uptake/domain/privacy';
import { compilePlan } from '@uptake/domain/tracking-plan';
import type { EventLog } from '@uptake/io/event-log';
import type { Metrics } from '@uptake/io/observability';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../access/read-model.ts';
import type { PlanBook, ProductPlan } from '../govern/read-model.ts';
import type { IngestReply, RequestContext, Sender } from './batch.ts';
import { type EventsDoorDependencies, eventsDoor } from './events-door.ts';
import { LETTER_LIMITS, LetterBox, type LetterLimits } from './letters.ts';
import { createMeter } from './meter.ts';
import { type PipelineDependencies, type PipelineOptions, runPipeline, authenticate as senderOf } from './pipeline.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createReplay, type Replay } from './replay.ts';
import { createScrubbers } from './scrubbers.ts';
import { Tallies } from './tallies.ts';
import { createUserAgentParser } from './user-agent.ts';

export type { EventReceipt, IngestReply, RequestContext } from './batch.ts';
export { createLive, type Live, type LiveScope } from './live.ts';
export type { WorkingBudget } from './pipeline.ts';
export type { Replay } from './replay.ts';

export type CollectOptions = {
  readonly eventLog: EventLog;
  readonly access: Pick<AccessReadModel, 'authenticateKey' | 'authenticateKeyCached' | 'keyOfHeaders'>;
  readonly plans: PlanBook;
  readonly pseudonyms: Pseudonyms;
  /** No environment links pseudonyms where absent. */
  readonly bridgeOf?: PipelineDependencies['bridgeOf'];
  /** No address tells its country where absent. */
  readonly countryOfAddress?: EventsDoorDependencies['countryOfAddress'];
  readonly metrics: Metrics;
  readonly nowMs: () => number;
  /** For durations; may be as fine as the machine has it. */
  readonly monotonicMs: () => number;
  readonly randomUuid: () => string;
  /** No environment has a budget where absent. */
  readonly budgetOf?: PipelineDependencies['budgetOf'];
  /** How many rejected events are kept; `LETTER_LIMITS` where absent. */
  readonly letterLimits?: LetterLimits;
  readonly settings: PipelineDependencies['settings'] & EventsDoorDependencies['settings'];
};

export type Collect = {
  readonly routes: FastifyPluginAsync;
  /** What the door does after reading a body. Rejects with `Problem` (`forbidden`, `log_unavailable`). */
  ingest(principal: Principal, events: readonly unknown[], options?: IngestOptions): Promise<IngestReply>;
  /** The same way for events that come again out of dead letters. */
  readonly replay: Replay;
  /** Hands over what was counted of the last second. */
  stop(): Promise<void>;
};

export type IngestOptions = Partial<RequestContext> & Partial<PipelineOptions>;

const NOTHING_SHOWN: RequestContext['text'] = { isStorable: false, needsNoEscapes: false };
/** Uptake's own ledger is of no product that anybody plans: its catalogue is code. */
const SYSTEM_PLAN: ProductPlan = { tracking: compilePlan([]), milestones: SYSTEM_CATALOGUE };

const NOTHING_KNOWN: RequestContext['client'] = { browserFamily: '', osFamily: '', deviceType: '', country: '' };

export function createCollect(options: CollectOptions): Collect {
  const { eventLog, access, plans, metrics, nowMs, settings } = options;
  const meter = createMeter(metrics, options.monotonicMs);
  const scrubberOf = createScrubbers((rule) => meter.scrubbed(rule));
  const tallies = new Tallies({
    eventLog,
    scrubberOf: ({ sender }) => scrubberOf(sender),
    onFailure: () => meter.logUnavailable('tallies'),
  });
  const pipeline: PipelineDependencies = {
    eventLog,
    scrubberOf,
    letters: new LetterBox({
      scrubberOf: ({ sender }) => scrubberOf(sender),
      pseudonyms: options.pseudonyms,
      randomUuid: options.randomUuid,
      retentionDays: settings.retentionDays,
      limits: options.letterLimits ?? LETTER_LIMITS,
      onFiled: (kept, countedOnly) => meter.letters(kept, countedOnly),
    }),
    tallies,
    pseudonyms: options.pseudonyms,
    bridgeOf: options.bridgeOf ?? (() => undefined),
    meter,
    budgetOf: options.budgetOf ?? (() => undefined),
    planOf: (sender) =>
      sender.environmentId === SYSTEM_LEDGER.environmentId
        ? SYSTEM_PLAN
        : (plans.cached(sender.productId) ?? plans.load(sender)),
    randomUuid: options.randomUuid,
    settings,
  };
  const authenticate = (key: string | undefined, remoteAddress: string): Sender | Promise<Sender> => {
    const known = access.authenticateKeyCached(key, remoteAddress);
    return known === undefined ? access.authenticateKey(key, remoteAddress).then(senderOf) : senderOf(known);
  };

  return {
    routes: eventsDoor({
      authenticate,
      keyOfHeaders: (headers) => access.keyOfHeaders(headers),
      ingest: (sender, events, request, mode) => runPipeline(sender, events, request, mode, pipeline),
      rateLimiter: createRateLimiter(nowMs),
      userAgentOf: createUserAgentParser(),
      countryOfAddress: options.countryOfAddress ?? (() => ''),
      nowMs,
      settings,
    }),
    ingest(principal, events, { mode = 'store', receipts = 'exceptions', ...known } = {}) {
      const request: RequestContext = {
        receivedAtMs: nowMs(),
        traceId: '',
        client: NOTHING_KNOWN,
        text: NOTHING_SHOWN,
        ...known,
      };
      return runPipeline(principal, events, request, { mode, receipts }, pipeline);
    },
    replay: createReplay(pipeline, nowMs),
    stop: () => tallies.flush(),
  };
}
