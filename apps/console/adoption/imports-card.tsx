/** The batches of values a plan has got, each of which can be taken back. */
import { useQuery } from '@tanstack/react-query';
import { FileSpreadsheet } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { formatAgo } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Badge } from '../ui/figures.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { planImportsQuery } from './api.ts';
import { LoadingRows } from './loading-rows.tsx';
import { UNDO_IMPORT } from './operations.ts';
import type { Import, Plan } from './types.ts';
import { useAct, useAdoption } from './use-adoption.ts';
import { batchInWords, utcText } from './words.ts';

const SHOWN_FIRST = 8;

export function ImportsCard({ plan }: { plan: Plan }) {
  const { workspaceId } = useAdoption();
  const imports = useQuery(planImportsQuery(workspaceId, plan.id));
  const [undoing, setUndoing] = useState<Import>();
  const [isAll, setAll] = useState(false);
  const batches = imports.data?.adoptionPlan?.imports;
  return (
    <Card title="Imports" className="lg:col-span-2" bodyClassName="p-0 pt-2">
      {imports.isError && (
        <ProblemNotice error={imports.error} onRetry={() => void imports.refetch()} className="m-4" />
      )}
      {imports.isPending && <LoadingRows label="Loading imports" count={2} />}
      {batches?.length === 0 && (
        <EmptyState icon={FileSpreadsheet} title="Nothing was imported yet" className="py-6">
          Export the template, fill in the values, then choose Update Telemetry.
        </EmptyState>
      )}
      {batches && batches.length > 0 && (
        <ul aria-label="Imports" className="divide-y divide-line border-t border-line">
          {(isAll ? batches : batches.slice(0, SHOWN_FIRST)).map((batch) => (
            <ImportRow key={batch.batchId} batch={batch} onUndo={() => setUndoing(batch)} />
          ))}
        </ul>
      )}
      {batches && batches.length > SHOWN_FIRST && !isAll && (
        <Button weight="quiet" className="m-2" onClick={() => setAll(true)}>
          Show all {batches.length}
        </Button>
      )}
      {undoing && <UndoDialog batch={undoing} onClose={() => setUndoing(undefined)} />}
    </Card>
  );
}

function ImportRow({ batch, onUndo }: { batch: Import; onUndo: () => void }) {
  const { mayConfigure } = useAdoption();
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
      <span className="min-w-0 flex-1 basis-56">
        <span className="block truncate text-ink">{batch.fileName ?? batchInWords(batch.kind)}</span>
        <span className="text-xs text-muted" title={utcText(batch.importedAt)}>
          {formatAgo(batch.importedAt, Date.now())}
          {batch.importedBy && ` by ${batch.importedBy}`} · {formatCount(batch.summary.attributesUpdated, 'value')}
          {batch.summary.errors > 0 && ` · ${formatCount(batch.summary.errors, 'error')}`}
        </span>
      </span>
      {batch.undoneAt ? (
        <Badge>taken back{batch.undoneBy && ` by ${batch.undoneBy}`}</Badge>
      ) : (
        mayConfigure && (
          <Button size="small" onClick={onUndo}>
            Undo<span className="sr-only"> {batch.fileName ?? batchInWords(batch.kind)}</span>
          </Button>
        )
      )}
    </li>
  );
}

function UndoDialog({ batch, onClose }: { batch: Import; onClose: () => void }) {
  const undo = useAct(UNDO_IMPORT, onClose);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Take this import back?"
      description={`Its ${formatCount(batch.summary.attributesUpdated, 'value')} are removed and the plan is judged anew. Statuses it set go back where nobody changed them since.`}
    >
      {undo.isError && <ProblemNotice error={undo.error} className="mb-4" />}
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button weight="danger" isPending={undo.isPending} onClick={() => undo.mutate({ batchId: batch.batchId })}>
          Undo this import
        </Button>
      </div>
    </Dialog>
  );
}
