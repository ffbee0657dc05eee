/** Tracking plan: the planned events of the product, and those that came to this environment unplanned. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ClipboardList, Plus, Telescope } from 'lucide-react';
import { useState } from 'react';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { installExamples, planQuery, unplannedQuery } from './api.ts';
import { NewSchemaDialog } from './new-schema-dialog.tsx';
import { PlanTable } from './plan-table.tsx';
import { UnplannedTable } from './unplanned-table.tsx';
import { usePlanScope } from './use-plan-scope.ts';

type View = 'planned' | 'observed';

export function PlanScreen() {
  const { product, environment, scope } = useEnvironment();
  const planScope = usePlanScope();
  const { summary } = usePlace();
  const search = useSearch({ strict: false }) as { view?: unknown };
  const navigate = useNavigate();
  const view: View = search.view === 'observed' ? 'observed' : 'planned';
  const plan = useQuery(planQuery(planScope));
  const unplanned = useQuery(unplannedQuery(scope));
  const [isAdding, setAdding] = useState(false);
  const mayDraft = summary.role !== 'viewer';
  const show = (next: View) =>
    void navigate({ to: '.', search: (next === 'observed' ? { view: next } : {}) as never, replace: true });
  return (
    <>
      <ScreenHeader
        title="Tracking plan"
        aside={
          mayDraft && (
            <Button weight="primary" onClick={() => setAdding(true)}>
              <Plus className="size-4" aria-hidden="true" /> <span className="max-sm:sr-only">Plan an event</span>
            </Button>
          )
        }
      >
        What {product.name} sends, agreed. {environment.name} <ModeSentence />
      </ScreenHeader>
      <div className="mb-3">
        <Segmented
          label="Which events"
          value={view}
          onChange={show}
          choices={[
            { value: 'planned', label: <Counted label="Planned" count={plan.data?.schemas.length} /> },
            { value: 'observed', label: <Counted label="Unplanned" count={unplanned.data?.events.length} /> },
          ]}
        />
      </div>
      {view === 'planned' ? (
        <PlannedEvents mayDraft={mayDraft} onAdd={() => setAdding(true)} onObserved={() => show('observed')} />
      ) : (
        <UnplannedEvents />
      )}
      {isAdding && <NewSchemaDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function Counted({ label, count }: { label: string; count: number | undefined }) {
  return (
    <>
      {label} {count !== undefined && <Badge>{count}</Badge>}
    </>
  );
}

/** What the plan does in this environment, with the way to change it. */
function ModeSentence() {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  const effect =
    environment.policy === 'ledger'
      ? 'is a ledger: it keeps milestones of the plan alone.'
      : environment.mode === 'enforce'
        ? 'enforces it: what does not fit is rejected.'
        : 'observes: what does not fit is kept and marked.';
  return (
    <Link
      to="/w/$workspace/p/$product/$environment/collection"
      params={{ workspace: workspace.slug, product: product.slug, environment: environment.slug }}
      className="text-accent underline-offset-4 hover:underline"
    >
      {effect}
    </Link>
  );
}

type PlannedProps = { mayDraft: boolean; onAdd: () => void; onObserved: () => void };

function PlannedEvents({ mayDraft, onAdd, onObserved }: PlannedProps) {
  const planScope = usePlanScope();
  const plan = useQuery(planQuery(planScope));
  const queryClient = useQueryClient();
  const examples = useMutation({
    mutationFn: () => installExamples(planScope),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: planQuery(planScope).queryKey }),
  });
  const planned = plan.data?.schemas ?? [];
  return (
    <Card bodyClassName="p-0" className="overflow-hidden">
      {plan.isError && <ProblemNotice error={plan.error} onRetry={() => void plan.refetch()} className="m-4" />}
      {examples.isError && <ProblemNotice error={examples.error} className="m-4" />}
      {plan.data === undefined && !plan.isError && <TableSkeleton label="Loading the tracking plan" />}
      {planned.length > 0 && <PlanTable planned={planned} />}
      {plan.data && planned.length === 0 && (
        <EmptyState
          icon={ClipboardList}
          title="Nothing is planned yet"
          action={
            mayDraft && (
              <>
                <Button weight="primary" onClick={onObserved}>
                  Draft from what came
                </Button>
                <Button onClick={onAdd}>Plan an event</Button>
                <Button weight="quiet" isPending={examples.isPending} onClick={() => examples.mutate()}>
                  Take the examples
                </Button>
              </>
            )
          }
        >
          A plan says what each event means, which properties it has and how personal they are. Drafting it from the
          events that already came takes minutes.
        </EmptyState>
      )}
    </Card>
  );
}

function UnplannedEvents() {
  const { scope, environment } = useEnvironment();
  const unplanned = useQuery(unplannedQuery(scope));
  const events = unplanned.data?.events ?? [];
  return (
    <Card bodyClassName="p-0" className="overflow-hidden">
      {unplanned.isError && (
        <ProblemNotice error={unplanned.error} onRetry={() => void unplanned.refetch()} className="m-4" />
      )}
      {unplanned.data === undefined && !unplanned.isError && <TableSkeleton label="Loading unplanned events" />}
      {events.length > 0 && <UnplannedTable events={events} />}
      {unplanned.data && events.length === 0 && (
        <EmptyState icon={Telescope} title="Nothing unplanned in 30 days">
          {environment.mode === 'enforce'
            ? 'This environment rejects what is not planned, so it never gets here.'
            : 'Every event that came to this environment is in the plan.'}
        </EmptyState>
      )}
    </Card>
  );
}

function TableSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className="divide-y divide-line">
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className="flex h-14 items-center px-4">
          <span className="skeleton h-4 w-2/3" />
        </div>
      ))}
    </div>
  );
}
