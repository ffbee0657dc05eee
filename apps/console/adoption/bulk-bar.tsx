/** What can be done with several plans at once, and what came of it. */
import { type FormEvent, useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { MemberSelect } from './member-select.tsx';
import { BULK_UPDATE, type BulkAction, type BulkResult } from './operations.ts';
import type { PlanSummary } from './types.ts';
import { useAct } from './use-adoption.ts';

type Asked = 'owner' | 'due' | 'recommendations' | 'sync' | 'evaluate' | 'enable';

const ACTS: Readonly<Record<Asked, { title: string; description: string; button: string; action?: BulkAction }>> = {
  owner: {
    title: 'Give an owner',
    description: 'Whoever had them before does not have them any more.',
    button: 'Give',
  },
  due: { title: 'Set the due date', description: 'It takes the place of the dates they have.', button: 'Set' },
  recommendations: {
    title: 'Apply recommendations',
    description: 'Every open task whose required criteria are met is set to done. Each can be set back on its plan.',
    button: 'Apply',
    action: { applyRecommendations: true },
  },
  sync: {
    title: 'Take over the newest templates',
    description:
      'Every change of the template is taken over without being reviewed one by one. Statuses and values of tasks that stay are kept.',
    button: 'Take over',
    action: { syncTemplates: true },
  },
  evaluate: {
    title: 'Evaluate now',
    description: 'Every attribute is judged again, as every night.',
    button: 'Evaluate',
    action: { evaluate: true },
  },
  enable: {
    title: 'Enable telemetry',
    description: 'Sources are asked by their schedules from now on.',
    button: 'Enable',
    action: { enableTelemetry: true },
  },
};

type BulkBarProps = { plans: readonly PlanSummary[]; chosen: ReadonlySet<string>; onClear: () => void };

export function BulkBar({ plans, chosen, onClear }: BulkBarProps) {
  const [asked, setAsked] = useState<Asked>();
  const [result, setResult] = useState<BulkResult>();
  const item = (act: Asked) => <MenuItem onSelect={() => setAsked(act)}>{ACTS[act].title}…</MenuItem>;
  return (
    <section
      aria-label="Chosen plans"
      className="sticky bottom-16 z-20 mx-auto mt-4 flex w-fit items-center gap-2 rounded-xl bg-raised p-2 pl-4 shadow-float ring-1 ring-line md:bottom-4"
    >
      <span className="text-ink" aria-live="polite">
        {formatCount(chosen.size, 'plan')} chosen
      </span>
      <Menu align="end" side="top" trigger={<Button weight="primary">Do with them</Button>}>
        {item('owner')}
        {item('due')}
        <MenuSeparator />
        {item('recommendations')}
        {item('sync')}
        <MenuSeparator />
        {item('evaluate')}
        {item('enable')}
      </Menu>
      <Button weight="quiet" onClick={onClear}>
        Clear
      </Button>
      {asked && (
        <BulkDialog asked={asked} planIds={[...chosen]} onClose={() => setAsked(undefined)} onResult={setResult} />
      )}
      {result && (
        <ResultDialog
          result={result}
          plans={plans}
          onClose={() => {
            setResult(undefined);
            onClear();
          }}
        />
      )}
    </section>
  );
}

type BulkDialogProps = { asked: Asked; planIds: string[]; onClose: () => void; onResult: (result: BulkResult) => void };

function BulkDialog({ asked, planIds, onClose, onResult }: BulkDialogProps) {
  const { title, description, button, action } = ACTS[asked];
  const update = useAct(BULK_UPDATE, ({ bulkUpdatePlans }) => {
    onClose();
    onResult(bulkUpdatePlans);
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const chosen = String(form.get('value') ?? '');
    update.mutate({ planIds, action: action ?? (asked === 'owner' ? { setOwnerId: chosen } : { setDueDate: chosen }) });
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`${title}: ${formatCount(planIds.length, 'plan')}`}
      description={description}
    >
      <form onSubmit={submit} className="space-y-4">
        {asked === 'owner' && <MemberSelect label="Owner" name="value" nobody="Choose somebody" isRequired />}
        {asked === 'due' && <TextField label="Due" name="value" type="date" required />}
        {update.isError && <ProblemNotice error={update.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={update.isPending}>
            {button}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function ResultDialog({
  result,
  plans,
  onClose,
}: {
  result: BulkResult;
  plans: readonly PlanSummary[];
  onClose: () => void;
}) {
  return (
    <Dialog isOpen onClose={onClose} title={`${formatCount(result.changed, 'plan')} changed`}>
      {result.problems.length > 0 && (
        <ul aria-label="Plans that did not change" className="mb-4 space-y-1">
          {result.problems.map(({ planId, problem }) => (
            <li key={planId}>
              <span className="text-ink">{plans.find(({ id }) => id === planId)?.name ?? planId}:</span>{' '}
              <span className="text-muted">{problem}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="flex justify-end">
        <Button weight="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
