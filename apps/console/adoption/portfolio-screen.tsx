/** Portfolio: every customer's plans, the riskiest first, with why and what to do next. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, Users } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import type { SearchParameters } from '../search-parameters.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { AdoptionFrame } from './adoption-frame.tsx';
import { portfolioQuery } from './api.ts';
import { AssignDialog } from './assign-dialog.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { LoadingRows } from './loading-rows.tsx';
import { PlanRows } from './plan-rows.tsx';
import { type PortfolioView, portfolioAddress, readPortfolioAddress } from './portfolio-address.ts';
import { PortfolioFilters, PortfolioTotals } from './portfolio-filters.tsx';
import { useAdoption } from './use-adoption.ts';

export function PortfolioScreen() {
  const { workspaceId, mayManage } = useAdoption();
  const search: SearchParameters = useSearch({ strict: false });
  const navigate = useNavigate();
  const view = readPortfolioAddress(search);
  const answer = useInfiniteQuery(portfolioQuery(workspaceId, view.filter, view.sort));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAssigning, setAssigning] = useState(false);
  const show = (next: PortfolioView) => {
    setChosen(new Set());
    void navigate({ to: '.', search: portfolioAddress(next) as never, replace: true, resetScroll: false });
  };
  const [first] = answer.data?.pages ?? [];
  const plans = answer.data?.pages.flatMap(({ adoptionPlans }) => adoptionPlans.nodes) ?? [];
  const total = first?.adoptionPlans.totalCount ?? 0;
  const isNarrowed = Object.keys(view.filter).length > 0;
  return (
    <AdoptionFrame
      title="Adoption"
      lead="What each customer does with each product, and who needs you next."
      aside={
        mayManage && (
          <Button weight="primary" onClick={() => setAssigning(true)}>
            <Plus className="size-4" aria-hidden="true" /> <span className="max-sm:sr-only">Assign a product</span>
          </Button>
        )
      }
    >
      <div className="space-y-4">
        {first && <PortfolioTotals portfolio={first.portfolio} view={view} onChange={show} />}
        <Card bodyClassName="p-0" className="overflow-hidden">
          <PortfolioFilters view={view} onChange={show} />
          {answer.isError && (
            <ProblemNotice error={answer.error} onRetry={() => void answer.refetch()} className="m-4" />
          )}
          {answer.isPending && <LoadingRows label="Loading the portfolio" count={6} />}
          {plans.length > 0 && (
            <PlanRows
              plans={plans}
              sort={view.sort}
              onSort={(sort) => show({ ...view, sort })}
              {...(mayManage ? { chosen, onChoose: setChosen } : {})}
            />
          )}
          {first &&
            plans.length === 0 &&
            (isNarrowed ? (
              <NothingLikeThat onAll={() => show({ ...view, filter: {} })} />
            ) : (
              <NoPlans onAssign={() => setAssigning(true)} />
            ))}
          {answer.hasNextPage && (
            <div className="border-t border-line p-3 text-center">
              <Button isPending={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
                Show more: {plans.length} of {formatCount(total, 'plan')}
              </Button>
            </div>
          )}
        </Card>
      </div>
      {chosen.size > 0 && <BulkBar plans={plans} chosen={chosen} onClear={() => setChosen(new Set())} />}
      {isAssigning && <AssignDialog onClose={() => setAssigning(false)} />}
    </AdoptionFrame>
  );
}

function NothingLikeThat({ onAll }: { onAll: () => void }) {
  return (
    <EmptyState icon={Users} title="No plan is like that" action={<Button onClick={onAll}>Show all plans</Button>}>
      Nothing matches what is searched and narrowed.
    </EmptyState>
  );
}

function NoPlans({ onAssign }: { onAssign: () => void }) {
  const { slug, mayManage } = useAdoption();
  return (
    <EmptyState
      icon={Users}
      title="No customer has a plan yet"
      action={
        mayManage && (
          <>
            <Link
              to="/w/$workspace/adoption/templates"
              params={{ workspace: slug }}
              className={buttonClasses('primary')}
            >
              Make a template first
            </Link>
            <Button onClick={onAssign}>Assign a product</Button>
          </>
        )
      }
    >
      A template says what it means to use a product well. Assign it to a customer, and their plan shows how far they
      are, from Excel, APIs, databases or the events they send.
    </EmptyState>
  );
}
