/** A customer: their plans, who administers them, their tenant, and what they do in the events. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ChartLine, ClipboardList, Compass, Plus, Settings2, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { membersQuery } from '../settings/members.ts';
import { usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { Picker } from '../ui/picker.tsx';
import { customerQuery } from './api.ts';
import { AssignDialog } from './assign-dialog.tsx';
import { CustomerDialog } from './customer-dialog.tsx';
import { DeleteCustomerDialog } from './delete-dialogs.tsx';
import { SET_ADMINS } from './operations.ts';
import { PlanRows } from './plan-rows.tsx';
import type { Customer } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';

export function CustomerScreen() {
  const { workspaceId, slug } = useAdoption();
  const { customer: id } = useParams({ from: '/w/$workspace/adoption/customers/$customer' });
  const answer = useQuery(customerQuery(workspaceId, id));
  if (answer.isError) return <ProblemNotice error={answer.error} onRetry={() => void answer.refetch()} />;
  if (answer.data === undefined) {
    return <div role="status" aria-label="Loading the customer" className="skeleton h-64 rounded-xl" />;
  }
  if (answer.data.customer === null) {
    return (
      <EmptyState
        icon={Compass}
        title="There is no such customer"
        action={
          <Link to="/w/$workspace/adoption/customers" params={{ workspace: slug }} className={buttonClasses('primary')}>
            To the customers
          </Link>
        }
      >
        The address may be incomplete, or you are not an admin of theirs.
      </EmptyState>
    );
  }
  return <CustomerPage customer={answer.data.customer} />;
}

function CustomerPage({ customer }: { customer: Customer }) {
  const { mayManage } = useAdoption();
  const [open, setOpen] = useState<'assign' | 'change' | 'delete'>();
  return (
    <>
      <ScreenHeader
        title={customer.name}
        aside={
          mayManage && (
            <>
              <Button weight="quiet" aria-label="Delete the customer" onClick={() => setOpen('delete')}>
                <Trash2 className="size-4" aria-hidden="true" /> <span className="max-sm:sr-only">Delete</span>
              </Button>
              <Button aria-label="Change the customer" onClick={() => setOpen('change')}>
                <Settings2 className="size-4" aria-hidden="true" /> <span className="max-sm:sr-only">Change</span>
              </Button>
              <Button weight="primary" onClick={() => setOpen('assign')}>
                <Plus className="size-4" aria-hidden="true" /> <span className="max-sm:sr-only">Assign a product</span>
              </Button>
            </>
          )
        }
      >
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {customer.tenantId ? (
            <>
              <span>
                Tenant <code className="font-mono text-xs text-ink">{customer.tenantId}</code>
              </span>
              <UsageLink tenantId={customer.tenantId} />
            </>
          ) : (
            'No tenant: events cannot fill these plans'
          )}
        </span>
      </ScreenHeader>
      <div className="space-y-4">
        <Card title="Plans" bodyClassName="p-0 pt-2">
          {customer.plans.length === 0 ? (
            <EmptyState
              icon={ClipboardList}
              title="No plan yet"
              action={
                mayManage && (
                  <Button weight="primary" onClick={() => setOpen('assign')}>
                    Assign a product
                  </Button>
                )
              }
            >
              Assign a product: the plan starts with the tasks of its template.
            </EmptyState>
          ) : (
            <div className="border-t border-line">
              <PlanRows plans={customer.plans} />
            </div>
          )}
        </Card>
        <Admins customer={customer} />
      </div>
      {open === 'assign' && <AssignDialog customer={customer} onClose={() => setOpen(undefined)} />}
      {open === 'delete' && <DeleteCustomerDialog customer={customer} onClose={() => setOpen(undefined)} />}
      {open === 'change' && <CustomerDialog customer={customer} onClose={() => setOpen(undefined)} />}
    </>
  );
}

/** Their usage day by day in Explore, in the environment the person looked at last. */
function UsageLink({ tenantId }: { tenantId: string }) {
  const { workspace, product, environment } = usePlace();
  if (product === undefined || environment === undefined) return null;
  return (
    <Link
      to="/w/$workspace/p/$product/$environment/explore"
      params={{ workspace: workspace.slug, product: product.slug, environment: environment.slug }}
      search={
        {
          s: '*:total',
          f: `field.tenant_id:equals:${JSON.stringify(tenantId)}`,
          last: '30.day',
          interval: 'day',
        } as never
      }
      className="inline-flex items-center gap-1 text-accent underline-offset-4 hover:underline"
    >
      <ChartLine className="size-3.5" aria-hidden="true" /> Usage in Explore
    </Link>
  );
}

function Admins({ customer }: { customer: Customer }) {
  const { workspaceId, mayManage } = useAdoption();
  const members = useQuery({ ...membersQuery(workspaceId), enabled: mayManage });
  const set = useAct(SET_ADMINS);
  const chosen = customer.admins.map(({ id }) => id);
  const toggle = (id: string) =>
    set.mutate({
      customerId: customer.id,
      userIds: chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id],
    });
  return (
    <Card title="Admins of this customer">
      <p className="mb-3 text-muted">
        They see these plans, import values and configure telemetry; of anything else they see nothing.
      </p>
      {set.isError && <ProblemNotice error={set.error} className="mb-3" />}
      <ul aria-label="Admins of this customer" className="space-y-1">
        {customer.admins.map(({ id, name, email }) => (
          <li key={id} className="text-ink">
            {name} <span className="text-muted">{email}</span>
          </li>
        ))}
        {customer.admins.length === 0 && (
          <li className="text-muted">Nobody: owners and admins of the workspace do it.</li>
        )}
      </ul>
      {mayManage && (
        <div className="mt-3 max-w-72">
          <Picker
            label="Admins"
            isMultiple
            options={
              members.data?.members
                .filter(({ role }) => role === 'customer_admin')
                .map(({ id, name, email }) => ({ value: id, label: name || email, note: email })) ?? []
            }
            chosen={chosen}
            onChoose={toggle}
            isLoading={members.isPending}
            emptyText="Add somebody with the role customer_admin under Settings → Members first."
            triggerClassName="h-9 w-full"
          >
            Choose admins
          </Picker>
        </div>
      )}
    </Card>
  );
}
