/** Tasks of a plan: each with its status, its telemetry and what to do about it; searched and narrowed to one state. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import { useState } from 'react';
import { buttonClasses } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { CONTROL_CLASSES } from '../ui/field.tsx';
import { EmptyState } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { TaskCard } from './task-card.tsx';
import type { Plan, Task } from './types.ts';
import { useAdoption } from './use-adoption.ts';

type Shown = 'all' | 'open' | 'recommended' | 'done';

const IS_SHOWN: Readonly<Record<Shown, (task: Task) => boolean>> = {
  all: () => true,
  open: ({ status }) => status === 'NOT_STARTED' || status === 'IN_PROGRESS',
  recommended: ({ status, telemetryCompletion }) =>
    telemetryCompletion.recommendation === 'DONE' && status !== 'DONE' && status !== 'NOT_APPLICABLE',
  done: ({ status }) => status === 'DONE' || status === 'NOT_APPLICABLE',
};

/** More are drawn on demand: five hundred open cards would make the page slow. */
const STEP = 60;

export function PlanTasks({ plan }: { plan: Plan }) {
  const search = useSearch({ strict: false }) as { task?: unknown; show?: unknown };
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [limit, setLimit] = useState(STEP);
  const shown: Shown =
    typeof search.show === 'string' && Object.hasOwn(IS_SHOWN, search.show) ? (search.show as Shown) : 'all';
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = plan.tasks.filter((task) => {
    const all = `${task.name} ${task.description} ${task.licenceLevel} ${task.outcomes.join(' ')}`.toLowerCase();
    return IS_SHOWN[shown](task) && words.every((word) => all.includes(word));
  });
  if (plan.tasks.length === 0) return <NoTasks />;
  // A task the address names comes first and open, whatever is narrowed.
  const named = plan.tasks.find(({ id }) => id === search.task);
  const rest = matching.filter((task) => task !== named);
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <input
          type="search"
          aria-label="Search tasks"
          placeholder="Search tasks"
          className={classNames(CONTROL_CLASSES, 'max-w-72')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="max-w-full overflow-x-auto">
          <Segmented
            label="Which tasks"
            value={shown}
            onChange={(show) =>
              void navigate({
                to: '.',
                search: { tab: 'tasks', ...(show === 'all' ? {} : { show }) } as never,
                replace: true,
              })
            }
            choices={[
              { value: 'all', label: `All ${plan.tasks.length}` },
              { value: 'open', label: 'Open' },
              { value: 'recommended', label: 'Recommended' },
              { value: 'done', label: 'Done' },
            ]}
          />
        </div>
      </div>
      <ul aria-label="Tasks" className="space-y-3">
        {named && (
          <li>
            <TaskCard plan={plan} task={named} isOpenAtFirst />
          </li>
        )}
        {rest.slice(0, limit).map((task) => (
          <li key={task.id}>
            <TaskCard plan={plan} task={task} />
          </li>
        ))}
      </ul>
      {rest.length === 0 && named === undefined && <p className="py-8 text-center text-muted">No task is like that.</p>}
      {rest.length > limit && (
        <button type="button" className={`${buttonClasses()} mt-3 w-full`} onClick={() => setLimit(limit + STEP)}>
          Show {Math.min(STEP, rest.length - limit)} more of {rest.length}
        </button>
      )}
    </>
  );
}

function NoTasks() {
  const { slug, mayManage } = useAdoption();
  return (
    <Card>
      <EmptyState
        icon={ListChecks}
        title="This plan has no tasks"
        action={
          mayManage && (
            <Link
              to="/w/$workspace/adoption/templates"
              params={{ workspace: slug }}
              className={buttonClasses('primary')}
            >
              Edit the template
            </Link>
          )
        }
      >
        Its template had none. Add tasks to the template, then take them over here.
      </EmptyState>
    </Card>
  );
}
