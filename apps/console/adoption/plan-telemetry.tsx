/** Telemetry of a plan: whether it is on, when values came and come, its progress, and every task by what telemetry says. */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatAgo } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { download } from './api.ts';
import { ConfigureDialog } from './configure-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { ImportsCard } from './imports-card.tsx';
import { TelemetryMark } from './marks.tsx';
import { EVALUATE_PLAN, EXPORT_PLAN } from './operations.ts';
import { Comparison, ProgressBars } from './plan-overview.tsx';
import { SourcesCard } from './sources-card.tsx';
import type { Plan, Task, TelemetryStatus } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';
import { percentText, TELEMETRY_WORDS, utcText } from './words.ts';

export function PlanTelemetry({ plan }: { plan: Plan }) {
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <StatusCard plan={plan} />
      <Card title="Progress Overview">
        <ProgressBars plan={plan} />
        <p className="mt-3 text-xs text-muted">
          {plan.telemetryProgress.metAttributes} of {plan.telemetryProgress.totalAttributes} required criteria are met.
        </p>
      </Card>
      <TasksByStatus plan={plan} />
      <Comparison plan={plan} />
      <SourcesCard plan={plan} />
      <ImportsCard plan={plan} />
    </div>
  );
}

function StatusCard({ plan }: { plan: Plan }) {
  const { mayConfigure } = useAdoption();
  const [open, setOpen] = useState<'import' | 'configure'>();
  const exporting = useAct(EXPORT_PLAN, ({ exportAdoptionPlanTelemetry }) => download(exportAdoptionPlanTelemetry));
  const evaluating = useAct(EVALUATE_PLAN);
  const { telemetryEnabled, telemetryLastImportAt: last, telemetryNextUpdateAt: next } = plan;
  return (
    <Card title="Telemetry">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 gap-y-1">
        <dt className="text-muted">Telemetry Status:</dt>
        <dd className={telemetryEnabled ? 'font-medium text-good' : 'font-medium text-muted'}>
          {telemetryEnabled ? 'Enabled ✓' : 'Disabled'}
        </dd>
        <dt className="text-muted">Last Updated:</dt>
        <dd className="text-ink" title={last ? formatAgo(last, Date.now()) : undefined}>
          {last ? utcText(last) : 'never'}
        </dd>
        <dt className="text-muted">Next Update:</dt>
        <dd className="text-ink" title={next ? formatAgo(next, Date.now()) : undefined}>
          {next ? utcText(next) : 'Manual'}
        </dd>
      </dl>
      <div className="mt-4 flex flex-wrap gap-2">
        {mayConfigure && (
          <Button weight="primary" onClick={() => setOpen('import')}>
            Update Telemetry
          </Button>
        )}
        <Button isPending={exporting.isPending} onClick={() => exporting.mutate({ adoptionPlanId: plan.id })}>
          Export Template
        </Button>
        {mayConfigure && <Button onClick={() => setOpen('configure')}>Configure</Button>}
        {mayConfigure && (
          <Button
            weight="quiet"
            isPending={evaluating.isPending}
            title="Judges every attribute again, as every night"
            onClick={() => evaluating.mutate({ id: plan.id })}
          >
            Evaluate now
          </Button>
        )}
      </div>
      {exporting.isError && <ProblemNotice error={exporting.error} className="mt-3" />}
      {evaluating.isError && <ProblemNotice error={evaluating.error} className="mt-3" />}
      {open === 'import' && <ImportDialog plan={plan} onClose={() => setOpen(undefined)} />}
      {open === 'configure' && <ConfigureDialog plan={plan} onClose={() => setOpen(undefined)} />}
    </Card>
  );
}

const ORDER: readonly TelemetryStatus[] = ['MET', 'PARTIAL', 'NOT_MET', 'NOT_MEASURED'];

function TasksByStatus({ plan }: { plan: Plan }) {
  const [isAll, setAll] = useState(false);
  const sorted = ORDER.flatMap((status) => plan.tasks.filter((task) => task.telemetryStatus === status));
  const shown = isAll ? sorted : sorted.slice(0, 25);
  return (
    <Card title="Tasks by Telemetry Status" className="lg:col-span-2" bodyClassName="p-0 pt-2">
      <p className="flex flex-wrap gap-x-4 gap-y-1 px-4 pb-2 text-xs text-muted">
        {ORDER.map((status) => (
          <span key={status} className="inline-flex items-center gap-1">
            <TelemetryMark status={status} /> {TELEMETRY_WORDS[status].word}:{' '}
            {plan.tasks.filter((task) => task.telemetryStatus === status).length}
          </span>
        ))}
      </p>
      <ul aria-label="Tasks by Telemetry Status" className="divide-y divide-line border-t border-line">
        {shown.map((task) => (
          <TaskLine key={task.id} plan={plan} task={task} />
        ))}
      </ul>
      {sorted.length > shown.length && (
        <Button weight="quiet" className="m-2" onClick={() => setAll(true)}>
          Show all {sorted.length}
        </Button>
      )}
    </Card>
  );
}

function TaskLine({ plan, task }: { plan: Plan; task: Task }) {
  const { slug } = useAdoption();
  const { percentage } = task.telemetryCompletion;
  return (
    <li>
      <Link
        to="/w/$workspace/adoption/plans/$plan"
        params={{ workspace: slug, plan: plan.id }}
        search={{ tab: 'tasks', task: task.id } as never}
        className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover focus-visible:outline-offset-[-3px]"
      >
        <TelemetryMark status={task.telemetryStatus} />
        <span className="min-w-0 flex-1 truncate text-ink">{task.name}</span>
        <span className="whitespace-nowrap text-muted">
          {percentage === null ? 'not measured' : `${percentText(percentage)} Met`}
        </span>
      </Link>
    </li>
  );
}
