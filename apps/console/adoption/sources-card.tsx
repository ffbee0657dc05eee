/** Where the values of a plan come from, how each source's last run went, and all runs with their reasons. */
import { useQuery } from '@tanstack/react-query';
import { PlugZap, Plus } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { formatAgo } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Badge } from '../ui/figures.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { planSourcesQuery } from './api.ts';
import { LoadingRows } from './loading-rows.tsx';
import { DELETE_SOURCE, RUN_SOURCE } from './operations.ts';
import { scheduleInWords } from './schedule.ts';
import { SourceDialog } from './source-dialog.tsx';
import { isPulled, makesOwnSecret } from './source-starters.ts';
import { RotateDialog } from './sources/rotate-dialog.tsx';
import type { Plan, Source, SourceRun } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';
import { KIND_WORDS, RUN_WORDS, utcText } from './words.ts';

type Act = 'change' | 'rotate' | 'delete';
type Open = { kind: 'new' } | { kind: Act; source: Source };

export function SourcesCard({ plan }: { plan: Plan }) {
  const { workspaceId, mayConfigure } = useAdoption();
  const answer = useQuery(planSourcesQuery(workspaceId, plan.id));
  const [open, setOpen] = useState<Open>();
  const sources = answer.data?.adoptionPlan?.sources;
  const runs = answer.data?.adoptionPlan?.runs ?? [];
  const close = () => setOpen(undefined);
  return (
    <Card
      title="Sources"
      className="lg:col-span-2"
      bodyClassName="p-0 pt-2"
      aside={
        mayConfigure && (
          <Button size="small" onClick={() => setOpen({ kind: 'new' })}>
            <Plus className="size-3.5" aria-hidden="true" /> Add a source
          </Button>
        )
      }
    >
      {answer.isError && <ProblemNotice error={answer.error} onRetry={() => void answer.refetch()} className="m-4" />}
      {answer.isPending && <LoadingRows label="Loading sources" count={2} />}
      {sources?.length === 0 && (
        <EmptyState icon={PlugZap} title="Values come from workbooks and by hand" className="py-6">
          Add a source, and they come by themselves: from events, an API, a database or a webhook.
        </EmptyState>
      )}
      {sources && sources.length > 0 && (
        <ul aria-label="Sources" className="divide-y divide-line border-t border-line">
          {sources.map((source) => (
            <SourceRow key={source.id} source={source} onOpen={(kind) => setOpen({ kind, source })} />
          ))}
        </ul>
      )}
      {runs.length > 0 && <Runs runs={runs} />}
      {open?.kind === 'new' && <SourceDialog plan={plan} onClose={close} />}
      {open?.kind === 'change' && <SourceDialog plan={plan} source={open.source} onClose={close} />}
      {open?.kind === 'rotate' && <RotateDialog source={open.source} onClose={close} />}
      {open?.kind === 'delete' && <DeleteDialog source={open.source} onClose={close} />}
    </Card>
  );
}

function SourceRow({ source, onOpen }: { source: Source; onOpen: (kind: Act) => void }) {
  const { mayConfigure } = useAdoption();
  const run = useAct(RUN_SOURCE);
  const { lastRun, nextRunAt, schedule, webhookUrl } = source;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium text-ink">{source.name}</span>
          <Badge>{KIND_WORDS[source.kind].name}</Badge>
          {!source.isEnabled && <Badge tone="warn">disabled</Badge>}
          {lastRun && <Badge tone={RUN_WORDS[lastRun.state].tone}>{RUN_WORDS[lastRun.state].word}</Badge>}
        </p>
        <p className="mt-0.5 text-xs text-muted">
          {schedule && `${scheduleInWords(schedule)}. `}
          {nextRunAt && `Next ${formatAgo(nextRunAt, Date.now())}. `}
          {lastRun?.reason}
        </p>
        {webhookUrl && <p className="mt-0.5 font-mono text-xs break-all text-muted">{webhookUrl}</p>}
        {source.previousSecretExpiresAt && (
          <p className="mt-0.5 text-xs text-muted">
            The secret before this one holds until {utcText(source.previousSecretExpiresAt)}.
          </p>
        )}
        {run.isError && <ProblemNotice error={run.error} className="mt-2" />}
      </div>
      {mayConfigure && (
        <div className="flex flex-wrap gap-1">
          {source.kind === 'WEBHOOK' && !makesOwnSecret(source.config) && (
            <Button size="small" weight="quiet" onClick={() => onOpen('rotate')}>
              New secret<span className="sr-only"> for {source.name}</span>
            </Button>
          )}
          {isPulled(source.kind) && (
            <Button size="small" isPending={run.isPending} onClick={() => run.mutate({ id: source.id })}>
              Run now<span className="sr-only"> {source.name}</span>
            </Button>
          )}
          <Button size="small" weight="quiet" onClick={() => onOpen('change')}>
            Change<span className="sr-only"> {source.name}</span>
          </Button>
          <Button size="small" weight="quiet" onClick={() => onOpen('delete')}>
            Delete<span className="sr-only"> {source.name}</span>
          </Button>
        </div>
      )}
    </li>
  );
}

function Runs({ runs }: { runs: readonly SourceRun[] }) {
  return (
    <details className="border-t border-line">
      <summary className="cursor-pointer px-4 py-2.5 text-muted hover:text-ink">
        {formatCount(runs.length, 'run')}, newest first
      </summary>
      <ul aria-label="Runs" className="max-h-80 divide-y divide-line overflow-y-auto border-t border-line">
        {runs.map((run) => (
          <li key={run.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-2">
            <Badge tone={RUN_WORDS[run.state].tone}>{RUN_WORDS[run.state].word}</Badge>
            <span className="text-ink">{run.sourceName}</span>
            <span className="text-xs text-muted">
              {run.startedAt ? formatAgo(run.startedAt, Date.now()) : 'not started'}
            </span>
            <span className="text-xs text-muted">
              {formatCount(run.valuesStored, 'value')} kept
              {run.valuesRefused > 0 && `, ${run.valuesRefused} refused`}
              {run.attempts > 1 && `, at attempt ${run.attempts}`}
            </span>
            {run.reason && <span className="w-full text-xs text-muted">{run.reason}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

function DeleteDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const remove = useAct(DELETE_SOURCE, onClose);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Delete ${source.name}?`}
      description="Its configuration and credentials are lost, and nothing comes from it any more. The values it brought stay."
    >
      {remove.isError && <ProblemNotice error={remove.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button weight="danger" isPending={remove.isPending} onClick={() => remove.mutate({ id: source.id })}>
          Delete the source
        </Button>
      </div>
    </Dialog>
  );
}
