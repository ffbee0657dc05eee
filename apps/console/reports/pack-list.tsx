/** The review packs, one line each: whose, of when, how far, and where to get it. */
import { useQueryClient } from '@tanstack/react-query';
import { Download, LoaderCircle, Printer, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { formatAgo, formatDay, formatInstant } from '../format/time.ts';
import { usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Badge } from '../ui/figures.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { deleteReviewPack, downloadAddress, type ReviewPack, reviewPacksQuery } from './questions.ts';

export function PackList({ packs, mayWrite }: { packs: readonly ReviewPack[]; mayWrite: boolean }) {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const [doomed, setDoomed] = useState<ReviewPack>();
  return (
    <>
      <ul aria-label="Review packs" className="divide-y divide-line">
        {packs.map((pack) => (
          <li key={pack.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
            <PackFacts pack={pack} />
            <div className="flex items-center gap-1.5">
              {pack.state === 'ready' && <Downloads pack={pack} />}
              {mayWrite && (
                <Button weight="quiet" size="icon" aria-label={`Delete ${pack.title}`} onClick={() => setDoomed(pack)}>
                  <Trash2 className="size-4" aria-hidden="true" />
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {doomed && (
        <DeleteDialog
          title={doomed.title}
          loss="The pack and its figures are deleted for good. It can be requested again as long as its events are kept."
          onDelete={() => deleteReviewPack(workspace.id, doomed.id)}
          onDone={() => {
            setDoomed(undefined);
            void queryClient.invalidateQueries({ queryKey: reviewPacksQuery(workspace.id).queryKey });
          }}
          onClose={() => setDoomed(undefined)}
        />
      )}
    </>
  );
}

function PackFacts({ pack }: { pack: ReviewPack }) {
  return (
    <div className="min-w-0 flex-1 basis-52">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-medium break-words text-ink">{pack.title}</span>
        {pack.state === 'requested' && (
          <span role="status" className="inline-flex items-center gap-1 text-xs text-muted">
            <LoaderCircle className="size-3.5 animate-spin" aria-hidden="true" /> being made
          </span>
        )}
        {pack.state === 'failed' && <Badge tone="bad">failed</Badge>}
      </p>
      <p className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-muted">
        <span>{pack.tenant_id}</span>
        <span>
          {formatDay(pack.period.from, 'UTC')} – {formatDay(pack.period.to, 'UTC')}
        </span>
        <span title={formatInstant(pack.requested_at)}>requested {formatAgo(pack.requested_at, Date.now())}</span>
      </p>
      {pack.error !== null && <p className="mt-1 text-xs text-bad">{pack.error}</p>}
    </div>
  );
}

function Downloads({ pack }: { pack: ReviewPack }) {
  const { workspace } = usePlace();
  return (
    <>
      <a
        href={downloadAddress('review-packs', workspace.id, pack.id, 'html')}
        target="_blank"
        rel="noreferrer"
        className={buttonClasses('plain', 'small')}
      >
        <Printer className="size-3.5" aria-hidden="true" /> Page
      </a>
      <a
        href={downloadAddress('review-packs', workspace.id, pack.id, 'xlsx')}
        download
        className={buttonClasses('plain', 'small')}
      >
        <Download className="size-3.5" aria-hidden="true" /> Workbook
      </a>
    </>
  );
}
