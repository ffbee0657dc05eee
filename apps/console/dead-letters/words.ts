/** How refusals, fixes and replays are put into words. */
import type { MappingStep } from '@uptake/domain/tracking-plan';
import { formatCount, formatNumber } from '../format/numbers.ts';
import type { Cause, Preview, Run } from './api.ts';

/** A step of a mapping as a sentence. */
export function stepInWords(step: MappingStep): string {
  switch (step.op) {
    case 'rename_event':
      return `Call the event ${step.to}`;
    case 'rename':
      return `Move ${nameOf(step.from)} to ${nameOf(step.to)}`;
    case 'drop':
      return `Leave ${nameOf(step.path)} out`;
    case 'default':
      return `Where ${nameOf(step.path)} is missing, say ${JSON.stringify(step.value)}`;
    case 'convert':
      return `Read ${nameOf(step.path)} as ${step.to === 'integer' ? 'a whole number' : `a ${step.to}`}`;
    case 'replace': {
      const pairs = Object.entries(step.values).map(([from, to]) => `“${from}” by ${JSON.stringify(to)}`);
      return `In ${nameOf(step.path)}, replace ${pairs.join(', ')}`;
    }
  }
}

/** What is wrong with a cause's events: a sentence that can go on with where, and without the marks of documentation. */
export function wrongInWords({ reason_text }: Pick<Cause, 'reason_text'>): string {
  return reason_text.replace(/`|\.$/g, '');
}

/** `/properties/plan/tier` as people say it: plan.tier. A field of the envelope keeps its name. */
export function nameOf(pointer: string): string {
  const segments = pointer.split('/').slice(1).map(unescapeSegment);
  return (segments[0] === 'properties' && segments.length > 1 ? segments.slice(1) : segments).join('.');
}

/** The reverse, for what somebody typed: a name is a property unless the envelope knows it. */
export function pointerOf(name: string, envelopeFields: readonly string[]): string {
  if (name.startsWith('/')) return name;
  if (envelopeFields.includes(name)) return `/${name}`;
  return `/properties/${name.split('.').map(escapeSegment).join('/')}`;
}

const unescapeSegment = (segment: string) => segment.replaceAll('~1', '/').replaceAll('~0', '~');
const escapeSegment = (segment: string) => segment.replaceAll('~', '~0').replaceAll('/', '~1');

const RESULTS: Readonly<Record<string, string>> = {
  accepted: 'would be accepted',
  duplicate: 'are known already',
  rejected: 'would be refused again',
  dropped: 'would be dropped',
  sampled: 'would be left out by the budget',
};

export function outcomeInWords({ result, reason, events }: Preview['outcomes'][number]): string {
  const words = RESULTS[result] ?? result;
  return `${formatNumber(events)} ${words}${reason === '' || result === 'accepted' ? '' : ` (${reason})`}`;
}

export const STATE_WORDS: Readonly<Record<Run['state'], string>> = {
  waiting: 'waiting',
  running: 'running',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

export function runInWords(run: Run): string {
  const parts = [
    run.accepted > 0 && `${formatNumber(run.accepted)} brought back`,
    run.duplicates > 0 && `${formatNumber(run.duplicates)} known already`,
    run.rejected > 0 && `${formatNumber(run.rejected)} refused again`,
    run.dropped + run.sampled > 0 && `${formatNumber(run.dropped + run.sampled)} left out`,
  ].filter((part) => part !== false);
  if (parts.length === 0) return `${formatCount(run.total, 'event')} to bring back`;
  return parts.join(', ');
}
