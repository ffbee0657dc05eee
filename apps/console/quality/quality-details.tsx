/** What lies behind the shares: how the period went, which reasons there were, and which rules found personal data later. */
import { REASONS } from '@uptake/domain/contract';
import { useState } from 'react';
import { formatCompact, formatNumber } from '../format/numbers.ts';
import { formatInstant } from '../format/time.ts';
import { niceCeiling } from '../overview/nice-ceiling.ts';
import type { Quality } from './api.ts';

/** From the bottom up, as they are stacked. */
const PARTS = [
  { name: 'accepted', label: 'accepted', fill: 'fill-(--series-1)', swatch: 'bg-(--series-1)' },
  { name: 'sampled', label: 'left out by the budget', fill: 'fill-faint', swatch: 'bg-faint' },
  { name: 'dropped', label: 'dropped', fill: 'fill-warn', swatch: 'bg-warn' },
  { name: 'rejected', label: 'refused', fill: 'fill-bad', swatch: 'bg-bad' },
] as const;

type Interval = Quality['per_interval'][number];

const totalOf = (interval: Interval): number => PARTS.reduce((sum, { name }) => sum + interval[name], 0);
const partsInWords = (interval: Interval): string =>
  PARTS.filter(({ name }) => name === 'accepted' || interval[name] > 0)
    .map(({ name, label }) => `${formatNumber(interval[name])} ${label}`)
    .join(', ');

/** Stacked bars without the chart library, which this screen need not load. */
export function IntervalBars({ intervals }: { intervals: readonly Interval[] }) {
  const [pointed, setPointed] = useState<Interval>();
  const top = niceCeiling(Math.max(...intervals.map(totalOf)));
  return (
    <div className="mt-4">
      <p className="min-h-5 text-xs text-muted">
        {pointed ? (
          <>
            <span className="font-medium text-ink">{formatInstant(pointed.at)}</span> {partsInWords(pointed)}
          </>
        ) : (
          <span className="flex flex-wrap gap-x-4 gap-y-1">
            {PARTS.map(({ name, label, swatch }) => (
              <span key={name} className="inline-flex items-center gap-1.5">
                <span className={`size-2 rounded-xs ${swatch}`} aria-hidden="true" /> {label}
              </span>
            ))}
          </span>
        )}
      </p>
      <div className="mt-2 flex h-24 gap-2">
        <svg
          viewBox={`0 0 ${intervals.length} 100`}
          preserveAspectRatio="none"
          className="h-full min-w-0 flex-1 border-b border-line"
          role="img"
          aria-label={`What became of events over the period: at most ${formatNumber(top)} at once. The figures are in the table below.`}
          onPointerLeave={() => setPointed(undefined)}
        >
          {intervals.map((interval, index) => (
            <IntervalBar key={interval.at} interval={interval} at={index} top={top} onPoint={setPointed} />
          ))}
        </svg>
        <span className="w-9 text-right text-2xs text-faint" aria-hidden="true">
          {formatCompact(top)}
        </span>
      </div>
    </div>
  );
}

type IntervalBarProps = { interval: Interval; at: number; top: number; onPoint: (interval: Interval) => void };

function IntervalBar({ interval, at, top, onPoint }: IntervalBarProps) {
  let below = 0;
  return (
    <g onPointerEnter={() => onPoint(interval)}>
      <rect x={at} y={0} width={1} height={100} className="fill-transparent" />
      {PARTS.map(({ name, fill }) => {
        const height = (interval[name] / top) * 100;
        below += height;
        return <rect key={name} x={at + 0.1} y={100 - below} width={0.8} height={height} className={fill} />;
      })}
    </g>
  );
}

export function QualityDetails({ quality }: { quality: Quality }) {
  const { per_interval: intervals, reasons, pii } = quality;
  const counted = intervals.filter((interval) => totalOf(interval) > 0).reverse();
  if (counted.length === 0 && reasons.length === 0 && pii.by_rule.length === 0) return null;
  return (
    <details className="mt-4">
      <summary className="w-fit cursor-pointer rounded text-sm text-muted hover:text-ink">
        Reasons, findings and the figures of every interval
      </summary>
      <div className="mt-3 grid grid-cols-1 items-start gap-x-8 gap-y-4 lg:grid-cols-2">
        {reasons.length > 0 && (
          <Listing
            title="Why events were not accepted"
            rows={reasons.map(({ reason, result, events }) => ({
              key: `${result} ${reason}`,
              name: meaningOf(reason),
              value: formatNumber(events),
            }))}
          />
        )}
        {pii.by_rule.length > 0 && (
          <Listing
            title="Personal data found when looked at again"
            rows={pii.by_rule.map(({ rule, place, events }) => ({
              key: `${rule} ${place}`,
              name: `${rule}, in ${place}`,
              value: formatNumber(events),
            }))}
          />
        )}
        {counted.length > 0 && (
          <Listing
            title="By interval"
            rows={counted.map((interval) => ({
              key: interval.at,
              name: formatInstant(interval.at),
              value: partsInWords(interval),
            }))}
          />
        )}
      </div>
    </details>
  );
}

type ListingProps = { title: string; rows: readonly { key: string; name: string; value: string }[] };

function Listing({ title, rows }: ListingProps) {
  return (
    <div>
      <h3 className="mb-1.5 text-xs font-medium text-muted">{title}</h3>
      <section
        aria-label={title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-60 overflow-y-auto rounded-lg px-3 ring-1 ring-line"
      >
        <dl className="divide-y divide-line">
          {rows.map(({ key, name, value }) => (
            <div key={key} className="flex justify-between gap-4 py-1.5">
              <dt className="min-w-24 text-muted">{name}</dt>
              <dd className="text-right text-ink tabular-nums">{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

/** A reason that this console does not know yet is shown by its code. */
function meaningOf(reason: string): string {
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as keyof typeof REASONS].meaning.replaceAll('`', '') : reason;
}
