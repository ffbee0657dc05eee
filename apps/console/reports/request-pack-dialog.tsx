/** Asks for a review pack: whose use, of which days. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { valuesQuery } from '../api/queries.ts';
import { formatCompact } from '../format/numbers.ts';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { Picker } from '../ui/picker.tsx';
import { type NewReviewPack, requestReviewPack, reviewPacksQuery } from './questions.ts';

const DAY_MS = 86_400_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export function RequestPackDialog({ onClose }: { onClose: () => void }) {
  const { workspace, environment } = usePlace();
  const queryClient = useQueryClient();
  const [tenant, setTenant] = useState('');
  const [isTenantMissing, setTenantMissing] = useState(false);
  const requesting = useMutation({
    mutationFn: (pack: NewReviewPack) => requestReviewPack(workspace.id, pack),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: reviewPacksQuery(workspace.id).queryKey });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTenantMissing(tenant === '');
    if (tenant === '') return;
    const form = new FormData(event.currentTarget);
    const textOf = (name: string) => String(form.get(name) ?? '').trim();
    const environmentId = textOf('environment');
    const title = textOf('title');
    requesting.mutate({
      tenant_id: tenant,
      period: { from: textOf('from'), to: textOf('to') },
      ...(environmentId === '' ? {} : { environment_id: environmentId }),
      ...(title === '' ? {} : { title }),
    });
  };
  const now = Date.now();
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Request a review pack"
      description="One customer’s use of your product over a period, beside the period before: to print, or as a workbook."
    >
      <form onSubmit={submit} className="space-y-4">
        <div>
          <p className="mb-1.5 text-sm font-medium text-ink">Customer</p>
          <TenantPicker tenant={tenant} onChoose={setTenant} />
          {isTenantMissing && tenant === '' && (
            <p role="alert" className="mt-1.5 text-xs text-bad">
              Choose whose use the pack is about.
            </p>
          )}
        </div>
        <div className="grid grid-cols-2 gap-3">
          <TextField label="First day" name="from" type="date" required defaultValue={dayOf(now - 29 * DAY_MS)} />
          <TextField label="Last day" name="to" type="date" required defaultValue={dayOf(now)} hint="Days in UTC" />
        </div>
        <SelectField label="Environment" name="environment" defaultValue={environment?.id ?? ''}>
          <option value="">All environments</option>
          {workspace.products.flatMap((product) =>
            product.environments.map((one) => (
              <option key={one.id} value={one.id}>
                {product.name} · {one.name}
              </option>
            )),
          )}
        </SelectField>
        <TextField label="Title" name="title" maxLength={200} placeholder={`Review of ${tenant || 'the customer'}`} />
        {requesting.isError && <ProblemNotice error={requesting.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={requesting.isPending}>
            Request
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Customers seen in the chosen environment; another one may be typed. */
function TenantPicker({ tenant, onChoose }: { tenant: string; onChoose: (tenant: string) => void }) {
  const { workspace, environment } = usePlace();
  const [search, setSearch] = useState<string>();
  const deferred = useDeferredValue(search ?? '');
  const scope = { workspaceId: workspace.id, environmentId: environment?.id ?? '' };
  const tenants = useQuery({
    ...valuesQuery(scope, { field: 'tenant_id' }, deferred),
    enabled: search !== undefined && environment !== undefined,
    placeholderData: (before) => before,
  });
  const seen = (tenants.data?.values ?? [])
    .filter(({ value }) => value !== '')
    .map(({ value, events }) => ({ value, label: value, note: `${formatCompact(events)} events` }));
  return (
    <Picker
      label="Customer"
      options={seen}
      chosen={tenant === '' ? [] : [tenant]}
      onChoose={onChoose}
      onSearch={setSearch}
      isLoading={tenants.isFetching}
      emptyText={tenants.isError ? 'Customers could not be loaded; type one.' : 'No customer seen; type one.'}
      freeText="Use"
      triggerClassName="h-9 w-full ring-line-field"
    >
      {tenant === '' ? <span className="text-muted">Choose a customer</span> : tenant}
    </Picker>
  );
}
