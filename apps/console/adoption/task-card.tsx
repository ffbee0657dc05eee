/** A task of a plan: its status, what telemetry says of it, its attributes, and the recommendation with its button. */
import { ChevronDown, ExternalLink } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { AttributeDetails } from './attribute-details.tsx';
import { ProgressRing } from './marks.tsx';
import { APPLY_RECOMMENDATION } from './operations.ts';
import { StatusDialog } from './status-dialog.tsx';
import type { Plan, Task } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';
import { percentText, recommendationInWords } from './words.ts';

type TaskCardProps = { plan: Plan; task: Task; isOpenAtFirst?: boolean };

const TONES = { NOT_STARTED: 'neutral', IN_PROGRESS: 'accent', DONE: 'good', NOT_APPLICABLE: 'neutral' } as const;

export function TaskCard({ plan, task, isOpenAtFirst = false }: TaskCardProps) {
  const { mayTrack } = useAdoption();
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const [isChanging, setChanging] = useState(false);
  const detailsId = useId();
  const { metAttributes, totalAttributes, percentage } = task.telemetryCompletion;
  return (
    <article aria-label={task.name} className="rounded-xl bg-surface shadow-card ring-1 ring-line">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 p-4 pb-3">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="text-sm font-semibold break-words text-ink">{task.name}</h2>
          {task.description && (
            <p className={classNames('mt-0.5 text-muted', !isOpen && 'line-clamp-2')}>{task.description}</p>
          )}
          <Labels task={task} />
        </div>
        <div className="flex items-center gap-2">
          <span className="text-xs text-muted">Status:</span>
          <Badge tone={TONES[task.status]}>{task.status}</Badge>
          {mayTrack && (
            <Button size="small" onClick={() => setChanging(true)}>
              Change<span className="sr-only"> the status of {task.name}</span>
            </Button>
          )}
        </div>
      </div>
      <div className="border-t border-line px-4 py-3">
        <div className="flex flex-wrap items-center gap-3">
          <ProgressRing percentage={percentage} status={task.telemetryStatus} />
          <span className="min-w-0 flex-1 text-ink">
            {percentage === null
              ? 'Telemetry: not measured'
              : `Telemetry: ${metAttributes}/${totalAttributes} Met (${percentText(percentage)})`}
          </span>
          <Button size="small" aria-expanded={isOpen} aria-controls={detailsId} onClick={() => setOpen(!isOpen)}>
            View Details
            <ChevronDown
              className={classNames('size-3.5 transition-transform', isOpen && 'rotate-180')}
              aria-hidden="true"
            />
          </Button>
        </div>
        {isOpen && (
          <div id={detailsId} className="mt-3">
            <AttributeDetails plan={plan} task={task} />
            <StatusNote task={task} />
          </div>
        )}
        <Recommended task={task} />
      </div>
      {isChanging && <StatusDialog plan={plan} task={task} onClose={() => setChanging(false)} />}
    </article>
  );
}

function Labels({ task }: { task: Task }) {
  if (task.licenceLevel === '' && task.outcomes.length === 0 && task.howTo.length === 0) return null;
  return (
    <p className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
      {task.licenceLevel && <Badge>{task.licenceLevel}</Badge>}
      {task.outcomes.map((outcome) => (
        <span key={outcome}>{outcome}</span>
      ))}
      {task.howTo.map(({ title, url }) => (
        <a
          key={url}
          href={url}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1 text-accent underline-offset-4 hover:underline"
        >
          {title} <ExternalLink className="size-3" aria-hidden="true" />
        </a>
      ))}
    </p>
  );
}

function StatusNote({ task }: { task: Task }) {
  if (task.statusNotes === null && task.statusUpdatedAt === null) return null;
  return (
    <p className="mt-3 text-xs text-muted">
      {task.statusNotes && <span className="text-ink">{task.statusNotes} </span>}
      {task.statusUpdatedAt && `Status set on ${task.statusUpdatedAt.slice(0, 10)}`}
      {task.statusUpdatedBy && ` by ${task.statusUpdatedBy}`}
      {task.statusUpdateSource && ` (${task.statusUpdateSource})`}
    </p>
  );
}

function Recommended({ task }: { task: Task }) {
  const { mayTrack } = useAdoption();
  const apply = useAct(APPLY_RECOMMENDATION);
  if (task.telemetryCompletion.percentage === null) return null;
  const { text, isApplicable } = recommendationInWords(task.telemetryCompletion.recommendation, task.status);
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2">
      <p className="text-muted">
        Recommendation: <strong className="font-semibold text-ink">{text}</strong>
      </p>
      {isApplicable && mayTrack && (
        <Button
          weight="primary"
          size="small"
          isPending={apply.isPending}
          onClick={() => apply.mutate({ taskId: task.id })}
        >
          Apply Recommendation<span className="sr-only"> to {task.name}</span>
        </Button>
      )}
      {apply.isError && <ProblemNotice error={apply.error} className="w-full" />}
    </div>
  );
}
