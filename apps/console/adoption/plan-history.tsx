/** Everything that happened to a plan, newest first, day by day. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { formatDay, formatMinute } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { planHistoryQuery } from './api.ts';
import { LoadingRows } from './loading-rows.tsx';
import type { HistoryEntry, Plan } from './types.ts';
import { useAdoption } from './use-adoption.ts';
import { viaSource } from './words.ts';

export function PlanHistory({ plan }: { plan: Plan }) {
  const { workspaceId } = useAdoption();
  const history = useInfiniteQuery(planHistoryQuery(workspaceId, plan.id));
  const entries = history.data?.pages.flatMap(({ adoptionPlan }) => adoptionPlan?.history.nodes ?? []);
  const days = Object.entries(Object.groupBy(entries ?? [], ({ at }) => at.slice(0, 10)));
  return (
    <Card title="Timeline">
      {history.isError && <ProblemNotice error={history.error} onRetry={() => void history.refetch()} />}
      {history.isPending && <LoadingRows label="Loading the history" />}
      {entries?.length === 0 && (
        <EmptyState icon={History} title="Nothing has happened yet">
          Statuses, values, imports and changes of the plan appear here.
        </EmptyState>
      )}
      {days.map(([day, ofDay]) => (
        <section key={day} aria-label={formatDay(day, 'UTC')} className="mb-5 last:mb-0">
          <h3 className="mb-2 text-xs font-medium text-muted">{formatDay(day, 'UTC')}</h3>
          <ol className="space-y-3 border-l border-line pl-4">
            {ofDay?.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
      {history.hasNextPage && (
        <Button
          className="mt-3 w-full"
          isPending={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          Show what was before
        </Button>
      )}
    </Card>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const isByItself = entry.source === 'TELEMETRY' || entry.source === 'SYSTEM';
  return (
    <li className="relative">
      <span
        aria-hidden="true"
        className={classNames(
          'absolute top-1.5 -left-[1.3rem] size-2 rounded-full ring-2 ring-surface',
          isByItself ? 'bg-accent' : 'bg-line-field',
        )}
      />
      <p className="break-words text-ink">{entry.text}</p>
      <p className="text-xs text-muted">
        {formatMinute(entry.at, 'UTC')} UTC{entry.actor && ` · ${entry.actor}`}
        {entry.source && ` · ${viaSource(entry.source)}`}
      </p>
    </li>
  );
}
