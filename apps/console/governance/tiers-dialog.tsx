/** Changes how long one environment keeps what. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { type Retention, resetTiers, retentionQuery, setTiers, type Tiers } from './api.ts';

type TiersDialogProps = { environment: Retention['environments'][number]; limits: Tiers; onClose: () => void };

const FIELDS = [
  { name: 'raw_days', label: 'Events, days' },
  { name: 'restricted_days', label: 'Restricted events, days' },
  { name: 'aggregated_days', label: 'Hourly counts, days' },
] as const;

export function TiersDialog({ environment, limits, onClose }: TiersDialogProps) {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const [tiers, setEdited] = useState(environment.tiers);
  const change = useMutation({
    mutationFn: (wanted: Tiers | undefined) =>
      wanted === undefined ? resetTiers(workspace.id, environment.id) : setTiers(workspace.id, environment.id, wanted),
    onSuccess: (answer) => {
      queryClient.setQueryData(retentionQuery(workspace.id).queryKey, answer);
      onClose();
    },
  });
  const isLess = FIELDS.some(({ name }) => tiers[name] < environment.tiers[name]);
  const isWhole = FIELDS.every(({ name }) => Number.isInteger(tiers[name]) && tiers[name] >= 1);
  return (
    <Dialog isOpen onClose={onClose} title={`How long ${environment.product_name} / ${environment.name} keeps what`}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(tiers);
        }}
      >
        {FIELDS.map(({ name, label }) => (
          <TextField
            key={name}
            label={label}
            type="number"
            min={1}
            max={limits[name]}
            hint={`At most ${limits[name]}, which the installation allows.`}
            value={Number.isNaN(tiers[name]) ? '' : tiers[name]}
            onChange={(event) => setEdited({ ...tiers, [name]: event.target.valueAsNumber })}
          />
        ))}
        {isLess && (
          <p role="status" className="rounded-lg bg-warn-soft px-3 py-2 text-ink">
            What is older than that is removed with the next run, and cannot be brought back.
          </p>
        )}
        {change.isError && <ProblemNotice error={change.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          {environment.is_own && (
            <Button
              weight="quiet"
              className="mr-auto"
              isPending={change.isPending}
              onClick={() => change.mutate(undefined)}
            >
              As the installation
            </Button>
          )}
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button weight="primary" type="submit" disabled={!isWhole} isPending={change.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
