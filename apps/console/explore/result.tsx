/** The answer: chart, the series with their totals, and the table behind it, with export. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChartNoAxesColumn, Download, MousePointerClick } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { trendQuery } from '../api/queries.ts';
import type { TrendResult } from '../api/types.ts';
import { useHasEvents } from '../first-event/use-has-events.ts';
import { formatCount, formatNumber } from '../format/numbers.ts';
import { SaveReportButton } from '../reports/save-report.tsx';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { FreshnessMark } from '../ui/figures.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { type AnswerSeries, answerSeriesOf, isEmpty } from './answer.ts';
import { trendCsv, trendFileName } from './csv.ts';
import { definitionOf, type Exploration, withPeriod } from './exploration.ts';
import { describePeriod } from './period.ts';
import { SeriesTable } from './series-table.tsx';
import { ValuesTable } from './values-table.tsx';

const TrendChart = lazy(() => import('../charts/trend-chart.tsx'));

type ResultProps = { exploration: Exploration; onChange: (exploration: Exploration) => void };

export function Result({ exploration, onChange }: ResultProps) {
  const { scope } = useEnvironment();
  const definition = definitionOf(exploration);
  const trend = useQuery({
    ...trendQuery(
      scope,
      definition ?? { kind: 'trend', series: [], period: { from: '', to: '' }, interval: 'day', time_zone: 'UTC' },
    ),
    enabled: definition !== undefined,
    placeholderData: keepPreviousData,
  });
  if (definition === undefined) {
    return (
      <EmptyState icon={MousePointerClick} title="Choose a property" className="h-96">
        The measure needs a property with numbers, for instance a duration or a price.
      </EmptyState>
    );
  }
  if (trend.isError) {
    return <ProblemNotice error={trend.error} onRetry={() => void trend.refetch()} className="m-4" />;
  }
  if (trend.data === undefined) return <ResultSkeleton />;
  return (
    <Answer result={trend.data} isOutdated={trend.isPlaceholderData} exploration={exploration} onChange={onChange} />
  );
}

type AnswerProps = ResultProps & { result: TrendResult; isOutdated: boolean };

function Answer({ result, isOutdated, exploration, onChange }: AnswerProps) {
  const series = useMemo(() => answerSeriesOf(result), [result]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => series.filter(({ key }) => !hidden.has(key)), [series, hidden]);
  const toggle = (key: string) =>
    setHidden((before) => new Set(before.has(key) ? [...before].filter((one) => one !== key) : [...before, key]));
  const period = describePeriod(exploration.period, exploration.timeZone);
  if (isEmpty(result)) return <EmptyAnswer exploration={exploration} onChange={onChange} />;
  return (
    <div aria-busy={isOutdated} className={classNames('transition-opacity', isOutdated && 'opacity-50')}>
      {exploration.chart !== 'table' && (
        <div className="h-80 px-3 pt-4 sm:h-96">
          <Suspense fallback={<div className="skeleton h-full" />}>
            <TrendChart result={result} series={shown} kind={exploration.chart} label={describe(series, period)} />
          </Suspense>
        </div>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <FreshnessMark
          freshness={result.freshness}
          isSampled={result.sampled}
          isApproximate={result.approximate ?? false}
        />
        <span className="text-xs text-muted">{formatNumber(Math.max(1, Math.round(result.took_ms)))} ms</span>
        {result.incomplete_from !== null && exploration.chart !== 'table' && (
          <span className="text-xs text-muted">
            {exploration.chart === 'line' ? 'Dashed' : 'Lighter'}: not over yet
          </span>
        )}
        <span className="ml-auto flex gap-2">
          <SaveReportButton
            result={result}
            suggestedTitle={`${series[0]?.fullName ?? 'Trend'}, ${period.toLowerCase()}`}
          />
          <Button size="small" onClick={() => saveCsv(result)}>
            <Download className="size-3.5" aria-hidden="true" /> Export CSV
          </Button>
        </span>
      </div>
      {result.explanation && <p className="px-4 pb-3 text-xs text-muted">{result.explanation}</p>}
      <SeriesTable series={series} hidden={hidden} onToggle={toggle} result={result} />
      {exploration.chart === 'table' ? (
        <ValuesTable result={result} series={shown} />
      ) : (
        <details className="border-t border-line">
          <summary className="cursor-pointer px-4 py-3 text-sm text-muted hover:text-ink">
            Show the values of every {result.definition.interval} as a table
          </summary>
          <ValuesTable result={result} series={shown} />
        </details>
      )}
    </div>
  );
}

function describe(series: readonly AnswerSeries[], period: string): string {
  const totals = series.slice(0, 5).map(({ fullName, total }) => `${fullName}: ${formatNumber(total)}`);
  const more = series.length > 5 ? `, and ${formatCount(series.length - 5, 'more series', 'more series')}` : '';
  return `Trend, ${period.toLowerCase()}. ${totals.join('; ')}${more}. The values are in the table below.`;
}

function EmptyAnswer(props: ResultProps) {
  const { scope, environment } = useEnvironment();
  return useHasEvents(scope, environment) === false ? <NoEventsYet /> : <NothingMatches {...props} />;
}

function NoEventsYet() {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  return (
    <EmptyState
      icon={ChartNoAxesColumn}
      title="No events yet"
      className="h-96"
      action={
        <Link
          to="/w/$workspace/p/$product/$environment/send-events"
          params={{ workspace: workspace.slug, product: product.slug, environment: environment.slug }}
          className={buttonClasses('primary')}
        >
          Send the first one
        </Link>
      }
    >
      {product.name} has sent nothing to {environment.name} so far.
    </EmptyState>
  );
}

function NothingMatches({ exploration, onChange }: ResultProps) {
  const hasFilters = exploration.filters.length > 0 || exploration.series.some(({ filters }) => filters.length > 0);
  const without = () =>
    onChange({ ...exploration, filters: [], series: exploration.series.map((one) => ({ ...one, filters: [] })) });
  return (
    <EmptyState
      icon={ChartNoAxesColumn}
      title="No events match"
      className="h-96"
      action={
        <>
          <Button onClick={() => onChange(withPeriod(exploration, { last: 12, unit: 'month' }))}>
            Look at the last 12 months
          </Button>
          {hasFilters && <Button onClick={without}>Remove the filters</Button>}
        </>
      }
    >
      {describePeriod(exploration.period, exploration.timeZone)}: nothing of this kind happened
      {hasFilters ? ', or the filters leave nothing over.' : '.'}
    </EmptyState>
  );
}

function ResultSkeleton() {
  return (
    <div role="status" aria-label="Loading the answer" className="px-4 pt-4 pb-6">
      <div className="skeleton h-76 sm:h-92" />
      <div className="skeleton mt-4 h-5 w-2/3" />
      <div className="skeleton mt-3 h-5 w-1/2" />
    </div>
  );
}

function saveCsv(result: TrendResult): void {
  // The mark lets spreadsheets recognise UTF-8.
  const file = new Blob(['\ufeff', trendCsv(result)], { type: 'text/csv;charset=utf-8' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = trendFileName(result);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
