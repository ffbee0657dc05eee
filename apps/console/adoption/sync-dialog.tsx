/** What the template has that the plan has not: looked at change by change, then taken over. */
import { GitPullRequestArrow } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { APPLY_SYNC } from './operations.ts';
import type { Plan, SyncChange } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';

export function SyncNotice({ plan }: { plan: Plan }) {
  const { mayManage } = useAdoption();
  const [isOpen, setOpen] = useState(false);
  if (plan.pendingSync === null) return null;
  return (
    <section aria-label="Template" className="mb-4 flex flex-wrap items-center gap-3 rounded-lg bg-accent-soft p-3">
      <GitPullRequestArrow className="size-4 shrink-0 text-accent" aria-hidden="true" />
      <p className="min-w-0 flex-1 text-ink">
        The template of {plan.product.name} is at version {plan.pendingSync.templateVersion}:{' '}
        {formatCount(plan.pendingSync.changes.length, 'change')} since version {plan.templateVersion}.
      </p>
      {mayManage && (
        <Button size="small" onClick={() => setOpen(true)}>
          Review changes
        </Button>
      )}
      {isOpen && <SyncDialog plan={plan} pending={plan.pendingSync} onClose={() => setOpen(false)} />}
    </section>
  );
}

type SyncDialogProps = { plan: Plan; pending: NonNullable<Plan['pendingSync']>; onClose: () => void };

function SyncDialog({ plan, pending, onClose }: SyncDialogProps) {
  const { changes, templateVersion } = pending;
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set());
  const accepted = changes.filter(({ id }) => !refused.has(id)).map(({ id }) => id);
  const apply = useAct(APPLY_SYNC, onClose);
  const toggle = (id: string) => {
    const next = new Set(refused);
    if (!next.delete(id)) next.add(id);
    setRefused(next);
  };
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={`Take over version ${templateVersion}`}
      description="What you leave out is not asked again until the template changes. Statuses and values of tasks that stay are kept."
    >
      <div className="space-y-4">
        <label className="flex items-center gap-2.5 text-ink">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={refused.size === 0}
            onChange={() => setRefused(refused.size === 0 ? new Set(changes.map(({ id }) => id)) : new Set())}
          />
          All {formatCount(changes.length, 'change')}
        </label>
        <ul aria-label="Changes" className="max-h-96 divide-y divide-line overflow-y-auto rounded-lg ring-1 ring-line">
          {changes.map((change) => (
            <li key={change.id}>
              <label className="flex cursor-pointer items-start gap-2.5 px-3 py-2.5 hover:bg-hover">
                <input
                  type="checkbox"
                  className="mt-0.5 size-4 shrink-0 accent-accent"
                  checked={!refused.has(change.id)}
                  onChange={() => toggle(change.id)}
                />
                <span className="min-w-0">
                  <span className="block break-words text-ink">{change.text}</span>
                  <span className="text-xs text-muted">
                    {change.task}
                    {change.attribute && ` · ${change.attribute}`}
                  </span>
                  <FieldChanges fields={change.fields} />
                </span>
              </label>
            </li>
          ))}
        </ul>
        {apply.isError && <ProblemNotice error={apply.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Later
          </Button>
          <Button
            weight="primary"
            isPending={apply.isPending}
            onClick={() => apply.mutate({ adoptionPlanId: plan.id, templateVersion, accepted })}
          >
            {accepted.length === 0 ? 'Leave all out' : `Take over ${formatCount(accepted.length, 'change')}`}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

export function FieldChanges({ fields }: { fields: SyncChange['fields'] }) {
  if (fields.length === 0) return null;
  const written = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return (
    <ul className="mt-1 space-y-0.5 text-xs">
      {fields.map(({ field, from, to }) => (
        <li key={field} className="break-words text-muted">
          {field}: <del className="text-bad">{written(from)}</del>{' '}
          <ins className="text-good no-underline">{written(to)}</ins>
        </li>
      ))}
    </ul>
  );
}
