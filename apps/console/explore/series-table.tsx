/** The series of an answer with their totals; a legend that can hide and show them. */
import type { TrendResult } from '../api/types.ts';
import { formatNumber } from '../format/numbers.ts';
import { Delta } from '../ui/figures.tsx';
import type { AnswerSeries } from './answer.ts';
import { marginText } from './margin.ts';

type SeriesTableProps = {
  result: TrendResult;
  series: readonly AnswerSeries[];
  hidden: ReadonlySet<string>;
  onToggle: (key: string) => void;
};

export function Margin({ standardError }: { standardError: number | null | undefined }) {
  const text = marginText(standardError);
  if (text === '') return null;
  return (
    <span
      className="font-normal text-muted"
      title="Estimated from sampled events; 19 times out of 20 the true number is this near."
    >
      {text}
    </span>
  );
}

export function SeriesTable({ result, series, hidden, onToggle }: SeriesTableProps) {
  const isCompared = result.previous_intervals !== null;
  return (
    <div className="overflow-x-auto border-t border-line">
      <table className="w-full" aria-label="Series and their totals">
        <thead className="text-left text-xs text-muted">
          <tr>
            <th className="py-2 pr-2 pl-4 font-medium">Series</th>
            <th className="px-2 py-2 text-right font-medium last:pr-4">Whole period</th>
            {isCompared && (
              <>
                <th className="hidden px-2 py-2 text-right font-medium sm:table-cell">Period before</th>
                <th className="py-2 pr-4 pl-2 text-right font-medium">Change</th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {series.map((one) => (
            <tr key={one.key} className="border-t border-line">
              <td className="py-0 pr-2 pl-4">
                <label className="flex min-h-9 cursor-pointer items-center gap-2.5">
                  <input
                    type="checkbox"
                    aria-label={`Show ${one.name}`}
                    checked={!hidden.has(one.key)}
                    onChange={() => onToggle(one.key)}
                    className="size-3.5 shrink-0 rounded"
                    style={{ accentColor: `var(${one.color})` }}
                  />
                  <span className="break-words text-ink" title={one.fullName}>
                    {one.name}
                  </span>
                </label>
              </td>
              <td className="px-2 text-right font-medium text-ink last:pr-4">
                {formatNumber(one.total)}
                <Margin standardError={one.standardError?.total} />
              </td>
              {isCompared && (
                <>
                  <td className="hidden px-2 text-right text-muted sm:table-cell">
                    {formatNumber(one.previous?.total ?? null)}
                  </td>
                  <td className="pr-4 pl-2 text-right">
                    <Delta now={one.total} before={one.previous?.total ?? null} against="" />
                  </td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
