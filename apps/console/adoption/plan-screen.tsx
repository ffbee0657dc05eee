/** A plan: what a customer does with a product, under the tabs Overview, Tasks, Telemetry and History. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Compass, Settings2, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { formatDay } from '../format/time.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { ScreenHeader } from '../ui/card.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { planQuery } from './api.ts';
import { DeletePlanDialog } from './delete-dialogs.tsx';
import { EditPlanDialog } from './edit-plan-dialog.tsx';
import { HealthBadge } from './marks.tsx';
import { PlanHistory } from './plan-history.tsx';
import { PlanOverview } from './plan-overview.tsx';
import { PlanTasks } from './plan-tasks.tsx';
import { PlanTelemetry } from './plan-telemetry.tsx';
import { SyncNotice } from './sync-dialog.tsx';
import type { Plan } from './types.ts';
import { useAdoption } from './use-adoption.ts';

const TABS = [
  { tab: 'overview', label: 'Overview' },
  { tab: 'tasks', label: 'Tasks' },
  { tab: 'telemetry', label: 'Telemetry' },
  { tab: 'history', label: 'History' },
] as const;
type Tab = (typeof TABS)[number]['tab'];

export function AdoptionPlanScreen() {
  const { workspaceId, slug } = useAdoption();
  const { plan: id } = useParams({ from: '/w/$workspace/adoption/plans/$plan' });
  const search = useSearch({ strict: false }) as { tab?: unknown };
  const answer = useQuery(planQuery(workspaceId, id));
  const tab: Tab = TABS.find((each) => each.tab === search.tab)?.tab ?? 'overview';
  const plan = answer.data?.adoptionPlan;
  if (answer.isError && plan === undefined) {
    return <ProblemNotice error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (answer.data === undefined) {
    return <div role="status" aria-label="Loading the plan" className="skeleton h-64 rounded-xl" />;
  }
  if (plan === null || plan === undefined) {
    return (
      <EmptyState
        icon={Compass}
        title="There is no such plan"
        action={
          <Link to="/w/$workspace/adoption" params={{ workspace: slug }} className={buttonClasses('primary')}>
            To the portfolio
          </Link>
        }
      >
        It may have been deleted, or it belongs to a customer you are not an admin of.
      </EmptyState>
    );
  }
  return (
    <>
      <PlanHeader plan={plan} />
      <SyncNotice plan={plan} />
      <PlanTabs plan={plan} current={tab} />
      {tab === 'overview' && <PlanOverview plan={plan} />}
      {tab === 'tasks' && <PlanTasks plan={plan} />}
      {tab === 'telemetry' && <PlanTelemetry plan={plan} />}
      {tab === 'history' && <PlanHistory plan={plan} />}
    </>
  );
}

function PlanHeader({ plan }: { plan: Plan }) {
  const { slug, mayManage } = useAdoption();
  const [open, setOpen] = useState<'edit' | 'delete'>();
  return (
    <>
      <ScreenHeader
        title={plan.name}
        aside={
          mayManage && (
            <Menu
              align="end"
              trigger={
                <Button aria-label="Change the plan">
                  <Settings2 className="size-4" aria-hidden="true" /> <span className="max-sm:sr-only">Change</span>
                </Button>
              }
            >
              <MenuItem onSelect={() => setOpen('edit')}>
                <Settings2 aria-hidden="true" /> Name, owner and dates
              </MenuItem>
              <MenuItem onSelect={() => setOpen('delete')}>
                <Trash2 aria-hidden="true" /> Delete the plan
              </MenuItem>
            </Menu>
          )
        }
      >
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            to="/w/$workspace/adoption/customers/$customer"
            params={{ workspace: slug, customer: plan.customer.id }}
            className="text-accent underline-offset-4 hover:underline"
          >
            {plan.customer.name}
          </Link>
          <Separator />
          {plan.product.name}
          <Separator />
          {plan.owner ? plan.owner.name : 'nobody owns it'}
          <Separator />
          {plan.dueDate ? `due ${formatDay(plan.dueDate, 'UTC')}` : 'no due date'}
          <HealthBadge health={plan.health.health} />
        </span>
      </ScreenHeader>
      {open === 'edit' && <EditPlanDialog plan={plan} onClose={() => setOpen(undefined)} />}
      {open === 'delete' && <DeletePlanDialog plan={plan} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function Separator(): ReactNode {
  return (
    <span aria-hidden="true" className="text-faint">
      ·
    </span>
  );
}

function PlanTabs({ plan, current }: { plan: Plan; current: Tab }) {
  const { slug } = useAdoption();
  return (
    <nav aria-label="Plan" className="mb-4 overflow-x-auto border-b border-line">
      <ul className="flex gap-1">
        {TABS.map(({ tab, label }) => (
          <li key={tab}>
            <Link
              to="/w/$workspace/adoption/plans/$plan"
              params={{ workspace: slug, plan: plan.id }}
              search={(tab === 'overview' ? {} : { tab }) as never}
              aria-current={tab === current ? 'page' : undefined}
              className={`-mb-px block border-b-2 px-3 py-2 font-medium whitespace-nowrap focus-visible:outline-offset-[-3px] ${
                tab === current ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink'
              }`}
              activeProps={{}}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
