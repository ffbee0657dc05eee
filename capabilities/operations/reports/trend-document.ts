/** A frozen trend as a document: a chart, a table of its intervals, and the totals of its series. */
import type { Cell, ChartSeries, Column, NumberKind, ReportDocument, Table } from '@uptake/domain/reports';
import type { TrendReply } from './trend-reply.ts';

type Series = TrendReply['series'][number];

export type FrozenTrend = { readonly title: string; readonly createdAt: Date; readonly answer: TrendReply };

export function trendDocument({ title, createdAt, answer }: FrozenTrend): ReportDocument {
  const { definition, intervals, series } = answer;
  const kind = kindOf(answer);
  const zone = definition.time_zone ?? 'UTC';
  const labelOf = intervalLabel(definition.interval ?? 'day', zone);
  const shown = series.flatMap((one): ChartSeries[] => [
    { label: nameOf(one), values: one.values },
    ...(one.previous === null
      ? []
      : [{ label: `${nameOf(one)}, period before`, values: one.previous.values, isComparison: true }]),
  ]);
  const labels = intervals.map(labelOf);
  const tiles = series.slice(0, 12).map((one) => ({
    label: nameOf(one),
    value: one.total,
    previous: one.previous?.total,
    kind,
  }));
  return {
    title,
    subtitle: `${series.length === 1 ? nameOf(series[0]!) : `${series.length} series`}, by ${definition.interval ?? 'day'}, ${labels[0] ?? 'no interval'} to ${labels.at(-1) ?? 'no interval'}`,
    facts: [
      ['Frozen', `${createdAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`],
      ['Counted up to', `${answer.freshness.as_of.slice(0, 19).replace('T', ' ')} UTC`],
      ['Time zone', zone],
      ['Counting', countingOf(answer)],
      ...(answer.explanation ? [['People', answer.explanation] as const] : []),
    ],
    sections: [
      { heading: 'Totals', tiles },
      { heading: 'Over time', chart: { labels, series: shown, kind } },
      { heading: 'Figures', table: tableOf(answer, labels, kind) },
    ],
  };
}

/** One line per interval, one column per series, and one more where it is compared with the previous period. */
export function trendTable(answer: TrendReply): Table {
  const { definition, intervals } = answer;
  const labelOf = intervalLabel(definition.interval ?? 'day', definition.time_zone ?? 'UTC');
  return tableOf(answer, intervals.map(labelOf), kindOf(answer));
}

function tableOf({ definition, series }: TrendReply, labels: readonly string[], kind: NumberKind): Table {
  const columns: Column[] = [
    { label: `From (${definition.time_zone ?? 'UTC'})`, kind: 'text' },
    ...series.flatMap((one): Column[] => [
      { label: nameOf(one), kind },
      ...(one.previous === null ? [] : [{ label: `${nameOf(one)} (previous period)`, kind }]),
    ]),
  ];
  const rows = labels.map((label, index): Cell[] => [
    label,
    ...series.flatMap((one): Cell[] => [
      one.values[index] ?? null,
      ...(one.previous === null ? [] : [one.previous.values[index] ?? null]),
    ]),
  ]);
  return { columns, rows };
}

function nameOf({ label, breakdown, is_other }: Series): string {
  if (is_other) return `${label}: other`;
  return breakdown === null ? label : `${label}: ${breakdown === '' ? '(none)' : breakdown}`;
}

function kindOf({ definition }: TrendReply): NumberKind {
  const isCount = definition.series.every(
    ({ measure }) => measure?.kind !== 'property' && measure?.kind !== 'per_user_average',
  );
  return isCount ? 'count' : 'decimal';
}

function countingOf({ sampled, approximate }: TrendReply): string {
  if (sampled) return 'estimated from sampled events';
  return approximate ? 'unique counts are about 1 % off' : 'exact';
}

function intervalLabel(interval: 'hour' | 'day' | 'week' | 'month', timeZone: string): (iso: string) => string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    ...(interval === 'month' ? {} : { day: '2-digit' }),
    ...(interval === 'hour' ? { hour: '2-digit', minute: '2-digit' } : {}),
  });
  return (iso) => parts.format(new Date(iso));
}
