/** What one person did, newest first, as an approval allows it. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { UserRoundSearch } from 'lucide-react';
import { formatInstant } from '../format/time.ts';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { type Approval, approvalsQuery, timelineQuery } from './api.ts';

export function PersonScreen() {
  const { workspace } = usePlace();
  const { approval: id } = useParams({ strict: false }) as { approval: string };
  const approvals = useQuery(approvalsQuery(workspace.id));
  const approval = approvals.data?.approvals.find((each) => each.id === id);
  return (
    <>
      <ScreenHeader title="One person">
        {approval ? approval.reason : 'What one person did, as an approval allows it.'}
      </ScreenHeader>
      {approvals.isError && <ProblemNotice error={approvals.error} onRetry={() => void approvals.refetch()} />}
      {approvals.data && approval?.state !== 'approved' && (
        <Card>
          <EmptyState
            icon={UserRoundSearch}
            title="There is no approval for this"
            action={
              <Link
                to="/w/$workspace/governance/approvals"
                params={{ workspace: workspace.slug }}
                className="font-medium text-accent underline"
              >
                To the approvals
              </Link>
            }
          >
            It may be over, or belong to somebody else. Ask for a new one.
          </EmptyState>
        </Card>
      )}
      {approval?.state === 'approved' && <Events approval={approval} />}
    </>
  );
}

function Events({ approval }: { approval: Approval }) {
  const { workspace } = usePlace();
  const timeline = useInfiniteQuery(timelineQuery(workspace.id, approval.subject.ids, approval.environment_id));
  const events = timeline.data?.pages.flatMap((page) => page.events);
  return (
    <Card bodyClassName="p-0">
      <p role="status" className="m-4 rounded-lg bg-warn-soft px-3 py-2 text-ink">
        Until {formatInstant(approval.expires_at ?? '')}. Each look is written into the audit log.
      </p>
      {timeline.isError && <ProblemNotice error={timeline.error} className="m-4" />}
      {timeline.isPending && <div role="status" aria-label="Loading events" className="skeleton m-4 h-24 rounded-lg" />}
      {events?.length === 0 && (
        <EmptyState icon={UserRoundSearch} title="Nothing is kept of this person">
          Check the id the approval was asked for. What is older than the retention is gone.
        </EmptyState>
      )}
      <ol className="divide-y divide-line border-t border-line">
        {events?.map((event) => (
          <li key={event.event_id} className="px-4 py-2.5">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <span className="font-mono text-sm text-ink">{event.event_name}</span>
              <time dateTime={event.timestamp} className="text-xs text-muted">
                {formatInstant(event.timestamp)}
              </time>
            </div>
            <p className="text-xs break-words text-muted">
              {[event.tenant_id, event.feature_area, event.surface].filter(Boolean).join(' · ')}
              {Object.keys(event.properties).length > 0 && (
                <code className="ml-2 font-mono text-2xs">{JSON.stringify(event.properties)}</code>
              )}
            </p>
          </li>
        ))}
      </ol>
      {timeline.hasNextPage && (
        <div className="border-t border-line p-3 text-center">
          <Button isPending={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
            Show earlier events
          </Button>
        </div>
      )}
    </Card>
  );
}
