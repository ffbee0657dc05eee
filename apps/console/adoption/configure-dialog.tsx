/** Configure: whether telemetry counts, when it comes, when it sets a status by itself, whom it tells, how long values stay. */
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { CONFIGURE } from './operations.ts';
import { ScheduleField } from './schedule-field.tsx';
import { NoticeSigning } from './sources/notice-signing.tsx';
import type { Plan } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';

export function ConfigureDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { mayManage } = useAdoption();
  const configure = useAct(CONFIGURE, onClose);
  const [schedule, setSchedule] = useState(plan.telemetrySchedule);
  const [isAuto, setAuto] = useState(plan.autoStatus.enabled);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '').trim();
    configure.mutate({
      input: {
        adoptionPlanId: plan.id,
        telemetryEnabled: form.has('enabled'),
        telemetrySchedule: schedule,
        autoStatusEnabled: isAuto,
        ...(isAuto ? { thresholdPercent: Number(field('threshold')) } : {}),
        valueRetentionDays: field('retention') === '' ? null : Number(field('retention')),
        notify: {
          emails: field('emails')
            .split(/[\s,;]+/)
            .filter(Boolean),
          webhookUrl: field('webhook') || null,
          onAutoStatus: form.has('onAutoStatus'),
          onMilestone: form.has('onMilestone'),
          digest: form.has('digest'),
        },
      },
    });
  };
  return (
    <Dialog isOpen isWide onClose={onClose} title="Configure telemetry" description={plan.name}>
      <form onSubmit={submit} className="space-y-5">
        <Check
          name="enabled"
          isChecked={plan.telemetryEnabled}
          label="Telemetry is enabled"
          note="Off: sources rest and nothing changes by itself. What came stays."
        />
        <ScheduleField label="Sources are asked" value={schedule} none="Only on demand" onChange={setSchedule} />
        <fieldset className="space-y-3">
          <Check
            name="auto"
            isChecked={isAuto}
            onChange={setAuto}
            label="Set tasks in progress to done by telemetry"
            note="A task that nobody started is never started; one that is done stays done."
          />
          {isAuto && (
            <TextField
              className="max-w-xs"
              label="From how many percent of the required criteria"
              name="threshold"
              type="number"
              min={1}
              max={100}
              required
              defaultValue={plan.autoStatus.thresholdPercent}
            />
          )}
        </fieldset>
        <fieldset className="space-y-3">
          <legend className="mb-2 text-sm font-medium text-ink">Tell</legend>
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Mail addresses"
              name="emails"
              defaultValue={plan.notify.emails.join(', ')}
              autoComplete="off"
            />
            <TextField
              label="Webhook"
              name="webhook"
              type="url"
              placeholder="https://"
              defaultValue={plan.notify.webhookUrl ?? ''}
              autoComplete="off"
            />
          </div>
          <Check
            name="onAutoStatus"
            isChecked={plan.notify.onAutoStatus}
            label="When a task is set to done by telemetry"
          />
          <Check
            name="onMilestone"
            isChecked={plan.notify.onMilestone}
            label="At 25, 50, 75 and 100 %, and when the plan stalls"
          />
          <Check name="digest" isChecked={plan.notify.digest} label="A digest after the nightly run" />
          {mayManage && <NoticeSigning />}
        </fieldset>
        <TextField
          className="max-w-xs"
          label="Keep values for how many days"
          name="retention"
          type="number"
          min={1}
          max={3_660}
          defaultValue={plan.valueRetentionDays ?? ''}
          hint="Empty keeps all. The newest value of an attribute always stays."
        />
        {configure.isError && <ProblemNotice error={configure.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={configure.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type CheckProps = {
  name: string;
  label: string;
  note?: string;
  isChecked: boolean;
  onChange?: (isChecked: boolean) => void;
};

export function Check({ name, label, note, isChecked, onChange }: CheckProps) {
  return (
    <label className="flex items-start gap-2.5 text-ink">
      <input
        type="checkbox"
        name={name}
        className="mt-0.5 size-4 shrink-0 accent-accent"
        {...(onChange === undefined
          ? { defaultChecked: isChecked }
          : { checked: isChecked, onChange: (event) => onChange(event.target.checked) })}
      />
      <span>
        {label}
        {note && <span className="block text-xs text-muted">{note}</span>}
      </span>
    </label>
  );
}
