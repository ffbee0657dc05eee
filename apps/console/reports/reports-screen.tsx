/** Reports: what was kept as a document, and review packs of single customers. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileText, Plus, Presentation } from 'lucide-react';
import { useState } from 'react';
import { formatAgo, formatInstant } from '../format/time.ts';
import { usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { PackList } from './pack-list.tsx';
import { reportsQuery, reviewPacksQuery } from './questions.ts';
import { RequestPackDialog } from './request-pack-dialog.tsx';

export function ReportsScreen() {
  const { workspace, summary } = usePlace();
  const [isRequesting, setRequesting] = useState(false);
  const mayWrite = summary.role !== 'viewer';
  const requestButton = mayWrite && (
    <Button weight="primary" onClick={() => setRequesting(true)}>
      <Plus className="size-4" aria-hidden="true" /> Request review pack
    </Button>
  );
  return (
    <>
      <ScreenHeader title="Reports" aside={requestButton}>
        Figures of {workspace.name} as they were on a day
      </ScreenHeader>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <ReviewPacks mayWrite={mayWrite} onRequest={() => setRequesting(true)} />
        <StoredReports />
      </div>
      {isRequesting && <RequestPackDialog onClose={() => setRequesting(false)} />}
    </>
  );
}

function ReviewPacks({ mayWrite, onRequest }: { mayWrite: boolean; onRequest: () => void }) {
  const { workspace } = usePlace();
  const packs = useQuery(reviewPacksQuery(workspace.id));
  const listed = packs.data?.review_packs ?? [];
  return (
    <Card title="Review packs" bodyClassName="px-0 pb-1">
      {packs.isError && (
        <ProblemNotice error={packs.error} onRetry={() => void packs.refetch()} className="mx-4 mb-3" />
      )}
      {packs.data === undefined && !packs.isError && <ListSkeleton label="Loading review packs" />}
      {listed.length > 0 && <PackList packs={listed} mayWrite={mayWrite} />}
      {packs.data && listed.length === 0 && (
        <EmptyState
          icon={Presentation}
          title="No review pack yet"
          action={mayWrite && <Button onClick={onRequest}>Request one</Button>}
        >
          A review pack is one customer’s use over a period, beside the period before: to bring to a meeting.
        </EmptyState>
      )}
    </Card>
  );
}

function StoredReports() {
  const { workspace, product, environment } = usePlace();
  const reports = useQuery(reportsQuery(workspace.id));
  const listed = reports.data?.reports ?? [];
  const nowMs = Date.now();
  return (
    <Card title="Stored reports" bodyClassName="px-0 pb-1">
      {reports.isError && (
        <ProblemNotice error={reports.error} onRetry={() => void reports.refetch()} className="mx-4 mb-3" />
      )}
      {reports.data === undefined && !reports.isError && <ListSkeleton label="Loading reports" />}
      <ul aria-label="Stored reports" className="divide-y divide-line">
        {listed.map(({ id, title, created_at }) => (
          <li key={id}>
            <Link
              to="/w/$workspace/reports/$report"
              params={{ workspace: workspace.slug, report: id }}
              className="flex items-baseline gap-3 px-4 py-3 hover:bg-hover focus-visible:outline-offset-[-2px]"
            >
              <span className="min-w-0 flex-1 font-medium break-words text-ink">{title}</span>
              <span className="shrink-0 text-xs text-muted" title={formatInstant(created_at)}>
                {formatAgo(created_at, nowMs)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {reports.data && listed.length === 0 && (
        <EmptyState
          icon={FileText}
          title="No report yet"
          action={
            product &&
            environment && (
              <Link
                to="/w/$workspace/p/$product/$environment/explore"
                params={{ workspace: workspace.slug, product: product.slug, environment: environment.slug }}
                className={buttonClasses()}
              >
                Explore
              </Link>
            )
          }
        >
          Ask something in Explore and choose “Save as report” below the chart.
        </EmptyState>
      )}
    </Card>
  );
}

function ListSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className="divide-y divide-line">
      {[0, 1, 2].map((row) => (
        <div key={row} className="flex h-14 items-center px-4">
          <span className="skeleton h-4 w-2/3" />
        </div>
      ))}
    </div>
  );
}
