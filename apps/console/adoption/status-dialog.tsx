/** Sets the status of a task with a note, and whether telemetry may set it by itself. */
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { SET_OVERRIDE, UPDATE_STATUS } from './operations.ts';
import type { OverrideKind, Plan, Task, TaskStatus } from './types.ts';
import { useAct } from './use-adoption.ts';
import { OVERRIDE_WORDS, STATUS_WORDS } from './words.ts';

const entries = <Key extends string, Value>(words: Readonly<Record<Key, Value>>) =>
  Object.entries(words) as [Key, Value][];

export function StatusDialog({ plan, task, onClose }: { plan: Plan; task: Task; onClose: () => void }) {
  const update = useAct(UPDATE_STATUS);
  const override = useAct(SET_OVERRIDE);
  const [kind, setKind] = useState<OverrideKind>(task.autoStatusOverride.kind);
  const threshold = task.autoStatusOverride.thresholdPercent ?? plan.autoStatus.thresholdPercent;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const status = String(form.get('status')) as TaskStatus;
    const notes = String(form.get('notes') ?? '').trim();
    const thresholdPercent = kind === 'ON' ? Number(form.get('threshold')) : null;
    if (kind !== task.autoStatusOverride.kind || thresholdPercent !== task.autoStatusOverride.thresholdPercent) {
      await override.mutateAsync({ taskId: task.id, override: { kind, thresholdPercent } });
    }
    if (status !== task.status || notes !== '') {
      await update.mutateAsync({ taskId: task.id, status, notes: notes === '' ? null : notes });
    }
    onClose();
  };
  const error = override.error ?? update.error;
  return (
    <Dialog isOpen onClose={onClose} title={task.name} description={task.telemetryCompletion.text}>
      <form
        // What fails is shown below; nothing is left for the browser to report.
        onSubmit={(event) => void submit(event).catch(() => undefined)}
        className="space-y-4"
      >
        <SelectField label="Status" name="status" defaultValue={task.status}>
          {entries(STATUS_WORDS).map(([status, word]) => (
            <option key={status} value={status}>
              {word}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Note"
          name="notes"
          maxLength={2_000}
          autoComplete="off"
          hint="Kept in the history with your name."
        />
        <SelectField
          label="Set to done by telemetry"
          value={kind}
          onChange={(event) => setKind(event.target.value as OverrideKind)}
          hint={
            plan.autoStatus.enabled
              ? `The plan does so from ${plan.autoStatus.thresholdPercent}% on, for tasks in progress.`
              : 'The plan does not do so.'
          }
        >
          {entries(OVERRIDE_WORDS).map(([each, word]) => (
            <option key={each} value={each}>
              {word}
            </option>
          ))}
        </SelectField>
        {kind === 'ON' && (
          <TextField
            label="From how many percent of the required criteria"
            name="threshold"
            type="number"
            min={1}
            max={100}
            required
            defaultValue={threshold}
          />
        )}
        {error && <ProblemNotice error={error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={update.isPending || override.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
