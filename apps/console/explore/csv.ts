/** An answer as CSV (RFC 4180), safe to open in a spreadsheet. */
import type { Interval, TrendResult } from '../api/types.ts';
import { localIso } from '../format/local-iso.ts';
import { answerSeriesOf } from './answer.ts';

type Cell = string | number | null;

/**
 * Lines end in CRLF and cells are quoted where they must be (RFC 4180, section 2). A text that a spreadsheet would run
 * as a formula gets an apostrophe in front (OWASP, CSV injection); numbers stay numbers, negative ones too.
 */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const INTERVAL_HEADINGS: Record<Interval, string> = {
  hour: 'Hour',
  day: 'Day',
  week: 'Week from',
  month: 'Month from',
};

/** One line per interval, one column per series, and one more where it is compared with the previous period. */
export function trendCsv(result: TrendResult): string {
  const { interval, time_zone } = result.definition;
  const series = answerSeriesOf(result);
  const header: Cell[] = [`${INTERVAL_HEADINGS[interval]} (${time_zone})`];
  for (const one of series) {
    header.push(one.fullName);
    if (one.standardError) header.push(`${one.fullName} (standard error)`);
    if (one.previous) header.push(`${one.fullName} (previous period)`);
  }
  const lines = result.intervals.map((start, index) => {
    const line: Cell[] = [localIso(start, interval, time_zone)];
    for (const one of series) {
      line.push(one.values[index] ?? null);
      if (one.standardError) line.push(one.standardError.values[index] ?? null);
      if (one.previous) line.push(one.previous.values[index] ?? null);
    }
    return line;
  });
  return csvOf([header, ...lines]);
}

export function trendFileName({ intervals, definition }: TrendResult): string {
  const day = (iso: string | undefined) => (iso ? localIso(iso, 'day', definition.time_zone) : '');
  return `uptake-trend-${day(intervals[0])}-to-${day(intervals.at(-1))}.csv`;
}
