/** Counts what the pipeline decides and times what it does, at a cost per batch rather than per event. */
import { REASONS } from '@uptake/domain/contract';
import { SCRUB_RULES, type ScrubRule } from '@uptake/domain/privacy';
import type { Metrics } from '@uptake/io/observability';
import type { Batch } from './batch.ts';

export type PipelineMeter = {
  /** The time now, to be handed to `took`. */
  start(): number;
  /** Adds what passed since `sinceMs` to the step's total; returns the time now, at which the next step begins. */
  took(step: string, sinceMs: number): number;
  /** Adds a stored batch to `uptake_events_total`. */
  count(batch: Batch): void;
  /** Adds what was found in events that were kept nevertheless to `uptake_contract_findings_total`. */
  contractFindings(findings: ReadonlyMap<string, number>): void;
  scrubbed(rule: ScrubRule): void;
  /** Properties that a budget took off an event. */
  shaped(properties: number): void;
  logUnavailable(reason: string): void;
  /** Rejected events that were kept as dead letters, and those that were only counted. */
  letters(kept: number, countedOnly: number): void;
};

export function createMeter(metrics: Metrics, monotonicMs: () => number): PipelineMeter {
  const events = metrics.counter('uptake_events_total', 'Events by what became of them and why.', ['result', 'reason']);
  const unavailable = metrics.counter(
    'uptake_log_unavailable_total',
    'Batches refused because the log was not available.',
    ['reason'],
  );
  const contract = metrics.counter(
    'uptake_contract_findings_total',
    'Events that were kept although they break their schema, or come of a deprecated one.',
    ['finding'],
  );
  const secondsOf = new Map<string, number>();
  // Kept as plain numbers and handed over when scraped: a labelled counter costs as much as decoding an event.
  metrics.gauge(
    'uptake_pipeline_seconds',
    'Processor time spent in each step of the pipeline since start.',
    ['step'],
    (gauge) => {
      for (const [step, seconds] of secondsOf) gauge.set(seconds, { step });
    },
  );
  const letters = metrics.counter(
    'uptake_dead_letters_total',
    'Rejected events by whether they were kept as dead letters or only counted.',
    ['kept'],
  );
  let shapedProperties = 0;
  metrics.gauge('uptake_shaped_properties', 'Heavy properties that budgets took off events since start.', [], (gauge) =>
    gauge.set(shapedProperties),
  );
  const scrubs = new Map<ScrubRule, number>();
  metrics.gauge(
    'uptake_scrubbed_values',
    'Personal or secret values taken out of events since start.',
    ['rule'],
    (gauge) => {
      for (const rule of Object.keys(SCRUB_RULES) as ScrubRule[]) gauge.set(scrubs.get(rule) ?? 0, { rule });
    },
  );

  return {
    start: monotonicMs,
    took(step, sinceMs) {
      const atMs = monotonicMs();
      secondsOf.set(step, (secondsOf.get(step) ?? 0) + (atMs - sinceMs) / 1000);
      return atMs;
    },
    count(batch) {
      for (const [reason, count] of batch.countByReason()) {
        events.add(count, { result: reason === undefined ? 'accepted' : REASONS[reason].result, reason: reason ?? '' });
      }
    },
    contractFindings(findings) {
      for (const [finding, count] of findings) contract.add(count, { finding });
    },
    scrubbed(rule) {
      scrubs.set(rule, (scrubs.get(rule) ?? 0) + 1);
    },
    shaped(properties) {
      shapedProperties += properties;
    },
    logUnavailable(reason) {
      unavailable.add(1, { reason });
    },
    letters(kept, countedOnly) {
      if (kept > 0) letters.add(kept, { kept: 'yes' });
      if (countedOnly > 0) letters.add(countedOnly, { kept: 'no' });
    },
  };
}
