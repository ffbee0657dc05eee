/** One stored report: its figures as they were, to read, print and take along. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, Download, Printer, Trash2 } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { answerSeriesOf } from '../explore/answer.ts';
import { SeriesTable } from '../explore/series-table.tsx';
import { ValuesTable } from '../explore/values-table.tsx';
import { formatInstant } from '../format/time.ts';
import { usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { deleteReport, downloadAddress, type Report, reportQuery, reportsQuery } from './questions.ts';

const TrendChart = lazy(() => import('../charts/trend-chart.tsx'));

export function ReportScreen() {
  const { workspace } = usePlace();
  const { report: id = '' } = useParams({ strict: false });
  const report = useQuery(reportQuery(workspace.id, id));
  return (
    <>
      <Link
        to="/w/$workspace/reports"
        params={{ workspace: workspace.slug }}
        className="mb-3 inline-flex items-center gap-1.5 text-muted hover:text-ink"
      >
        <ArrowLeft className="size-4" aria-hidden="true" /> Reports
      </Link>
      {report.isError && <ProblemNotice error={report.error} onRetry={() => void report.refetch()} />}
      {report.data === undefined && !report.isError && (
        <div role="status" aria-label="Loading the report" className="skeleton h-96" />
      )}
      {report.data && <Opened report={report.data} />}
    </>
  );
}

function Opened({ report }: { report: Report }) {
  const { workspace, summary } = usePlace();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [isDeleting, setDeleting] = useState(false);
  const { answer } = report;
  const series = useMemo(() => answerSeriesOf(answer), [answer]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => series.filter(({ key }) => !hidden.has(key)), [series, hidden]);
  const toggle = (key: string) =>
    setHidden((before) => new Set(before.has(key) ? [...before].filter((one) => one !== key) : [...before, key]));
  const address = (format: 'html' | 'csv' | 'json') => downloadAddress('reports', workspace.id, report.id, format);
  return (
    <>
      <ScreenHeader title={report.title}>
        Frozen on {formatInstant(report.created_at)}; counted up to {formatInstant(answer.freshness.as_of)}
        {answer.sampled && ', estimated from sampled events'}
      </ScreenHeader>
      <div className="mb-4 flex flex-wrap gap-2">
        <a href={address('html')} target="_blank" rel="noreferrer" className={buttonClasses()}>
          <Printer className="size-4" aria-hidden="true" /> Printable page
        </a>
        <a href={address('csv')} download className={buttonClasses()}>
          <Download className="size-4" aria-hidden="true" /> CSV
        </a>
        <a href={address('json')} download className={buttonClasses()}>
          <Download className="size-4" aria-hidden="true" /> JSON
        </a>
        {summary.role !== 'viewer' && (
          <Button weight="quiet" onClick={() => setDeleting(true)}>
            <Trash2 className="size-4" aria-hidden="true" /> Delete
          </Button>
        )}
      </div>
      <Card bodyClassName="p-0">
        <div className="h-80 px-3 pt-4 sm:h-96">
          <Suspense fallback={<div className="skeleton h-full" />}>
            <TrendChart
              result={answer}
              series={shown}
              kind="line"
              label={`${report.title}. The values are in the table below.`}
            />
          </Suspense>
        </div>
        <SeriesTable series={series} hidden={hidden} onToggle={toggle} result={answer} />
        <ValuesTable result={answer} series={shown} />
      </Card>
      {isDeleting && (
        <DeleteDialog
          title={report.title}
          loss="The figures of that day are deleted for good; asked again, they may be others."
          onDelete={() => deleteReport(workspace.id, report.id)}
          onDone={() => {
            void queryClient.invalidateQueries({ queryKey: reportsQuery(workspace.id).queryKey });
            void navigate({ to: '/w/$workspace/reports', params: { workspace: workspace.slug } });
          }}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  );
}
