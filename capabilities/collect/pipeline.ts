/**
 * The way of an event, as an ordered list. A step looks at one event at a time and answers pass, or rejects, drops or
 * samples it with a reason of the closed list; one bad event never sinks a batch. Steps run over the whole batch one after
 * the other, so that each is timed once per batch and keeps the processor's caches warm.
 */
import {
  consentOf,
  DEFAULT_PRIVACY,
  type DecodeContext,
  type Event,
  EventDecoder,
  hasScope,
  isRefusal,
  type Principal,
  Problem,
  RowEncoder,
} from '@uptake/domain/contract';
import type { Pseudonyms, Scrubber } from '@uptake/domain/privacy';
import { NOT_KEPT, type Sampler, type Shape, WEIGHTS } from '@uptake/domain/sampling';
import { type EventLog, LogUnavailable } from '@uptake/io/event-log';
import type { ProductPlan } from '../govern/read-model.ts';
import { Batch, type IngestReply, PASS, type RequestContext, type Sender, type Verdict } from './batch.ts';
import { checkContract, classifyBySchema } from './contract.ts';
import type { Filing, LetterBox } from './letters.ts';
import type { PipelineMeter } from './meter.ts';
import type { Tallies } from './tallies.ts';

export type PipelineDependencies = {
  readonly eventLog: Pick<EventLog, 'append' | 'appendRows' | 'probeDuplicates'>;
  /** The product's rules, and an environment's own where it has any. */
  readonly scrubberOf: (sender: Sender) => Scrubber;
  readonly pseudonyms: Pseudonyms;
  /** Told whose pseudonym this is, where the environment links pseudonyms over rotations; `undefined` where it does not. */
  readonly bridgeOf: (sender: Sender) => Bridge | undefined;
  readonly meter: PipelineMeter;
  /** What is rejected is kept and counted, what is not is counted. */
  readonly letters: Pick<LetterBox, 'file'>;
  readonly tallies: Pick<Tallies, 'add'>;
  /** The budget of an environment at work; `undefined` where it has none, which must cost nothing. */
  readonly budgetOf: (environmentId: string) => WorkingBudget | undefined;
  /** What the sender's product plans; a promise only where nobody asked for a while. */
  readonly planOf: (sender: Sender) => ProductPlan | Promise<ProductPlan>;
  /** A fresh lower-case UUID. */
  readonly randomUuid: () => string;
  readonly settings: {
    /** TELEMETRY_ENABLED. */
    readonly isEnabled: boolean;
    /** Raw events older than this would expire at once. */
    readonly retentionDays: number;
  };
};

/** Of one environment: the id as sent, its pseudonym, and when the event happened. */
export type Bridge = (userId: string, pseudonym: string, atMs: number) => void;

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

type Step = (batch: Batch, dependencies: PipelineDependencies, plan: ProductPlan) => void;

/** In this order: without consent nothing is read any further, nothing personal may pass `pseudonymise`, and nothing is judged before it is decoded. */
const STEPS: readonly (readonly [name: string, step: Step])[] = [
  ['admit', admit],
  ['decode', decode],
  ['respect_consent', respectConsent],
  ['normalise', normalise],
  ['check_contract', (batch, { meter }, plan) => checkContract(batch, plan, meter)],
  ['scrub', scrub],
  ['pseudonymise', pseudonymise],
  ['classify', classifyBySchema],
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
  const known = dependencies.planOf(batch.sender);
  // Waiting for what is there already would cost a small request a turn.
  judge(batch, dependencies, known instanceof Promise ? await known : known);
  if (options.mode === 'validate') {
    await probe(batch, dependencies);
  } else {
    const filed = dependencies.letters.file(batch);
    await Promise.all([append(batch, dependencies), keepLetters(batch, filed, dependencies)]);
    dependencies.meter.count(batch);
    dependencies.tallies.add(batch, filed);
  }
  return batch.reply(options.receipts);
}

/** Every step over the whole batch: for what comes in, and for what comes again (`replay.ts`). */
export function judge(batch: Batch, dependencies: PipelineDependencies, plan: ProductPlan): void {
  const { meter } = dependencies;
  let sinceMs = meter.start();
  for (const [name, step] of STEPS) {
    step(batch, dependencies, plan);
    sinceMs = meter.took(name, sinceMs);
  }
}

/** The door has already turned the key into a principal; here it is asked whether that one may send events. */
export function authenticate(principal: Principal): Sender {
  if (principal.kind === 'member') {
    throw new Problem('forbidden', 'Events are sent with a key, not with a session.');
  }
  if (principal.kind === 'secret_key' && !hasScope(principal.scopes, 'write')) {
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
  const { request, origins } = batch;
  const context: DecodeContext = {
    receivedAtMs: request.receivedAtMs,
    sentAtMs: request.sentAtMs,
    maxAgeMs: settings.retentionDays * 86_400_000,
    defaultSource: batch.sender.kind === 'write_key' ? 'client' : 'server',
    consent: request.consent,
    newEventId: randomUuid,
    isTextStorable: request.text.isStorable,
  };
  const decoder = new EventDecoder(context);
  for (let index = 0; index < batch.raw.length; index++) {
    if (batch.verdicts[index] !== undefined) continue;
    const origin = origins?.[index];
    // Its age is what it was when it arrived, and so is the difference of its sender's clock.
    const decoded = (origin === undefined ? decoder : new EventDecoder({ ...context, ...origin.decoding })).decode(
      batch.raw[index],
    );
    if (isRefusal(decoded)) batch.verdicts[index] = decoded;
    else batch.events[index] = decoded;
  }
}

/**
 * Who denied analytics is not counted, stored or remembered. A signal of the browser goes before what the event says, since
 * it is the person's own and the event's is what an application made of it; it speaks for clients alone.
 */
function respectConsent(batch: Batch): void {
  const { respectsOptOutSignals } = batch.sender.environment.privacy ?? DEFAULT_PRIVACY;
  const isOptedOut = respectsOptOutSignals && batch.request.hasOptOutSignal === true;
  batch.judge((event) => {
    if (isOptedOut && event.source === 'client') return OPTED_OUT;
    return event.consent !== '' && consentOf(event.consent).analytics === 'denied' ? CONSENT_DENIED : PASS;
  });
}

const CONSENT_DENIED: Verdict = {
  reason: 'consent_denied',
  path: '/consent/analytics',
  detail: 'The person denied consent to analytics; nothing of the event was kept.',
};
const OPTED_OUT: Verdict = {
  reason: 'opt_out_signal',
  path: '',
  detail: 'The request carried DNT: 1 or Sec-GPC: 1, which this environment respects; nothing of the event was kept.',
};

/** Fills what the request knows and the event does not say. Only a client's request describes the user's own machine. */
function normalise(batch: Batch): void {
  const { locationByDefault } = batch.sender.environment.privacy ?? DEFAULT_PRIVACY;
  batch.judge((event, index) => {
    const { traceId, client } = batch.origins?.[index] ?? batch.request;
    if (event.traceId === '') event.traceId = traceId;
    if (event.source === 'client') {
      if (event.browserFamily === '') event.browserFamily = client.browserFamily;
      if (event.osFamily === '') event.osFamily = client.osFamily;
      if (event.deviceType === '') event.deviceType = client.deviceType;
      if (event.country === '') event.country = client.country;
      if (event.region === '') event.region = client.region ?? '';
    }
    if ((event.country !== '' || event.region !== '') && !mayLocate(event.consent, locationByDefault)) {
      event.country = '';
      event.region = '';
    }
    return PASS;
  });
}

/** Where somebody is, however coarse and whoever says so, is kept with consent alone (requirement E3). */
function mayLocate(consent: string, byDefault: boolean): boolean {
  const { location } = consentOf(consent);
  return location === 'granted' || (location === 'unknown' && byDefault);
}

function scrub(batch: Batch, { scrubberOf }: PipelineDependencies): void {
  const scrubber = scrubberOf(batch.sender);
  batch.judge((event) => {
    scrubber.event(event);
    return PASS;
  });
}

/**
 * By the time of the event, so that what happened in one rotation has one pseudonym however late it arrives. What is a
 * pseudonym already, since a dead letter kept no more, stays one.
 */
function pseudonymise(batch: Batch, { pseudonyms, bridgeOf }: PipelineDependencies): void {
  const ofUser = pseudonyms.of(batch.scope.workspaceId, 'user');
  const ofSession = pseudonyms.of(batch.scope.workspaceId, 'session');
  const bridge = batch.mode === 'validate' ? undefined : bridgeOf(batch.sender);
  batch.judge((event, index) => {
    const known = batch.origins?.[index]?.pseudonyms;
    if (known?.has(event.userId) !== true) {
      const pseudonym = ofUser(event.userId, event.timestampMs);
      if (bridge !== undefined && pseudonym !== '') bridge(event.userId, pseudonym, event.timestampMs);
      event.userId = pseudonym;
    }
    if (known?.has(event.sessionId) !== true) event.sessionId = ofSession(event.sessionId, event.timestampMs);
    return PASS;
  });
}

/**
 * Without a budget every event is kept and stands for itself. With one, the weight says how many events it stands for; 0 is
 * kept for the panel alone (domain/sampling). A ledger is never sampled. Probing decides as storing does and counts nothing.
 */
function sample(batch: Batch, { budgetOf, meter }: PipelineDependencies): void {
  const isLedger = batch.sender.environment.policy === 'ledger';
  const { weights } = batch.request;
  // What was drawn once is not drawn again: an import counts as what it was exported from.
  if (weights !== undefined && !isLedger) {
    takeWeights(batch, weights);
    return;
  }
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

/** 0, or 1 and above to the heaviest a budget gives: nobody makes more of an event than a budget could have. */
function takeWeights(batch: Batch, weights: readonly unknown[]): void {
  batch.judge((event, index) => {
    const weight = weights[index] ?? 1;
    if (typeof weight !== 'number' || !(weight === 0 || (weight >= 1 && weight <= HEAVIEST))) return INVALID_WEIGHT;
    event.weight = weight;
    return PASS;
  });
}

const HEAVIEST = WEIGHTS.at(-1)!;
const INVALID_WEIGHT: Verdict = {
  reason: 'invalid_weight',
  path: '/weight',
  detail: `A weight is 0, or from 1 to ${HEAVIEST}; take it over from the export as it stands there.`,
};
const OVER_BUDGET: Verdict = {
  reason: 'over_budget',
  path: '',
  detail: 'The budget of this environment keeps a part of such events; others of its kind stand for this one.',
};

/** Resolves once every event that passed is durable. Should one source's append fail, sending the batch again is safe. */
export async function append(batch: Batch, { eventLog, meter }: PipelineDependencies): Promise<void> {
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

/** Rejected events are as durable as accepted ones when the reply says so; both share the log's next commit. */
async function keepLetters(
  batch: Batch,
  filed: ReadonlyMap<number, Filing> | undefined,
  { eventLog, meter }: PipelineDependencies,
): Promise<void> {
  if (filed === undefined) return;
  const rows = [...filed.values()].flatMap(({ letter }) => (letter === undefined ? [] : [letter]));
  if (rows.length === 0) return;
  const { workspaceId } = batch.scope;
  await orUnavailable(eventLog.appendRows({ workspaceId, kind: 'dead_letters', rows }), meter);
}

/** What `append` would call repeats. */
export async function probe(batch: Batch, { eventLog, meter }: PipelineDependencies): Promise<void> {
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
