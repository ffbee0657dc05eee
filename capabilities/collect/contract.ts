/**
 * The step `check_contract`: what the environment's policy and mode make of an event that its tracking plan covers, covers
 * differently, or does not cover. What it finds in events that are kept nevertheless is counted.
 */
import {
  DATA_SENSITIVITIES,
  type EnvironmentSettings,
  type Event,
  PII_CLASSIFICATIONS,
  type Refusal,
} from '@uptake/domain/contract';
import { judgeLedger } from '@uptake/domain/ledger';
import type { EventSchema } from '@uptake/domain/tracking-plan';
import type { ProductPlan } from '../govern/read-model.ts';
import { type Batch, PASS, type Verdict } from './batch.ts';
import type { PipelineMeter } from './meter.ts';

export function checkContract(batch: Batch, plan: ProductPlan, meter: PipelineMeter): void {
  const { mode, policy, excluded } = batch.sender.environment;
  if (excluded !== undefined) batch.judge((event) => notCollected(event, excluded));
  // Nothing planned and nothing enforced: what most environments begin with costs nothing.
  if (policy === 'full' && mode === 'observe' && plan.tracking.size === 0) return;
  const findings = new Map<string, number>();
  const note = (finding: string) => findings.set(finding, (findings.get(finding) ?? 0) + 1);
  const isEnforced = policy === 'ledger' || mode === 'enforce';
  batch.judge((event, index) => {
    const milestone = policy === 'ledger' ? judgeLedger(event, plan.milestones) : undefined;
    const judged = plan.tracking.judge(event, event.receivedAtMs);
    if (judged.kind === 'unplanned') {
      // A ledger's own catalogue need not come from a tracking plan: Uptake's own does not.
      if (policy === 'ledger') return milestone ?? planned(event);
      return isEnforced ? unplanned(event) : PASS;
    }
    batch.schemas[index] = judged.schema;
    event.schemaVersion = judged.schema.version;
    if (judged.kind === 'blocked') return judged.refusal;
    if (milestone !== undefined) return milestone;
    if (judged.kind === 'violated') {
      if (isEnforced) return judged.refusal;
      note(judged.refusal.reason);
      return PASS;
    }
    if (judged.schema.state === 'deprecated') note('deprecated_event');
    return planned(event);
  });
  if (batch.mode === 'store') meter.contractFindings(findings);
}

/** What the schema says of an event's class holds even where the event says less. */
export function classifyBySchema(batch: Batch): void {
  batch.judge((event, index) => {
    const schema = batch.schemas[index];
    if (schema !== undefined) raise(event, schema);
    if (event.piiClassification === 'high') event.dataSensitivity = 'restricted';
    return PASS;
  });
}

function raise(event: Event, schema: EventSchema): void {
  if (isAbove(PII_CLASSIFICATIONS, schema.pii_class, event.piiClassification)) {
    event.piiClassification = schema.pii_class;
  }
  if (isAbove(DATA_SENSITIVITIES, schema.data_sensitivity, event.dataSensitivity)) {
    event.dataSensitivity = schema.data_sensitivity;
  }
}

/** `order` begins with the least. */
function isAbove<Word extends string>(order: readonly Word[], one: Word, other: Word): boolean {
  return order.indexOf(one) > order.indexOf(other);
}

function planned(event: Event): Verdict {
  event.isPlanned = true;
  return PASS;
}

function unplanned({ eventName }: Event): Refusal {
  const detail = `This environment enforces its tracking plan, and no schema of "${eventName}" is in force. Plan the event, or put its draft into force, or choose mode observe with policy full.`;
  return { reason: 'unplanned_event', path: '/event_name', detail };
}

function notCollected(event: Event, excluded: NonNullable<EnvironmentSettings['excluded']>): Verdict {
  if (excluded.events.has(event.eventName)) {
    const detail = 'This environment does not collect this event (its settings exclude it).';
    return { reason: 'not_collected', path: '/event_name', detail };
  }
  if (event.featureArea !== '' && excluded.featureAreas.has(event.featureArea)) {
    const detail = 'This environment collects nothing of this feature area (its settings exclude it).';
    return { reason: 'not_collected', path: '/feature_area', detail };
  }
  return PASS;
}
