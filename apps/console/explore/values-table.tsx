/** The table behind a chart: every value of every interval, newest first. */
import type { TrendResult } from '../api/types.ts';
import { formatNumber } from '../format/numbers.ts';
import { formatInterval } from '../format/time.ts';
import { Badge } from '../ui/figures.tsx';
import { type AnswerSeries, incompleteIndexOf } from './answer.ts';
import { Margin } from './series-table.tsx';

type ValuesTableProps = { result: TrendResult; series: readonly AnswerSeries[] };

export function ValuesTable({ result, series }: ValuesTableProps) {
  const { interval, time_zone } = result.definition;
  const incomplete = incompleteIndexOf(result);
  const newestFirst = result.intervals.map((start, index) => ({ start, index })).reverse();
  return (
    <section
      aria-label="Values"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-[32rem] overflow-auto border-t border-line focus-visible:outline-offset-[-2px]"
    >
      <table className="w-full border-separate border-spacing-0">
        <thead>
          <tr>
            <th className="sticky top-0 left-0 z-20 bg-sunken py-2 pr-3 pl-4 text-left text-xs font-medium whitespace-nowrap text-muted">
              {interval[0]?.toUpperCase()}
              {interval.slice(1)}
            </th>
            {series.map((one) => (
              <th
                key={one.key}
                className="sticky top-0 z-10 max-w-56 truncate bg-sunken px-3 py-2 last:pr-4 text-right text-xs font-medium text-muted"
                title={one.fullName}
              >
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {newestFirst.map(({ start, index }) => (
            <tr key={start} className="group">
              <th
                scope="row"
                className="sticky left-0 border-t border-line bg-surface py-1.5 pr-3 pl-4 text-left font-normal whitespace-nowrap text-muted group-hover:bg-hover"
              >
                {formatInterval(start, interval, time_zone, 'long')}{' '}
                {index >= incomplete && <Badge tone="warn">not over yet</Badge>}
              </th>
              {series.map((one) => (
                <td
                  key={one.key}
                  className="border-t border-line px-3 py-1.5 text-right last:pr-4 whitespace-nowrap group-hover:bg-hover"
                >
                  {formatNumber(one.values[index])}
                  <Margin standardError={one.standardError?.values[index]} />
                  {one.previous && (
                    <span className="ml-2 text-xs text-muted">{formatNumber(one.previous.values[index])}</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
