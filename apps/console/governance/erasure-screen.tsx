/** Governance → Erasure: hand out or erase what is kept of one person or tenant, with progress and certificates. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, Eraser, LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import { formatNumber } from '../format/numbers.ts';
import { formatInstant } from '../format/time.ts';
import { canManage, usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { type Erasure, erasuresQuery, retryErasure } from './api.ts';
import { EraseDialog } from './erase-dialog.tsx';
import { GovernanceFrame } from './governance-frame.tsx';
import { erasureTone, STEP_WORDS } from './words.ts';

export function ErasureScreen() {
  const { workspace, summary } = usePlace();
  const erasures = useQuery({ ...erasuresQuery(workspace.id), enabled: canManage(summary) });
  const [dialog, setDialog] = useState<'erase' | 'export'>();
  const rows = erasures.data?.erasures;
  return (
    <GovernanceFrame
      title="Erasure"
      lead="Hand out or erase everything that is kept of one person or one tenant."
      isForAdmins
      aside={
        <>
          <Button onClick={() => setDialog('export')}>Hand out</Button>
          <Button weight="danger" onClick={() => setDialog('erase')}>
            Erase
          </Button>
        </>
      }
    >
      {erasures.isError && <ProblemNotice error={erasures.error} onRetry={() => void erasures.refetch()} />}
      {rows === undefined && !erasures.isError && (
        <div role="status" aria-label="Loading erasures" className="skeleton h-40 rounded-xl" />
      )}
      {rows?.length === 0 && (
        <Card>
          <EmptyState icon={Eraser} title="Nobody has been erased yet">
            An erasure removes a person or a tenant from events, counts, reports and every other place, and ends with a
            signed certificate. It takes seconds to a minute, and you can leave meanwhile.
          </EmptyState>
        </Card>
      )}
      {rows && rows.length > 0 && (
        <Card bodyClassName="p-0">
          <ul aria-label="Erasures" className="divide-y divide-line">
            {rows.map((row) => (
              <ErasureRow key={row.id} row={row} />
            ))}
          </ul>
        </Card>
      )}
      {dialog && <EraseDialog purpose={dialog} onClose={() => setDialog(undefined)} />}
    </GovernanceFrame>
  );
}

function ErasureRow({ row }: { row: Erasure }) {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryErasure(workspace.id, row.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: erasuresQuery(workspace.id).queryKey }),
  });
  const before = row.steps.find(({ name }) => name === 'count')?.found ?? {};
  const found = Object.entries(before).filter(([, rows]) => rows > 0);
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <p className="font-medium text-ink">
            {row.kind === 'person' ? 'One person' : 'One tenant'}{' '}
            <Badge tone={erasureTone(row.state)}>{row.state}</Badge>
          </p>
          <p className="truncate font-mono text-2xs text-muted" title={row.fingerprints.join(', ')}>
            {row.fingerprints[0]}
          </p>
          <p className="mt-1 text-xs text-muted">
            asked {formatInstant(row.requested_at)}
            {row.finished_at && ` · done ${formatInstant(row.finished_at)}`}
            {row.state === 'done' && found.length === 0 && ' · nothing was kept under this id'}
            {found.length > 0 &&
              ` · ${found.map(([store, rows]) => `${formatNumber(rows)} in ${store.replaceAll('_', ' ')}`).join(', ')}`}
          </p>
        </div>
        {row.state === 'done' && (
          <a
            href={`/api/v1/erasures/${row.id}/certificate?workspace_id=${workspace.id}`}
            download
            className={buttonClasses('plain')}
          >
            Certificate
          </a>
        )}
        {row.state === 'failed' && (
          <Button isPending={retry.isPending} onClick={() => retry.mutate()}>
            Go on
          </Button>
        )}
      </div>
      {row.error && <p className="mt-2 text-bad">{row.error}</p>}
      {retry.isError && <ProblemNotice error={retry.error} className="mt-2" />}
      {row.state !== 'done' && <Progress row={row} />}
    </li>
  );
}

function Progress({ row }: { row: Erasure }) {
  const done = new Set(row.steps.map(({ name }) => name));
  return (
    <ol aria-label="Progress" className="mt-3 grid gap-x-4 gap-y-1 text-xs sm:grid-cols-2">
      {Object.entries(STEP_WORDS).map(([name, words]) => {
        const isNow = row.next_step === name;
        return (
          <li key={name} className={isNow ? 'flex gap-2 font-medium text-ink' : 'flex gap-2 text-muted'}>
            <span className="w-4" aria-hidden="true">
              {isNow && row.state !== 'failed' ? (
                <LoaderCircle className="size-4 animate-spin text-accent" />
              ) : (
                done.has(name) && <Check className="size-4 text-good" />
              )}
            </span>
            {words}
            {done.has(name) && !isNow && <span className="sr-only"> (done)</span>}
          </li>
        );
      })}
    </ol>
  );
}
