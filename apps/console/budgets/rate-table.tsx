/** Each flow with what came, what was kept, how likely an event of it is kept now, and why. */
import { formatNumber, formatShare } from '../format/numbers.ts';
import { Badge } from '../ui/figures.tsx';
import type { KeepRate } from './api.ts';
import { areaName, whyKept } from './words.ts';

export function RateTable({ rates }: { rates: readonly KeepRate[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full" aria-label="Flows and how they are kept">
        <thead className="text-left text-xs text-muted">
          <tr>
            <th className="py-2 pr-2 pl-4 font-medium">Flow</th>
            <th className="px-2 py-2 text-right font-medium">Kept now</th>
            <th className="hidden px-2 py-2 text-right font-medium sm:table-cell">Came, 24 h</th>
            <th className="hidden px-2 py-2 text-right font-medium sm:table-cell">Kept, 24 h</th>
            <th className="hidden py-2 pr-4 pl-2 font-medium lg:table-cell">Why</th>
          </tr>
        </thead>
        <tbody>
          {rates.map((rate) => (
            <tr
              key={[rate.event_name, rate.feature_area, rate.bound, ...rate.favours].join('\0')}
              className="border-t border-line align-top"
            >
              <td className="py-2 pr-2 pl-4">
                <span className="font-medium break-words text-ink">{rate.event_name}</span>
                <span className="block text-xs text-muted">{areaName(rate.feature_area)}</span>
                <span className="mt-0.5 block text-xs text-muted lg:hidden">{whyKept(rate)}</span>
              </td>
              <td className="px-2 py-2 text-right whitespace-nowrap">
                {rate.weight === 1 ? (
                  <Badge tone="good">all</Badge>
                ) : (
                  <span title={`One kept event stands for ${formatNumber(rate.weight)}`}>
                    <Badge tone="warn">{formatShare(rate.keep_probability)}</Badge>
                  </span>
                )}
              </td>
              <td className="hidden px-2 py-2 text-right text-muted sm:table-cell">{formatNumber(rate.offered_24h)}</td>
              <td className="hidden px-2 py-2 text-right text-muted sm:table-cell">{formatNumber(rate.kept_24h)}</td>
              <td className="hidden py-2 pr-4 pl-2 text-muted lg:table-cell">{whyKept(rate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
