/** Update Telemetry: a workbook is chosen or dropped, looked at, applied, and can be taken back. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileSpreadsheet, Upload } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { formatShare } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { refreshAdoption, sendFile } from './api.ts';
import { ImportApplied, ImportOutcome } from './import-outcome.tsx';
import { IMPORT, PREVIEW_IMPORT } from './operations.ts';
import type { Plan } from './types.ts';
import { useAdoption } from './use-adoption.ts';

const MOST_BYTES = 10 * 1024 * 1024;

export function ImportDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { workspaceId } = useAdoption();
  const queryClient = useQueryClient();
  const [file, setFile] = useState<File>();
  const [share, setShare] = useState(0);
  const variables = { adoptionPlanId: plan.id };
  const preview = useMutation({
    mutationFn: (chosen: File) => sendFile(workspaceId, PREVIEW_IMPORT, variables, chosen, setShare),
  });
  const applying = useMutation({
    mutationFn: (chosen: File) => sendFile(workspaceId, IMPORT, variables, chosen, setShare),
    onSuccess: () => refreshAdoption(queryClient),
  });
  const look = (chosen: File) => {
    applying.reset();
    setShare(0);
    setFile(chosen);
    preview.mutate(chosen);
  };
  const found = preview.data?.previewCustomerTelemetry;
  const applied = applying.data?.importCustomerTelemetry;
  if (applied?.success) return <ImportApplied summary={applied} onClose={onClose} />;
  const isBusy = preview.isPending || applying.isPending;
  return (
    <Dialog
      isOpen
      isWide
      isDismissable={!isBusy}
      onClose={onClose}
      title="Update Telemetry"
      description={`Values of ${plan.customer.name} for ${plan.product.name}, in the workbook that Export Template makes.`}
    >
      <div className="space-y-4">
        <DropZone file={file} isBusy={isBusy} onFile={look} />
        {isBusy && <Sending share={share} verb={applying.isPending ? 'Applying' : 'Checking'} />}
        {preview.isError && <ProblemNotice error={preview.error} />}
        {applying.isError && <ProblemNotice error={applying.error} />}
        {found && !preview.isPending && <ImportOutcome summary={applied ?? found} tasks={plan.tasks} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            weight="primary"
            isPending={applying.isPending}
            disabled={
              file === undefined ||
              found === undefined ||
              found.refusal !== null ||
              found.summary.attributesUpdated === 0
            }
            onClick={() => {
              if (file === undefined) return;
              setShare(0);
              applying.mutate(file);
            }}
          >
            {found && found.errors.length > 0 ? 'Apply without the rows with errors' : 'Apply'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** What is certain before anything is sent. The server looks at the content, whatever the name says. */
function objectionTo(file: File): string | undefined {
  if (file.size > MOST_BYTES) {
    const megabytes = (file.size / 1024 / 1024).toFixed(1);
    return `${file.name} has ${megabytes} MB; at most 10 MB are taken. Export the template again and copy the values over.`;
  }
  if (!file.name.toLowerCase().endsWith('.xlsx')) {
    return `${file.name} is no .xlsx workbook. Save it as “Excel Workbook (.xlsx)”, without macros.`;
  }
  return file.size === 0 ? `${file.name} is empty.` : undefined;
}

type DropZoneProps = { file: File | undefined; isBusy: boolean; onFile: (file: File) => void };

function DropZone({ file, isBusy, onFile }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [objection, setObjection] = useState<string>();
  const take = (files: FileList | null) => {
    const [chosen] = files ?? [];
    if (chosen === undefined) return;
    const found =
      files !== null && files.length > 1 ? 'One workbook at a time: drop a single file.' : objectionTo(chosen);
    setObjection(found);
    if (found === undefined) onFile(chosen);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!isBusy) take(event.dataTransfer.files);
  };
  const Icon = file ? FileSpreadsheet : Upload;
  return (
    <div>
      <section
        aria-label="Workbook"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={classNames(
          'flex flex-col items-center gap-2 rounded-xl border-2 border-dashed px-4 py-6 text-center',
          isOver ? 'border-accent bg-accent-soft' : 'border-line-field bg-sunken',
        )}
      >
        <Icon className="size-6 text-accent" aria-hidden="true" />
        <p className="max-w-full break-words text-ink">{file ? file.name : 'Drop the filled workbook here'}</p>
        <Button size="small" disabled={isBusy} onClick={() => input.current?.click()}>
          {file ? 'Choose another file' : 'Choose a file'}
        </Button>
        <input
          ref={input}
          type="file"
          aria-label="Workbook file"
          accept=".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            take(event.target.files);
            // The same file may be mended and chosen again.
            event.target.value = '';
          }}
        />
        <p className="text-xs text-muted">
          .xlsx, at most 10 MB. Nothing changes before you apply it, and the file is not kept.
        </p>
      </section>
      {objection && (
        <p role="alert" className="mt-2 text-sm text-bad">
          {objection}
        </p>
      )}
    </div>
  );
}

function Sending({ share, verb }: { share: number; verb: string }) {
  return (
    <div role="status" className="space-y-1.5">
      <p className="text-muted">{share < 1 ? `Sending, ${formatShare(Math.round(share * 100) / 100)}` : `${verb}…`}</p>
      <div className="h-1.5 overflow-hidden rounded-full bg-sunken">
        <div
          className={classNames('h-full rounded-full bg-accent transition-[width]', share >= 1 && 'animate-pulse')}
          style={{ width: `${Math.max(share * 100, 4)}%` }}
        />
      </div>
    </div>
  );
}
