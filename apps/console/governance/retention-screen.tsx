/** Governance → Retention: how long what is kept, what pruning removed, and the proof that nothing older is left. */
import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { useState } from 'react';
import { formatCount, formatNumber } from '../format/numbers.ts';
import { formatInstant } from '../format/time.ts';
import { canManage, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/figures.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { type Retention, type RetentionRun, retentionQuery, retentionRunsQuery } from './api.ts';
import { GovernanceFrame } from './governance-frame.tsx';
import { PruneDialog } from './prune-dialog.tsx';
import { TiersDialog } from './tiers-dialog.tsx';
import { bytesInWords, CLASS_WORDS, TRIGGER_WORDS } from './words.ts';

type EnvironmentRetention = Retention['environments'][number];

export function RetentionScreen() {
  const { workspace, summary } = usePlace();
  const retention = useQuery(retentionQuery(workspace.id));
  const runs = useQuery(retentionRunsQuery(workspace.id));
  const [editing, setEditing] = useState<EnvironmentRetention>();
  const [isPruning, setPruning] = useState(false);
  const isManager = canManage(summary);
  return (
    <GovernanceFrame
      title="Retention"
      lead="How long events and counts are kept. What is older is removed every night."
      aside={isManager && <Button onClick={() => setPruning(true)}>Remove now</Button>}
    >
      {retention.isError && <ProblemNotice error={retention.error} onRetry={() => void retention.refetch()} />}
      {retention.data === undefined && !retention.isError && (
        <div role="status" aria-label="Loading retention" className="skeleton h-40 rounded-xl" />
      )}
      <div className="space-y-4">
        {retention.data && <TiersCard retention={retention.data} onEdit={isManager ? setEditing : undefined} />}
        {runs.isError && <ProblemNotice error={runs.error} onRetry={() => void runs.refetch()} />}
        {runs.data && <RunsCard runs={runs.data.runs} />}
      </div>
      {editing && retention.data && (
        <TiersDialog environment={editing} limits={retention.data.limits} onClose={() => setEditing(undefined)} />
      )}
      {isPruning && <PruneDialog onClose={() => setPruning(false)} />}
    </GovernanceFrame>
  );
}

type TiersCardProps = { retention: Retention; onEdit: ((environment: EnvironmentRetention) => void) | undefined };

function TiersCard({ retention, onEdit }: TiersCardProps) {
  return (
    <Card title="Tiers" bodyClassName="p-0 pt-2">
      <div className="relative overflow-x-auto">
        <table className="w-full border-t border-line text-left">
          <thead className="text-xs text-muted">
            <tr>
              <th className="py-2 pr-2 pl-4 font-medium">Environment</th>
              <th className="px-2 py-2 text-right font-medium sm:px-4">Events</th>
              <th className="hidden px-4 py-2 text-right font-medium sm:table-cell">Restricted</th>
              <th className="hidden px-4 py-2 text-right font-medium sm:table-cell">Hourly counts</th>
              {onEdit && (
                <th className="py-2 pr-2 pl-1 sm:px-4">
                  <span className="sr-only">Change</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-t border-line">
            {retention.environments.map((environment) => (
              <tr key={environment.id}>
                <td className="py-2.5 pr-2 pl-4 text-ink">
                  {environment.product_name} / {environment.name}{' '}
                  {environment.is_own && <Badge tone="accent">own</Badge>}
                  <span className="block text-xs text-muted sm:hidden">
                    restricted {formatCount(environment.tiers.restricted_days, 'day')}, hourly counts{' '}
                    {formatCount(environment.tiers.aggregated_days, 'day')}
                  </span>
                </td>
                <DaysCell days={environment.tiers.raw_days} />
                <DaysCell days={environment.tiers.restricted_days} isForWideScreens />
                <DaysCell days={environment.tiers.aggregated_days} isForWideScreens />
                {onEdit && (
                  <td className="py-1.5 pr-2 pl-1 text-right sm:px-4">
                    <Button weight="quiet" size="small" onClick={() => onEdit(environment)}>
                      Change<span className="sr-only"> {environment.name}</span>
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="border-t border-line px-4 py-2.5 text-xs text-muted">
        The installation keeps at most {retention.limits.raw_days}, {retention.limits.restricted_days} and{' '}
        {retention.limits.aggregated_days} days.
      </p>
    </Card>
  );
}

function DaysCell({ days, isForWideScreens = false }: { days: number; isForWideScreens?: boolean }) {
  return (
    <td
      className={classNames(
        'px-2 py-2.5 text-right whitespace-nowrap text-ink tabular-nums sm:px-4',
        isForWideScreens && 'hidden sm:table-cell',
      )}
    >
      {formatCount(days, 'day')}
    </td>
  );
}

function RunsCard({ runs }: { runs: readonly RetentionRun[] }) {
  if (runs.length === 0) {
    return (
      <Card title="Runs">
        <EmptyState icon={History} title="Nothing has been removed yet">
          The first run is tonight. Each leaves here what it removed, and that nothing older was left.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card title="Runs" bodyClassName="p-0 pt-2">
      <ul aria-label="Runs" className="divide-y divide-line border-t border-line">
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </ul>
    </Card>
  );
}

function RunRow({ run }: { run: RetentionRun }) {
  const { workspace } = usePlace();
  const rows = run.removed.reduce((sum, each) => sum + each.rows, 0);
  const remaining = run.removed.reduce((sum, each) => sum + each.remaining, 0);
  const names = new Map(
    workspace.products.flatMap((one) => one.environments.map((each) => [each.id, `${one.name} / ${each.name}`])),
  );
  const saved = (run.bytes_before ?? 0) - (run.bytes_after ?? 0);
  return (
    <li className="px-4 py-3">
      <p className="flex flex-wrap items-center gap-2 font-medium text-ink">
        {formatInstant(run.started_at)}
        {run.finished_at === null && <Badge tone="warn">running</Badge>}
        {run.finished_at !== null && remaining === 0 && <Badge tone="good">nothing older left</Badge>}
        {remaining > 0 && <Badge tone="bad">{formatCount(remaining, 'row')} left</Badge>}
        <span className="text-xs font-normal text-muted">{TRIGGER_WORDS[run.trigger]}</span>
      </p>
      <p className="text-muted">
        {rows === 0 ? 'Nothing was old enough.' : `${formatNumber(rows)} rows removed`}
        {rows > 0 && saved > 0 && `, ${bytesInWords(saved)} given back`}
      </p>
      <ul className="mt-1 text-xs text-muted">
        {run.removed
          .filter((each) => each.rows > 0)
          .map((each) => (
            <li key={`${each.environment_id} ${each.class}`}>
              {names.get(each.environment_id) ?? each.environment_id}: {formatNumber(each.rows)}{' '}
              {CLASS_WORDS[each.class]}, {formatInstant(each.oldest ?? each.before)} to{' '}
              {formatInstant(each.newest ?? each.before)}
            </li>
          ))}
      </ul>
    </li>
  );
}
