/** Changes from which share on, and after how many minutes, an environment's quality raises an alert. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useEnvironment } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { changeThresholds, type Thresholds } from './api.ts';

const SHARES = [
  { name: 'rejection_rate', label: 'Refused events, percent' },
  { name: 'drop_rate', label: 'Dropped events, percent' },
  { name: 'pii_rate', label: 'Events with personal data, percent' },
] as const;

export function ThresholdsDialog({ thresholds, onClose }: { thresholds: Thresholds; onClose: () => void }) {
  const { scope } = useEnvironment();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState(() => ({
    ...Object.fromEntries(SHARES.map(({ name }) => [name, String(Number((thresholds[name] * 100).toPrecision(6)))])),
    sustained_minutes: String(thresholds.sustained_minutes),
  }));
  const text = typed as Record<keyof Thresholds, string>;
  const wanted: Thresholds = {
    rejection_rate: Number(text.rejection_rate) / 100,
    drop_rate: Number(text.drop_rate) / 100,
    pii_rate: Number(text.pii_rate) / 100,
    sustained_minutes: Number(text.sustained_minutes),
  };
  const isRight =
    SHARES.every(({ name }) => text[name].trim() !== '' && wanted[name] >= 0 && wanted[name] <= 1) &&
    Number.isInteger(wanted.sustained_minutes) &&
    wanted.sustained_minutes >= 1;
  const saving = useMutation({
    mutationFn: () => changeThresholds(scope, wanted),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['quality', scope] });
      onClose();
    },
  });
  const set = (name: keyof Thresholds) => (event: { target: { value: string } }) =>
    setTyped({ ...typed, [name]: event.target.value });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="When to raise an alert"
      description="An alert stands as long as a source is over a share for so many minutes in a row."
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (isRight) saving.mutate();
        }}
      >
        {SHARES.map(({ name, label }) => (
          <TextField key={name} label={label} inputMode="decimal" value={text[name]} onChange={set(name)} />
        ))}
        <TextField
          label="Minutes in a row"
          inputMode="numeric"
          value={text.sustained_minutes}
          onChange={set('sustained_minutes')}
        />
        {saving.isError && <ProblemNotice error={saving.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" disabled={!isRight} isPending={saving.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
