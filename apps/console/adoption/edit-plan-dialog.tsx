/** Name, owner and dates of a plan. */
import type { FormEvent } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { MemberSelect } from './member-select.tsx';
import { UPDATE_PLAN } from './operations.ts';
import type { Plan } from './types.ts';
import { useAct } from './use-adoption.ts';

export function EditPlanDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const update = useAct(UPDATE_PLAN, onClose);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '').trim();
    update.mutate({
      id: plan.id,
      input: {
        name: field('name'),
        ownerId: field('owner') || null,
        startDate: field('start'),
        dueDate: field('due') || null,
      },
    });
  };
  return (
    <Dialog isOpen onClose={onClose} title="Change the plan">
      <form onSubmit={submit} className="space-y-4">
        <TextField label="Name" name="name" required maxLength={200} defaultValue={plan.name} autoComplete="off" />
        <MemberSelect label="Owner" name="owner" nobody="Nobody" chosen={plan.owner?.id} />
        <div className="grid grid-cols-2 gap-3">
          <TextField label="Start" name="start" type="date" required defaultValue={plan.startDate} />
          <TextField label="Due" name="due" type="date" defaultValue={plan.dueDate ?? ''} />
        </div>
        {update.isError && <ProblemNotice error={update.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={update.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
