/**
 * The way of an event, as an ordered list. A step looks at one event at a time and answers pass, or rejects, drops or
 * samples it with a reason of the closed list; one bad event never sinks a batch. Steps run over the whole batch one after
 * the other, so that each is timed once per batch and keeps the processor's caches warm.
 */
import { type Event, EventDecoder, isRefusal, type Principal, Problem, RowEncoder } from '@uptake/domain/contract';
import { judgeLedger, type LedgerCatalogue } from '@uptake/domain/ledger';
import type { Pseudonyms, Scrubber } from '@uptake/domain/privacy';
import { NOT_KEPT, type Sampler, type Shape } from '@uptake/domain/sampling';
import { type EventLog, LogUnavailable } from '@uptake/io/event-log';
import { Batch, type IngestReply, PASS, type RequestContext, type Sender, type Verdict } from './batch.ts';
import type { PipelineMeter } from './meter.ts';

export type PipelineDependencies = {
  readonly eventLog: Pick<EventLog, 'append' | 'probeDuplicates'>;
  readonly scrubber: Scrubber;
  readonly pseudonyms: Pseudonyms;
  readonly meter: PipelineMeter;
  /** The budget of an environment at work; `undefined` where it has none, which must cost nothing. */
  readonly budgetOf: (environmentId: string) => WorkingBudget | undefined;
  /** The milestones an environment with policy `ledger` keeps. */
  readonly ledgerCatalogueOf: (sender: Sender) => LedgerCatalogue;
  /** A fresh lower-case UUID. */
  readonly randomUuid: () => string;
  readonly settings: {
    /** TELEMETRY_ENABLED. */
    readonly isEnabled: boolean;
    /** Raw events older than this would expire at once. */
    readonly retentionDays: number;
  };
};

export type WorkingBudget = {
  readonly sampler: Pick<Sampler, 'decide' | 'foresee' | 'isStable'>;
  /** Takes heavy properties off; answers how many. */
  readonly shape: Shape | undefined;
};

export type PipelineOptions = {
  /** `validate`: the same answers, nothing stored, nothing counted. */
  readonly mode: 'store' | 'validate';
  readonly receipts: 'full' | 'exceptions';
};

type Step = (batch: Batch, dependencies: PipelineDependencies) => void;

/** In this order: nothing personal may pass `pseudonymise`, and nothing is judged before it is decoded. */
const STEPS: readonly (readonly [name: string, step: Step])[] = [
  ['admit', admit],
  ['decode', decode],
  ['normalise', normalise],
  ['check_contract', checkContract],
  ['scrub', scrub],
  ['pseudonymise', pseudonymise],
  ['classify', classify],
  ['sample', sample],
];

export async function runPipeline(
  principal: Principal,
  raw: readonly unknown[],
  request: RequestContext,
  options: PipelineOptions,
  dependencies: PipelineDependencies,
): Promise<IngestReply> {
  const batch = new Batch(authenticate(principal), raw, request, options.mode);
  const { meter } = dependencies;
  let sinceMs = meter.start();
  for (const [name, step] of STEPS) {
    step(batch, dependencies);
    sinceMs = meter.took(name, sinceMs);
  }
  if (options.mode === 'validate') {
    await probe(batch, dependencies);
  } else {
    await append(batch, dependencies);
    meter.count(batch);
  }
  return batch.reply(options.receipts);
}

/** The door has already turned the key into a principal; here it is asked whether that one may send events. */
export function authenticate(principal: Principal): Sender {
  if (principal.kind === 'member') {
    throw new Problem('forbidden', 'Events are sent with a key, not with a session.');
  }
  if (principal.kind === 'secret_key' && !principal.scopes.includes('write')) {
    throw new Problem('forbidden', 'This secret key lacks the scope "write"; use one that has it, or a write key.');
  }
  return principal;
}

/** Collection may be switched off as a whole; clients are told so, and nothing of what they sent is looked at. */
function admit(batch: Batch, { settings }: PipelineDependencies): void {
  if (settings.isEnabled) return;
  const detail = 'Collection is switched off on this server (TELEMETRY_ENABLED).';
  for (let index = 0; index < batch.raw.length; index++) {
    batch.verdicts[index] = { reason: 'collection_disabled', path: '', detail };
  }
}

function decode(batch: Batch, { randomUuid, settings }: PipelineDependencies): void {
  const decoder = new EventDecoder({
    receivedAtMs: batch.request.receivedAtMs,
    sentAtMs: batch.request.sentAtMs,
    maxAgeMs: settings.retentionDays * 86_400_000,
    defaultSource: batch.sender.kind === 'write_key' ? 'client' : 'server',
    newEventId: randomUuid,
    isTextStorable: batch.request.text.isStorable,
  });
  for (let index = 0; index < batch.raw.length; index++) {
    if (batch.verdicts[index] !== undefined) continue;
    const decoded = decoder.decode(batch.raw[index]);
    if (isRefusal(decoded)) batch.verdicts[index] = decoded;
    else batch.events[index] = decoded;
  }
}

/** Fills what the request knows and the event does not say. Only a client's request describes the user's own machine. */
function normalise(batch: Batch): void {
  const { traceId, client } = batch.request;
  batch.judge((event) => {
    if (event.traceId === '') event.traceId = traceId;
    if (event.source === 'client') {
      if (event.browserFamily === '') event.browserFamily = client.browserFamily;
      if (event.osFamily === '') event.osFamily = client.osFamily;
      if (event.deviceType === '') event.deviceType = client.deviceType;
      if (event.country === '') event.country = client.country;
    }
    return PASS;
  });
}

/**
 * `observe` with policy `full` stores every lawful event, marked as unplanned. `ledger` keeps the milestones of its
 * catalogue, `enforce` what the tracking plan names; as long as an environment has no plan, that is nothing.
 */
function checkContract(batch: Batch, { ledgerCatalogueOf }: PipelineDependencies): void {
  const { mode, policy } = batch.sender.environment;
  if (policy === 'ledger') {
    const catalogue = ledgerCatalogueOf(batch.sender);
    batch.judge((event) => {
      const refusal = judgeLedger(event, catalogue);
      event.isPlanned = refusal === undefined;
      return refusal;
    });
    return;
  }
  if (mode === 'observe') return;
  batch.judge((event) => ({
    reason: 'unplanned_event',
    path: '/event_name',
    detail: `This environment enforces its tracking plan, and "${event.eventName}" is not in it. Add the event to the plan, or choose mode observe with policy full.`,
  }));
}

function scrub(batch: Batch, { scrubber }: PipelineDependencies): void {
  batch.judge((event) => {
    scrubber.event(event);
    return PASS;
  });
}

function pseudonymise(batch: Batch, { pseudonyms }: PipelineDependencies): void {
  const ofUser = pseudonyms.of(batch.scope.workspaceId, 'user');
  const ofSession = pseudonyms.of(batch.scope.workspaceId, 'session');
  batch.judge((event) => {
    event.userId = ofUser(event.userId);
    event.sessionId = ofSession(event.sessionId);
    return PASS;
  });
}

/** What its sender calls highly personal expires with the restricted class, whatever sensitivity it names. */
function classify(batch: Batch): void {
  batch.judge((event) => {
    if (event.piiClassification === 'high') event.dataSensitivity = 'restricted';
    return PASS;
  });
}

/**
 * Without a budget every event is kept and stands for itself. With one, the weight says how many events it stands for; 0 is
 * kept for the panel alone (domain/sampling). A ledger is never sampled. Probing decides as storing does and counts nothing.
 */
function sample(batch: Batch, { budgetOf, meter }: PipelineDependencies): void {
  const isLedger = batch.sender.environment.policy === 'ledger';
  const budget = isLedger ? undefined : budgetOf(batch.scope.environmentId);
  if (budget === undefined) {
    batch.judge((event) => {
      event.weight = 1;
      return PASS;
    });
    return;
  }
  const { sampler, shape } = budget;
  batch.judge((event) => {
    const weight = batch.mode === 'validate' ? sampler.foresee(event) : sampler.decide(event);
    if (weight === NOT_KEPT) return OVER_BUDGET;
    event.weight = weight;
    if (shape !== undefined && sampler.isStable(event)) meter.shaped(shape(event));
    return PASS;
  });
}

const OVER_BUDGET: Verdict = {
  reason: 'over_budget',
  path: '',
  detail: 'The budget of this environment keeps a part of such events; others of its kind stand for this one.',
};

/** Resolves once every event that passed is durable. Should one source's append fail, sending the batch again is safe. */
async function append(batch: Batch, { eventLog, meter }: PipelineDependencies): Promise<void> {
  const appends: Promise<void>[] = [];
  const encoder = new RowEncoder(batch.scope, batch.request.text.needsNoEscapes);
  for (const [source, indexes] of batch.bySource()) {
    const sinceMs = meter.start();
    const events = indexes.map((index) => {
      const event = batch.events[index] as Event;
      return { eventId: event.eventId, row: encoder.row(event) };
    });
    meter.took('encode', sinceMs);
    const { workspaceId } = batch.scope;
    const appended = eventLog.append({ workspaceId, dedupeScope: dedupeScope(batch, source), events });
    appends.push(appended.then(({ duplicates }) => markDuplicates(batch, indexes, duplicates)));
  }
  await orUnavailable(appends.length === 1 ? appends[0]! : Promise.all(appends), meter);
}

/** What `append` would call repeats. */
async function probe(batch: Batch, { eventLog, meter }: PipelineDependencies): Promise<void> {
  const probes: Promise<void>[] = [];
  for (const [source, indexes] of batch.bySource()) {
    const eventIds = indexes.map((index) => (batch.events[index] as Event).eventId);
    const { workspaceId } = batch.scope;
    const probed = eventLog.probeDuplicates({ workspaceId, dedupeScope: dedupeScope(batch, source), eventIds });
    probes.push(probed.then((duplicates) => markDuplicates(batch, indexes, duplicates)));
  }
  await orUnavailable(Promise.all(probes), meter);
}

function dedupeScope(batch: Batch, source: string): string {
  return `${batch.scope.environmentId}/${source}`;
}

function markDuplicates(batch: Batch, indexes: readonly number[], duplicates: readonly number[]): void {
  for (const duplicate of duplicates) {
    batch.verdicts[indexes[duplicate]!] = DUPLICATE;
  }
}

const DUPLICATE: Verdict = {
  reason: 'duplicate_event_id',
  path: '/event_id',
  detail: 'An event with this id was accepted before; nothing was stored again.',
};

async function orUnavailable(work: Promise<unknown>, meter: PipelineMeter): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof LogUnavailable)) throw error;
    meter.logUnavailable(error.reason);
    throw new Problem('log_unavailable', 'Nothing of this batch is lost if you send it again.', {
      retryAfterSeconds: error.retryAfterSeconds,
      cause: error,
    });
  }
}
