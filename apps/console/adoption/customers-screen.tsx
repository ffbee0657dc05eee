/** Customers: who has plans, who administers them, and which tenant of the events they are. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Building2, Plus } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { CONTROL_CLASSES } from '../ui/field.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { AdoptionFrame } from './adoption-frame.tsx';
import { customersQuery } from './api.ts';
import { CustomerDialog } from './customer-dialog.tsx';
import { LoadingRows } from './loading-rows.tsx';
import { useAdoption } from './use-adoption.ts';

export function CustomersScreen() {
  const { workspaceId, slug, mayManage } = useAdoption();
  const [text, setText] = useState('');
  const search = useDeferredValue(text.trim());
  const answer = useInfiniteQuery(customersQuery(workspaceId, search));
  const [isAdding, setAdding] = useState(false);
  const customers = answer.data?.pages.flatMap((page) => page.customers.nodes);
  const addButton = mayManage && (
    <Button weight="primary" onClick={() => setAdding(true)}>
      <Plus className="size-4" aria-hidden="true" /> Add a customer
    </Button>
  );
  return (
    <AdoptionFrame title="Customers" lead="Companies you help to use your products well." aside={addButton}>
      <Card bodyClassName="p-0" className="overflow-hidden">
        <div className="border-b border-line px-4 py-2.5">
          <input
            type="search"
            aria-label="Search customers"
            placeholder="Search by name or tenant"
            className={classNames(CONTROL_CLASSES, 'max-w-md')}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        {answer.isError && <ProblemNotice error={answer.error} onRetry={() => void answer.refetch()} className="m-4" />}
        {answer.isPending && <LoadingRows label="Loading customers" />}
        {customers?.length === 0 && (
          <EmptyState
            icon={Building2}
            title={search === '' ? 'No customer yet' : 'No customer is called that'}
            action={search === '' && addButton}
          >
            {search === ''
              ? 'Add one, then assign a product: their plan starts with its template.'
              : 'Search for a part of the name.'}
          </EmptyState>
        )}
        {customers && customers.length > 0 && (
          <ul aria-label="Customers" className="divide-y divide-line">
            {customers.map(({ id, name, tenantId, plans, admins }) => (
              <li key={id}>
                <Link
                  to="/w/$workspace/adoption/customers/$customer"
                  params={{ workspace: slug, customer: id }}
                  className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-4 py-3 hover:bg-hover focus-visible:outline-offset-[-3px]"
                >
                  <span className="min-w-0 flex-1 basis-48 truncate font-medium text-ink">{name}</span>
                  <span className="text-xs text-muted">{tenantId ? `tenant ${tenantId}` : 'no tenant'}</span>
                  <span className="text-xs text-muted">{formatCount(admins.length, 'admin')}</span>
                  <span className="text-xs text-muted">{formatCount(plans.length, 'plan')}</span>
                </Link>
              </li>
            ))}
          </ul>
        )}
        {answer.hasNextPage && (
          <div className="border-t border-line p-3 text-center">
            <Button isPending={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
              Show more
            </Button>
          </div>
        )}
      </Card>
      {isAdding && <CustomerDialog onClose={() => setAdding(false)} />}
    </AdoptionFrame>
  );
}
