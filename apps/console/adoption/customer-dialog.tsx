/** Adds a customer, or changes the name and the tenant of one. */
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { CREATE_CUSTOMER, UPDATE_CUSTOMER } from './operations.ts';
import type { Customer } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';

export function CustomerDialog({ customer, onClose }: { customer?: Customer; onClose: () => void }) {
  const { slug } = useAdoption();
  const navigate = useNavigate();
  const create = useAct(CREATE_CUSTOMER, ({ createCustomer }) =>
    navigate({
      to: '/w/$workspace/adoption/customers/$customer',
      params: { workspace: slug, customer: createCustomer.id },
    }),
  );
  const update = useAct(UPDATE_CUSTOMER, onClose);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '').trim();
    const input = { name: field('name'), tenantId: field('tenant') || null };
    if (customer) update.mutate({ id: customer.id, input });
    else create.mutate({ input });
  };
  const error = create.error ?? update.error;
  return (
    <Dialog isOpen onClose={onClose} title={customer ? `Change ${customer.name}` : 'Add a customer'}>
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label="Name"
          name="name"
          required
          maxLength={200}
          defaultValue={customer?.name ?? ''}
          autoComplete="off"
        />
        <TextField
          label="Tenant"
          name="tenant"
          maxLength={200}
          defaultValue={customer?.tenantId ?? ''}
          autoComplete="off"
          hint="Their tenant_id in the events, where they send some: then events can fill their plans."
        />
        {error && <ProblemNotice error={error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={create.isPending || update.isPending}>
            {customer ? 'Save' : 'Add'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
