/** Replays of an environment: how far each has come, what came of it, and the way to stop one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { formatNumber } from '../format/numbers.ts';
import { formatInstant } from '../format/time.ts';
import { membersQuery } from '../settings/members.ts';
import { canManage, useEnvironment, usePlace } from '../shell/place.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { cancelReplay, isUnderWay, type Run, runsQuery } from './api.ts';
import { runInWords, STATE_WORDS, stepInWords } from './words.ts';

const TONES = { waiting: 'neutral', running: 'accent', succeeded: 'good', failed: 'bad', cancelled: 'warn' } as const;

/** Of one cause where it is given, else of all. Nothing is shown where nothing was ever replayed. */
export function RunsCard({ cause }: { cause?: string }) {
  const { scope } = useEnvironment();
  const runs = useQuery(runsQuery(scope));
  const shown = runs.data?.runs.filter(({ filter }) => cause === undefined || filter.causes?.includes(cause) === true);
  useRefreshWhenDone(shown);
  if (runs.isError) return <ProblemNotice error={runs.error} onRetry={() => void runs.refetch()} />;
  if (shown === undefined || shown.length === 0) return null;
  return (
    <Card title="Replays" bodyClassName="p-0 pt-2">
      <ul aria-label="Replays" className="divide-y divide-line border-t border-line">
        {shown.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </ul>
    </Card>
  );
}

/** When a replay ends, what is said of its letters is old. */
function useRefreshWhenDone(runs: readonly Run[] | undefined): void {
  const { scope } = useEnvironment();
  const queryClient = useQueryClient();
  const wasUnderWay = useRef(false);
  const isRunning = runs?.some(isUnderWay) ?? false;
  useEffect(() => {
    if (wasUnderWay.current && !isRunning) {
      void queryClient.invalidateQueries({ queryKey: ['dead-letters', scope] });
    }
    wasUnderWay.current = isRunning;
  }, [isRunning, queryClient, scope]);
}

function RunRow({ run }: { run: Run }) {
  const { workspace, summary } = usePlace();
  const { scope } = useEnvironment();
  const queryClient = useQueryClient();
  const members = useQuery(membersQuery(workspace.id));
  const cancelling = useMutation({
    mutationFn: () => cancelReplay(scope, run.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: runsQuery(scope).queryKey }),
  });
  const member = members.data?.members.find(({ id }) => id === run.requested_by);
  const share = run.total === 0 ? 0 : Math.min(1, run.done / run.total);
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium text-ink">{formatInstant(run.requested_at)}</span>
        <Badge tone={TONES[run.state]}>{STATE_WORDS[run.state]}</Badge>
        <span className="text-xs text-muted">{member ? `by ${member.name || member.email}` : ''}</span>
        {isUnderWay(run) && canManage(summary) && (
          <Button
            size="small"
            className="ml-auto"
            isPending={cancelling.isPending || run.is_cancel_requested}
            onClick={() => cancelling.mutate()}
          >
            Stop
          </Button>
        )}
      </div>
      {isUnderWay(run) && (
        <div
          role="progressbar"
          aria-label="Brought back"
          aria-valuemin={0}
          aria-valuemax={run.total}
          aria-valuenow={run.done}
          className="mt-2 h-1.5 overflow-hidden rounded-full bg-sunken"
        >
          <div className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${share * 100}%` }} />
        </div>
      )}
      <p className="mt-1 text-muted">
        {runInWords(run)}
        {isUnderWay(run) && run.total > 0 && `, ${formatNumber(run.done)} of ${formatNumber(run.total)}`}
      </p>
      {run.mapping && run.mapping.steps.length > 0 && (
        <p className="mt-0.5 text-xs text-muted">{run.mapping.steps.map(stepInWords).join('; ')}</p>
      )}
      {run.error && <p className="mt-1 text-sm text-bad">{run.error}</p>}
      {cancelling.isError && <ProblemNotice error={cancelling.error} className="mt-2" />}
    </li>
  );
}
