/** Deletes a plan, naming what is lost with it. */
import { useNavigate } from '@tanstack/react-router';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { DELETE_PLAN } from './operations.ts';
import type { Plan } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';

export function DeletePlanDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { slug } = useAdoption();
  const navigate = useNavigate();
  const remove = useAct(DELETE_PLAN, () =>
    navigate({
      to: '/w/$workspace/adoption/customers/$customer',
      params: { workspace: slug, customer: plan.customer.id },
    }),
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Delete ${plan.name}?`}
      description={`The statuses of ${formatCount(plan.tasks.length, 'task')}, their notes, every telemetry value, its sources and the history are lost. The customer and the template stay.`}
    >
      {remove.isError && <ProblemNotice error={remove.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button weight="danger" isPending={remove.isPending} onClick={() => remove.mutate({ id: plan.id })}>
          Delete the plan
        </Button>
      </div>
    </Dialog>
  );
}
