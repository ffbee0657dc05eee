/** Creates a key and shows it, this once. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { SECRET_KEY_SCOPES, type SecretKeyScope } from '@uptake/domain/contract';
import { type FormEvent, useState } from 'react';
import { createKey, keysQuery } from '../api/queries.ts';
import type { KeyKind, NewKey } from '../api/types.ts';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { SecretText } from '../ui/secret-text.tsx';

const KINDS: readonly { kind: KeyKind; title: string; note: string }[] = [
  { kind: 'write', title: 'Write key', note: 'Sends events of one environment. May stand in public code.' },
  { kind: 'secret', title: 'Secret key', note: 'Reads or changes the workspace. Keep it on servers.' },
];
const SCOPE_NOTES: Record<SecretKeyScope, string> = {
  read: 'ask questions, answered in counts',
  write: 'send events and change content',
  export: 'take out single events',
  admin: 'manage keys and products',
};

export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const creation = useMutation({
    mutationFn: (key: NewKey) => createKey(workspace.id, key),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keysQuery(workspace.id).queryKey }),
  });
  const created = creation.data;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      isDismissable={created === undefined}
      title={created ? 'Copy the key now' : 'Create a key'}
      description={created ? `“${created.name}” is ready.` : undefined}
    >
      {created ? (
        <div className="space-y-4">
          <SecretText secret={created.key} label="New key">
            It is stored as a hash only and cannot be shown again. If it is lost, rotate the key.
          </SecretText>
          <div className="flex justify-end">
            <Button weight="primary" onClick={onClose}>
              I have copied it
            </Button>
          </div>
        </div>
      ) : (
        <CreateKeyForm
          isPending={creation.isPending}
          error={creation.error}
          onSubmit={(key) => creation.mutate(key)}
          onCancel={onClose}
        />
      )}
    </Dialog>
  );
}

type FormProps = { isPending: boolean; error: unknown; onSubmit: (key: NewKey) => void; onCancel: () => void };

function CreateKeyForm({ isPending, error, onSubmit, onCancel }: FormProps) {
  const { workspace, environment } = usePlace();
  const [kind, setKind] = useState<KeyKind>('write');
  const [missing, setMissing] = useState<{ name?: string; scopes?: string }>({});
  const environments = workspace.products.flatMap((product) =>
    product.environments.map((one) => ({ id: one.id, name: `${product.name} · ${one.name}` })),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get('name') ?? '').trim();
    const scopes = SECRET_KEY_SCOPES.filter((scope) => form.getAll('scopes').includes(scope));
    const lacking = {
      ...(name === '' ? { name: 'Name it after where it will be used.' } : {}),
      ...(kind === 'secret' && scopes.length === 0 ? { scopes: 'Choose at least one.' } : {}),
    };
    setMissing(lacking);
    if (Object.keys(lacking).length > 0) return;
    const environmentId = String(form.get('environment') ?? '');
    const addresses = String(form.get('addresses') ?? '')
      .split(/[\s,]+/)
      .filter(Boolean);
    onSubmit({
      kind,
      name,
      ...(environmentId === '' ? {} : { environment_id: environmentId }),
      ...(kind === 'secret' ? { scopes } : {}),
      ...(addresses.length > 0 ? { allowed_addresses: addresses } : {}),
    });
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">Kind</legend>
        <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
          {KINDS.map((one) => (
            <label
              key={one.kind}
              className="cursor-pointer rounded-lg p-3 ring-1 ring-line has-checked:bg-accent-soft has-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="kind"
                className="sr-only"
                checked={kind === one.kind}
                onChange={() => setKind(one.kind)}
              />
              <span className="block font-medium text-ink">{one.title}</span>
              <span className="mt-0.5 block text-xs text-muted">{one.note}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <TextField
        label="Name"
        name="name"
        maxLength={100}
        placeholder="Web app"
        autoComplete="off"
        error={missing.name}
      />
      <SelectField label="Environment" name="environment" defaultValue={environment?.id ?? ''}>
        {kind === 'secret' && <option value="">All environments</option>}
        {environments.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      {kind === 'secret' && <Scopes error={missing.scopes} />}
      <TextField
        label="Allowed addresses (optional)"
        name="addresses"
        placeholder="203.0.113.7, 2001:db8::/32"
        autoComplete="off"
        hint="Addresses or ranges (CIDR), separated by commas. Empty means from anywhere."
      />
      {error !== null && error !== undefined && <ProblemNotice error={error} />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" weight="primary" isPending={isPending}>
          Create key
        </Button>
      </div>
    </form>
  );
}

function Scopes({ error }: { error: string | undefined }) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">May</legend>
      <div className="space-y-1.5">
        {SECRET_KEY_SCOPES.map((scope) => (
          <label key={scope} className="flex items-center gap-2">
            <input
              type="checkbox"
              name="scopes"
              value={scope}
              defaultChecked={scope === 'read'}
              className="accent-accent"
            />
            <span className="w-12 font-medium text-ink">{scope}</span>
            <span className="text-muted">{SCOPE_NOTES[scope]}</span>
          </label>
        ))}
      </div>
      {error && <p className="mt-1.5 text-xs text-bad">{error}</p>}
    </fieldset>
  );
}
