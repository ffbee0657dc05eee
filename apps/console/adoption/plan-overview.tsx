/** Overview of a plan: where it stands, why, what to do next, how it got there, and where people and telemetry disagree. */
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { formatCount } from '../format/numbers.ts';
import { buttonClasses } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { HealthBadge, ProgressBar } from './marks.tsx';
import type { Plan, Progress } from './types.ts';
import { useAdoption } from './use-adoption.ts';
import { disagreement, HEALTH_WORDS, STATUS_WORDS, TELEMETRY_WORDS } from './words.ts';

const PlanTrend = lazy(() => import('../charts/plan-trend.tsx'));

export function PlanOverview({ plan }: { plan: Plan }) {
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <HealthCard plan={plan} />
      <Card title="Progress Overview">
        <ProgressBars plan={plan} />
        <p className="mt-3 text-xs text-muted">
          Combined is the larger of the two. Telemetry measures {plan.progress.measurableTasks} of{' '}
          {formatCount(plan.progress.combined.total, 'task')}.
        </p>
      </Card>
      <Card title="How it went" className="lg:col-span-2">
        {plan.trend.length < 2 ? (
          <p className="py-6 text-center text-muted">
            The first line can be drawn tomorrow: progress is kept day by day.
          </p>
        ) : (
          <div className="h-56">
            <Suspense
              fallback={<div role="status" aria-label="Loading the chart" className="skeleton h-full rounded-lg" />}
            >
              <PlanTrend points={plan.trend} label={`Progress of ${plan.name} over ${plan.trend.length} days`} />
            </Suspense>
          </div>
        )}
      </Card>
      <Comparison plan={plan} />
    </div>
  );
}

export function ProgressBars({ plan: { progress } }: { plan: Plan }) {
  const note = ({ completed, total }: Progress) => `${completed} of ${formatCount(total, 'task')}`;
  return (
    <div className="space-y-2.5">
      <ProgressBar
        label="Manual Status"
        percentage={progress.manual.percentage}
        colour="bg-(--series-6)"
        note={note(progress.manual)}
      />
      <ProgressBar
        label="Telemetry"
        percentage={progress.telemetry.percentage}
        colour="bg-(--series-4)"
        note={note(progress.telemetry)}
      />
      <ProgressBar
        label="Combined"
        percentage={progress.combined.percentage}
        colour="bg-accent"
        note={note(progress.combined)}
      />
    </div>
  );
}

function HealthCard({ plan }: { plan: Plan }) {
  const { slug } = useAdoption();
  const { health, reasons, nextStep } = plan.health;
  return (
    <Card title="Health" aside={<HealthBadge health={health} />}>
      {reasons.length === 0 ? (
        <p className="text-muted">{HEALTH_WORDS[health].word}: nothing speaks against it.</p>
      ) : (
        <ul className="list-disc space-y-1 pl-5 text-ink">
          {reasons.map(({ code, text }) => (
            <li key={code}>{text}</li>
          ))}
        </ul>
      )}
      {nextStep && (
        <div className="mt-4 rounded-lg bg-sunken p-3">
          <p className="text-xs font-medium text-muted">Next step</p>
          <p className="mt-0.5 text-ink">{nextStep.text}</p>
          {nextStep.taskId && (
            <Link
              to="/w/$workspace/adoption/plans/$plan"
              params={{ workspace: slug, plan: plan.id }}
              search={{ tab: 'tasks', task: nextStep.taskId } as never}
              className={`${buttonClasses('plain', 'small')} mt-2`}
            >
              Open the task <ArrowRight className="size-3.5" aria-hidden="true" />
            </Link>
          )}
        </div>
      )}
    </Card>
  );
}

/** The tasks where a person said one thing and telemetry another. */
export function Comparison({ plan }: { plan: Plan }) {
  const { slug } = useAdoption();
  const differing = plan.tasks.flatMap((task) => {
    const kind = disagreement(task.status, task.telemetryStatus);
    return kind === undefined ? [] : [{ task, kind }];
  });
  return (
    <Card title="Manual versus telemetry" className="lg:col-span-2" bodyClassName="p-0 pt-2">
      {differing.length === 0 ? (
        <p className="border-t border-line px-4 py-4 text-muted">People and telemetry say the same of every task.</p>
      ) : (
        <div className="relative overflow-x-auto">
          <table className="w-full min-w-[34rem] border-t border-line text-left" aria-label="Tasks where they disagree">
            <thead className="text-xs text-muted">
              <tr>
                <th className="px-4 py-2 font-medium">Task</th>
                <th className="px-4 py-2 font-medium">A person says</th>
                <th className="px-4 py-2 font-medium">Telemetry says</th>
                <th className="px-4 py-2 font-medium">What that means</th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line border-t border-line">
              {differing.map(({ task, kind }) => (
                <tr key={task.id}>
                  <td className="px-4 py-2.5">
                    <Link
                      to="/w/$workspace/adoption/plans/$plan"
                      params={{ workspace: slug, plan: plan.id }}
                      search={{ tab: 'tasks', task: task.id } as never}
                      className="font-medium text-ink underline-offset-4 hover:text-accent hover:underline"
                    >
                      {task.name}
                    </Link>
                  </td>
                  <td className="px-4 py-2.5 whitespace-nowrap">{STATUS_WORDS[task.status]}</td>
                  <td className={`px-4 py-2.5 whitespace-nowrap ${TELEMETRY_WORDS[task.telemetryStatus].text}`}>
                    {TELEMETRY_WORDS[task.telemetryStatus].mark} {TELEMETRY_WORDS[task.telemetryStatus].word}
                  </td>
                  <td className="px-4 py-2.5 text-muted">
                    {kind === 'ahead'
                      ? 'The criteria are met: the status can follow.'
                      : 'Said to be done, but its criteria are not all met.'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
