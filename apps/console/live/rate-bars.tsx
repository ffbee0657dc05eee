/** Events per second over the last minute, as a figure and sixty small bars. */
import { formatNumber } from '../format/numbers.ts';

export function RateBars({ perSecond }: { perSecond: readonly number[] }) {
  const over = perSecond.slice(0, -1);
  const peak = Math.max(1, ...perSecond);
  // The mean of the last five whole seconds: one second alone flickers too much to be read.
  const recent = over.slice(-5);
  const rate = recent.reduce((sum, count) => sum + count, 0) / recent.length;
  return (
    <div className="ml-auto flex items-center gap-3">
      <div aria-hidden="true" className="hidden h-7 w-32 items-end gap-px lg:flex">
        {perSecond.map((count, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place, its height what changes
            key={index}
            className="flex-1 rounded-t-[1px] bg-(--series-1)/80"
            style={{ height: count === 0 ? 1 : `${(count / peak) * 100}%` }}
          />
        ))}
      </div>
      <p className="w-20 text-right leading-tight">
        <span className="block text-base font-semibold text-ink">{formatNumber(Math.round(rate * 10) / 10)}</span>
        <span className="block text-2xs text-muted">events / s</span>
      </p>
    </div>
  );
}
