/** Small marks beside numbers: how they changed, how fresh they are, whether they are sampled; and a badge. */
import { ArrowDown, ArrowUp, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Freshness } from '../api/types.ts';
import { changeBetween } from '../format/numbers.ts';
import { formatClock, formatDuration, formatInstant } from '../format/time.ts';
import { classNames } from './class-names.ts';

type DeltaProps = { now: number | null; before: number | null; against: string; isRiseBad?: boolean };

/** The change between two numbers. The sign is in the arrow and in words, never in the colour alone. */
export function Delta({ now, before, against, isRiseBad = false }: DeltaProps) {
  const change = changeBetween(now, before);
  if (change.kind === 'none') return <span className="text-xs text-faint">No comparison</span>;
  const isRise = change.kind === 'up' || change.kind === 'new';
  const tone = change.kind === 'level' ? 'text-muted' : isRise === isRiseBad ? 'text-bad' : 'text-good';
  const Icon = change.kind === 'level' ? Minus : isRise ? ArrowUp : ArrowDown;
  const word = change.kind === 'level' ? 'unchanged' : isRise ? 'up' : 'down';
  return (
    <span className="inline-flex items-center gap-1 text-xs whitespace-nowrap">
      <span className={classNames('inline-flex items-center gap-0.5 font-medium', tone)}>
        <Icon className="size-3" aria-hidden="true" />
        <span className="sr-only">{word} </span>
        {change.text}
      </span>
      <span className="text-muted">{against}</span>
    </span>
  );
}

const BEHIND_WORTH_WARNING_MS = 60_000;

type FreshnessMarkProps = { freshness: Freshness; isSampled?: boolean; isApproximate?: boolean };

/** Up to when an answer is complete, and whether its numbers are estimates. */
export function FreshnessMark({ freshness, isSampled = false, isApproximate = false }: FreshnessMarkProps) {
  const isBehind = freshness.behind_ms >= BEHIND_WORTH_WARNING_MS;
  return (
    <span
      className="inline-flex items-center gap-1.5 text-xs text-muted"
      title={`Complete up to ${formatInstant(freshness.as_of)}`}
    >
      <span className={classNames('size-1.5 rounded-full', isBehind ? 'bg-warn' : 'bg-good')} aria-hidden="true" />
      {isBehind
        ? `${formatDuration(freshness.behind_ms)} behind, as of ${formatClock(freshness.as_of)}`
        : `As of ${formatClock(freshness.as_of)}`}
      {isSampled && (
        <span title="Only a share of the events was kept; the numbers are unbiased estimates.">
          <Badge tone="warn">sampled</Badge>
        </span>
      )}
      {isApproximate && (
        <span title="This far back, unique users and sessions are estimated, about 1 % off.">
          <Badge tone="warn">about ±1 %</Badge>
        </span>
      )}
    </span>
  );
}

const TONES = {
  neutral: 'bg-sunken text-muted',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
};

export function Badge({ tone = 'neutral', children }: { tone?: keyof typeof TONES; children: ReactNode }) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 rounded-full px-2 py-px text-2xs font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
