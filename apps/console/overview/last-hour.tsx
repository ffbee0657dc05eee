/** Sixty bars, one per minute; drawn without the chart library, which the first screen should not have to load. */
import { useState } from 'react';
import type { Overview } from '../api/types.ts';
import { formatCompact, formatCount, formatNumber } from '../format/numbers.ts';
import { formatMinute } from '../format/time.ts';
import { classNames } from '../ui/class-names.ts';
import { niceCeiling } from './nice-ceiling.ts';

type Minute = Overview['per_minute'][number];

export function LastHour({ minutes }: { minutes: readonly Minute[] | undefined }) {
  if (minutes === undefined) return <div className="skeleton h-60" />;
  return <Bars minutes={minutes} />;
}

function Bars({ minutes }: { minutes: readonly Minute[] }) {
  const [pointed, setPointed] = useState<number>();
  const peak = Math.max(0, ...minutes.map(({ events }) => events));
  const top = niceCeiling(peak);
  const total = minutes.reduce((sum, { events }) => sum + events, 0);
  const shown = pointed === undefined ? undefined : minutes[pointed];
  const last = minutes.length - 1;
  return (
    <div className="min-h-60">
      <p className="h-5 text-xs text-muted">
        {shown ? (
          <>
            <span className="font-medium text-ink">{formatMinute(shown.minute)}</span>{' '}
            {formatCount(shown.events, 'event')}
            {pointed === last && ' so far'}
          </>
        ) : (
          `${formatCount(total, 'event')}, at most ${formatNumber(peak)} a minute`
        )}
      </p>
      <div
        role="img"
        aria-label={`Events per minute over the last hour: ${formatNumber(total)} in all, at most ${formatNumber(peak)} in one minute`}
        className="relative mt-2 mr-9 h-40"
        onPointerLeave={() => setPointed(undefined)}
      >
        {[1, 0.5, 0].map((share) => (
          <div key={share} className="absolute inset-x-0 border-t border-line" style={{ top: `${(1 - share) * 100}%` }}>
            {share > 0 && (
              <span className="absolute -top-2 left-full w-9 text-right text-2xs text-faint">
                {formatCompact(top * share)}
              </span>
            )}
          </div>
        ))}
        <div className="absolute inset-0 flex items-stretch">
          {minutes.map(({ minute, events }, index) => (
            <div
              key={minute}
              className="flex flex-1 items-end px-[0.5px] sm:px-px"
              onPointerEnter={() => setPointed(index)}
            >
              <div
                className={classNames(
                  'w-full rounded-t-[2px]',
                  pointed === index ? 'bg-accent' : index === last ? 'bg-(--series-1)/45' : 'bg-(--series-1)/85',
                )}
                style={{ height: `${(events / top) * 100}%`, minHeight: events > 0 ? 2 : 0 }}
              />
            </div>
          ))}
        </div>
      </div>
      <div className="mt-1 mr-9 flex justify-between text-2xs text-faint" aria-hidden="true">
        {[0, 15, 30, 45].map((index) => (
          <span key={index}>{minutes[index] && formatMinute(minutes[index].minute)}</span>
        ))}
        <span>now</span>
      </div>
      <details className="mt-1 text-xs">
        <summary className="w-fit cursor-pointer rounded text-muted hover:text-ink">Show as table</summary>
        <div className="mt-2 max-h-56 overflow-y-auto rounded-lg ring-1 ring-line">
          <table className="w-full">
            <thead className="sticky top-0 bg-sunken text-left text-muted">
              <tr>
                <th className="px-3 py-1.5 font-medium">Minute</th>
                <th className="px-3 py-1.5 text-right font-medium">Events</th>
              </tr>
            </thead>
            <tbody>
              {minutes.map(({ minute, events }) => (
                <tr key={minute} className="border-t border-line">
                  <td className="px-3 py-1">{formatMinute(minute)}</td>
                  <td className="px-3 py-1 text-right">{formatNumber(events)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}
