import { describe, expect, test } from 'vitest';
import type { TrendResult } from '../api/types.ts';
import { answerSeriesOf, incompleteIndexOf, isEmpty } from './answer.ts';
import { csvOf, trendCsv, trendFileName } from './csv.ts';

const result: TrendResult = {
  kind: 'trend',
  definition: {
    kind: 'trend',
    series: [
      { event: 'project_created', measure: { kind: 'total' } },
      { event: null, measure: { kind: 'property', property: 'duration_ms', aggregate: 'p90' } },
    ],
    period: { from: '2026-10-24', to: '2026-10-26' },
    interval: 'day',
    time_zone: 'Europe/Berlin',
    breakdown: { field: 'country' },
  },
  intervals: ['2026-10-23T22:00:00.000Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
  incomplete_from: '2026-10-25T23:00:00.000Z',
  series: [
    {
      series_index: 0,
      event: 'project_created',
      label: '',
      breakdown: '=HYPERLINK("http://evil.example")',
      is_other: false,
      values: [1, 0, 3],
      total: 4,
      previous: { values: [2, 2, 2], total: 6 },
    },
    {
      series_index: 1,
      event: null,
      label: '',
      breakdown: null,
      is_other: true,
      values: [null, -2.5, 1e21],
      total: 7,
      previous: null,
    },
  ],
  previous_intervals: null,
  freshness: { as_of: '2026-10-26T10:00:00.000Z', behind_ms: 0 },
  sampled: false,
  took_ms: 12,
};

describe('CSV', () => {
  test('quotes what must be quoted and ends lines with CRLF', () => {
    expect(csvOf([['plain', 'with, comma', 'with "quotes"', 'two\nlines', 'Größe']])).toBe(
      'plain,"with, comma","with ""quotes""","two\nlines",Größe\r\n',
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
    'never hands %j to a spreadsheet as a formula',
    (text) => {
      const cell = csvOf([[text]]);
      expect(cell.replaceAll('"', '').startsWith(`'${text}`)).toBe(true);
    },
  );

  test('leaves numbers as numbers and gaps empty', () => {
    expect(csvOf([[-2.5, 0, null, Number.NaN]])).toBe('-2.5,0,,\r\n');
  });

  test('of a trend has a line per interval in local days, also over the end of summer time', () => {
    expect(trendCsv(result)).toBe(
      [
        'Day (Europe/Berlin),"A · project_created · Total events · =HYPERLINK(""http://evil.example"")","A · project_created · Total events · =HYPERLINK(""http://evil.example"") (previous period)",B · Any event · 90th percentile of duration_ms · All others',
        '2026-10-24,1,2,',
        '2026-10-25,0,2,-2.5',
        '2026-10-26,3,2,1e+21',
        '',
      ].join('\r\n'),
    );
  });

  test('of hours tells the two equal hours of that night apart', () => {
    const intervals = ['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z'];
    const hours = { ...result, intervals, definition: { ...result.definition, interval: 'hour' as const } };
    const stamps = trendCsv(hours)
      .split('\r\n')
      .slice(1, 3)
      .map((line) => line.split(',')[0]);
    expect(stamps).toEqual(['2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00']);
  });

  test('is saved under the days it covers', () => {
    expect(trendFileName(result)).toBe('uptake-trend-2026-10-24-to-2026-10-26.csv');
  });
});

describe('the answer', () => {
  test('names series by letter and breakdown value, and one alone by its value only', () => {
    expect(answerSeriesOf(result).map(({ name }) => name)).toEqual([
      'A · =HYPERLINK("http://evil.example")',
      'B · All others',
    ]);
    const alone = { ...result, definition: { ...result.definition, series: result.definition.series.slice(0, 1) } };
    expect(answerSeriesOf({ ...alone, series: alone.series.slice(0, 1) })[0]?.name).toBe(
      '=HYPERLINK("http://evil.example")',
    );
  });

  test('knows from which interval on it is not complete', () => {
    expect(incompleteIndexOf(result)).toBe(2);
    expect(incompleteIndexOf({ ...result, incomplete_from: null })).toBe(3);
  });

  test('is empty when there is nothing but zeros and gaps', () => {
    expect(isEmpty(result)).toBe(false);
    expect(isEmpty({ ...result, series: result.series.map((one) => ({ ...one, values: [0, null, 0] })) })).toBe(true);
  });
});
