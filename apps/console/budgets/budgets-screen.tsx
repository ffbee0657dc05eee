/** Budget: what this environment may keep, what it kept of what came, and how each flow fares. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Gauge } from 'lucide-react';
import { useState } from 'react';
import { formatNumber, formatShare } from '../format/numbers.ts';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { type BudgetAnswer, budgetQuery, removeBudget } from './api.ts';
import { BudgetForm } from './budget-form.tsx';
import { RateTable } from './rate-table.tsx';
import { areaName } from './words.ts';

export function BudgetsScreen() {
  const { scope } = useEnvironment();
  const { summary } = usePlace();
  const query = useQuery(budgetQuery(scope));
  const [dialog, setDialog] = useState<'edit' | 'remove'>();
  const isManager = canManage(summary);
  const answer = query.data;
  const close = () => setDialog(undefined);
  return (
    <>
      <ScreenHeader
        title="Budget"
        aside={
          isManager &&
          answer?.budget && (
            <>
              <Button weight="quiet" onClick={() => setDialog('remove')}>
                Remove
              </Button>
              <Button weight="primary" onClick={() => setDialog('edit')}>
                Change
              </Button>
            </>
          )
        }
      >
        How many events a day are kept. What is kept stands for what is not, so counts stay right.
      </ScreenHeader>
      {query.isError && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} className="mb-4" />}
      {answer === undefined && !query.isError && <Skeleton />}
      {answer?.budget === null && (
        <Card>
          <EmptyState
            icon={Gauge}
            title="Every event is kept"
            action={
              isManager && (
                <Button weight="primary" onClick={() => setDialog('edit')}>
                  Set a budget
                </Button>
              )
            }
          >
            {isManager
              ? 'Set how many events a day this environment may keep. Busy, stable flows are then sampled; errors and outcomes are not.'
              : 'Owners and admins can set how many events a day are kept.'}
          </EmptyState>
        </Card>
      )}
      {answer?.budget && <Effect answer={answer} />}
      {answer && dialog === 'edit' && <BudgetForm answer={answer} onClose={close} />}
      {dialog === 'remove' && <RemoveDialog onClose={close} />}
    </>
  );
}

function Effect({ answer }: { answer: BudgetAnswer }) {
  const { budget } = answer;
  const boundOf = (area: string) => budget?.areas.find(({ feature_area }) => feature_area === area)?.events_per_day;
  return (
    <div className="space-y-4">
      {answer.is_exceeded && (
        <p role="status" className="rounded-lg bg-warn-soft px-3 py-2 text-ink">
          What may not be sampled is by itself more than the budget. Raise it, or sample errors and outcomes too.
        </p>
      )}
      <dl className="grid grid-cols-1 gap-4 sm:grid-cols-3">
        <Tile
          label="Budget a day"
          value={formatNumber(budget?.events_per_day ?? null)}
          note={budget?.events_per_day === null ? 'bounded by feature area alone' : 'events'}
        />
        <Tile label="Came in 24 hours" value={formatNumber(answer.offered_24h)} note="events" />
        <Tile
          label="Kept in 24 hours"
          value={formatNumber(answer.kept_24h)}
          note={
            answer.offered_24h > 0
              ? `${formatShare(answer.kept_24h / answer.offered_24h)} of what came`
              : 'nothing came yet'
          }
        />
      </dl>
      <div className="grid gap-4 xl:grid-cols-[1fr_20rem]">
        <Card title="Flows" bodyClassName="px-0 pb-0">
          {answer.rates.length > 0 ? (
            <RateTable rates={answer.rates} />
          ) : (
            <p className="border-t border-line px-4 py-4 text-muted">
              No event has come since the budget was set. Flows appear here within a minute of their first.
            </p>
          )}
        </Card>
        <Card title="Feature areas" bodyClassName="px-0 pb-0" className="self-start">
          <ul>
            {answer.areas.map((area) => (
              <li key={area.feature_area} className="border-t border-line px-4 py-2.5">
                <span className="flex justify-between gap-2">
                  <span className="truncate font-medium text-ink">{areaName(area.feature_area)}</span>
                  <span className="text-muted">
                    {formatShare(area.offered_24h > 0 ? area.kept_24h / area.offered_24h : null)}
                  </span>
                </span>
                <span className="block text-xs text-muted">
                  {formatNumber(area.kept_24h)} of {formatNumber(area.offered_24h)} kept
                  {boundOf(area.feature_area) !== undefined && `, budget ${formatNumber(boundOf(area.feature_area))}`}
                </span>
              </li>
            ))}
            {answer.areas.length === 0 && <li className="border-t border-line px-4 py-4 text-muted">None seen yet.</li>}
          </ul>
        </Card>
      </div>
    </div>
  );
}

function Tile({ label, value, note }: { label: string; value: string; note: string }) {
  return (
    <div className="rounded-xl bg-surface px-4 py-3 shadow-card ring-1 ring-line">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="mt-1 text-2xl font-semibold text-ink">{value}</dd>
      <dd className="text-xs text-muted">{note}</dd>
    </div>
  );
}

function RemoveDialog({ onClose }: { onClose: () => void }) {
  const { scope, environment } = useEnvironment();
  const queryClient = useQueryClient();
  const removal = useMutation({
    mutationFn: () => removeBudget(scope),
    onSuccess: (answer) => {
      queryClient.setQueryData(budgetQuery(scope).queryKey, answer);
      onClose();
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Remove the budget of ${environment.name}?`}
      description="From the next event on everything is kept. What was left out meanwhile stays left out, and counts of that time stay estimates."
    >
      {removal.isError && <ProblemNotice error={removal.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button weight="danger" isPending={removal.isPending} onClick={() => removal.mutate()}>
          Remove budget
        </Button>
      </div>
    </Dialog>
  );
}

function Skeleton() {
  return (
    <div role="status" aria-label="Loading the budget" className="grid gap-4 sm:grid-cols-3">
      {[0, 1, 2].map((tile) => (
        <span key={tile} className="skeleton h-24 rounded-xl" />
      ))}
    </div>
  );
}
