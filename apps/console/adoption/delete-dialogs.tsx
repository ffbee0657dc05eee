/** Deletes a plan, or a customer with all of theirs, naming what is lost. */
import { useNavigate } from '@tanstack/react-router';
import type { Operation } from '../api/graph.ts';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { DELETE_CUSTOMER, DELETE_PLAN } from './operations.ts';
import type { Customer, Plan } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';

export function DeletePlanDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { slug } = useAdoption();
  const navigate = useNavigate();
  return (
    <DeleteDialog
      id={plan.id}
      operation={DELETE_PLAN}
      title={`Delete ${plan.name}?`}
      description={`The statuses of ${formatCount(plan.tasks.length, 'task')}, their notes, every telemetry value, its sources and the history are lost. The customer and the template stay.`}
      act="Delete the plan"
      onClose={onClose}
      onDone={() =>
        navigate({
          to: '/w/$workspace/adoption/customers/$customer',
          params: { workspace: slug, customer: plan.customer.id },
        })
      }
    />
  );
}

export function DeleteCustomerDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { slug } = useAdoption();
  const navigate = useNavigate();
  const plans = customer.plans.length;
  return (
    <DeleteDialog
      id={customer.id}
      operation={DELETE_CUSTOMER}
      title={`Delete ${customer.name}?`}
      description={`${plans === 0 ? 'There is no plan to lose.' : `${formatCount(plans, 'plan')} with every status, value, source and history are lost.`} What the tenant did in the product stays in the events; to remove that, erase the tenant under Privacy.`}
      act={plans === 0 ? 'Delete the customer' : 'Delete the customer and their plans'}
      onClose={onClose}
      onDone={() => navigate({ to: '/w/$workspace/adoption/customers', params: { workspace: slug } })}
    />
  );
}

type DeleteDialogProps = {
  id: string;
  operation: Operation<unknown, { id: string }>;
  title: string;
  description: string;
  act: string;
  onClose: () => void;
  onDone: () => Promise<void>;
};

function DeleteDialog({ id, operation, title, description, act, onClose, onDone }: DeleteDialogProps) {
  const remove = useAct(operation, onDone);
  return (
    <Dialog isOpen onClose={onClose} title={title} description={description}>
      {remove.isError && <ProblemNotice error={remove.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button weight="danger" isPending={remove.isPending} onClick={() => remove.mutate({ id })}>
          {act}
        </Button>
      </div>
    </Dialog>
  );
}
