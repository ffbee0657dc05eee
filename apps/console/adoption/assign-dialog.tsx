/** Gives a customer a plan: a snapshot of a product's template, with an owner and a due date. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { Picker } from '../ui/picker.tsx';
import { customersQuery, productsQuery } from './api.ts';
import { MemberSelect } from './member-select.tsx';
import { ASSIGN_PRODUCT, CREATE_CUSTOMER } from './operations.ts';
import type { Named } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';

type AssignDialogProps = { customer?: Named; onClose: () => void };

export function AssignDialog({ customer: given, onClose }: AssignDialogProps) {
  const { workspaceId, slug } = useAdoption();
  const navigate = useNavigate();
  const products = useQuery(productsQuery(workspaceId));
  const [customer, setCustomer] = useState<Named | { id: undefined; name: string } | undefined>(given);
  const create = useAct(CREATE_CUSTOMER);
  const assign = useAct(ASSIGN_PRODUCT, ({ assignProduct }) =>
    navigate({ to: '/w/$workspace/adoption/plans/$plan', params: { workspace: slug, plan: assignProduct.id } }),
  );
  const submit = async (form: FormData) => {
    if (customer === undefined) return;
    const field = (name: string) => String(form.get(name) ?? '').trim();
    const optional = (name: string, key: string) => (field(name) === '' ? {} : { [key]: field(name) });
    let { id } = customer;
    if (id === undefined) {
      id = (await create.mutateAsync({ input: { name: customer.name, tenantId: null } })).createCustomer.id;
      // A second try after a refused assignment must not make the customer twice.
      setCustomer({ id, name: customer.name });
    }
    const input = { customerId: id, productId: field('product') };
    assign.mutate({
      input: { ...input, ...optional('name', 'name'), ...optional('owner', 'ownerId'), ...optional('due', 'dueDate') },
    });
  };
  const templated = products.data?.products.filter(({ template }) => template !== null) ?? [];
  const error = create.error ?? assign.error ?? products.error;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Assign a product"
      description="The plan is a copy of the template as it is now; later changes are offered for review."
    >
      <form
        onSubmit={(event: FormEvent<HTMLFormElement>) => {
          event.preventDefault();
          // What fails is shown below.
          void submit(new FormData(event.currentTarget)).catch(() => undefined);
        }}
        className="space-y-4"
      >
        {given ? (
          <p className="text-ink">For {given.name}</p>
        ) : (
          <CustomerPicker customer={customer} onChange={setCustomer} />
        )}
        <SelectField
          key={templated.length}
          label="Product"
          name="product"
          required
          defaultValue={templated[0]?.id ?? ''}
        >
          {templated.length === 0 && <option value="">No product has a template yet: make one under Templates</option>}
          {templated.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Name of the plan"
          name="name"
          maxLength={200}
          autoComplete="off"
          hint="Empty: customer and product."
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <MemberSelect label="Owner" name="owner" nobody="Nobody yet" />
          <TextField label="Due" name="due" type="date" />
        </div>
        {error && <ProblemNotice error={error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            weight="primary"
            disabled={customer === undefined || templated.length === 0}
            isPending={create.isPending || assign.isPending}
          >
            Assign
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type CustomerPickerProps = {
  customer: { id: string | undefined; name: string } | undefined;
  onChange: (customer: Named | { id: undefined; name: string }) => void;
};

/** An existing customer, or a name that becomes a new one. */
function CustomerPicker({ customer, onChange }: CustomerPickerProps) {
  const { workspaceId } = useAdoption();
  const [search, setSearch] = useState('');
  const customers = useInfiniteQuery(customersQuery(workspaceId, search));
  const found = customers.data?.pages.flatMap((page) => page.customers.nodes) ?? [];
  return (
    <div>
      <p className="mb-1.5 text-sm font-medium text-ink">Customer</p>
      <Picker
        label="Customer"
        options={found.map(({ id, name, tenantId }) => ({
          value: id,
          label: name,
          ...(tenantId ? { note: tenantId } : {}),
        }))}
        chosen={customer?.id ? [customer.id] : []}
        onSearch={setSearch}
        isLoading={customers.isFetching}
        freeText="New customer"
        emptyText="No customer yet: type a name."
        triggerClassName="h-9 w-full"
        onChoose={(value) => {
          const existing = found.find(({ id }) => id === value);
          onChange(existing ?? { id: undefined, name: value });
        }}
      >
        {customer ? `${customer.name}${customer.id === undefined ? ' (new)' : ''}` : 'Choose a customer or type a name'}
      </Picker>
    </div>
  );
}
