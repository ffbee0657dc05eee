/** Takes a template from a workbook or from JSON, after its differences were looked at. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { refreshAdoption, sendFile } from './api.ts';
import { Errors } from './import-outcome.tsx';
import { IMPORT_TEMPLATE } from './operations.ts';
import { FieldChanges } from './sync-dialog.tsx';
import type { TemplateProduct } from './types.ts';
import { useAdoption } from './use-adoption.ts';

type TemplateImportDialogProps = { product: TemplateProduct; isUnsaved: boolean; onClose: () => void };

export function TemplateImportDialog({ product, isUnsaved, onClose }: TemplateImportDialogProps) {
  const { workspaceId } = useAdoption();
  const queryClient = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const variables = { productId: product.id, basedOnVersion: product.template?.version ?? null };
  const look = useMutation({
    mutationFn: (file: File) => sendFile(workspaceId, IMPORT_TEMPLATE, { ...variables, apply: false }, file),
  });
  const apply = useMutation({
    mutationFn: (file: File) => sendFile(workspaceId, IMPORT_TEMPLATE, { ...variables, apply: true }, file),
    onSuccess: async () => {
      await refreshAdoption(queryClient);
      onClose();
    },
  });
  const found = look.data?.importTemplate;
  const file = look.variables;
  const canApply = found !== undefined && found.errors.length === 0 && found.changes.length > 0;
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title="Import a template"
      description={
        isUnsaved
          ? 'An import becomes the next version; what you changed here and did not save is lost by it.'
          : 'The Telemetry Attributes sheet of the workbook Export makes (.xlsx), or the JSON of the JSON view (.json).'
      }
    >
      <div className="space-y-4">
        <div className="flex flex-wrap items-center gap-3">
          <Button isPending={look.isPending} onClick={() => input.current?.click()}>
            {file ? 'Choose another file' : 'Choose a file'}
          </Button>
          <span className="min-w-0 truncate text-muted">{file?.name}</span>
          <input
            ref={input}
            type="file"
            aria-label="Template file"
            accept=".xlsx,.json"
            className="sr-only"
            tabIndex={-1}
            onChange={(event) => {
              const [chosen] = event.target.files ?? [];
              if (chosen) look.mutate(chosen);
              event.target.value = '';
            }}
          />
        </div>
        {look.isError && <ProblemNotice error={look.error} />}
        {apply.isError && <ProblemNotice error={apply.error} />}
        {found && found.errors.length > 0 && <Errors summary={{ errors: found.errors, markedFileUrl: null }} />}
        {found && found.errors.length === 0 && found.changes.length === 0 && (
          <p className="text-muted">Nothing differs from version {product.template?.version ?? 0}.</p>
        )}
        {found && found.changes.length > 0 && (
          <ul
            aria-label="Changes"
            className="max-h-80 divide-y divide-line overflow-y-auto rounded-lg ring-1 ring-line"
          >
            {found.changes.map((change) => (
              <li key={change.id} className="px-3 py-2">
                <span className="text-ink">{change.text}</span>
                <FieldChanges fields={change.fields} />
              </li>
            ))}
          </ul>
        )}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            weight="primary"
            disabled={!canApply}
            isPending={apply.isPending}
            onClick={() => file && apply.mutate(file)}
          >
            {canApply ? `Take ${formatCount(found.changes.length, 'change')} as the next version` : 'Take it'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
