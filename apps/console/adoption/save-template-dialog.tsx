/** Saves a template as its next version. Plans do not change by it: each is offered the changes for review. */
import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { ApiProblem } from '../api/client.ts';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { refreshAdoption } from './api.ts';
import { SAVE_TEMPLATE } from './operations.ts';
import { inputOf, type TemplateDraft } from './template-draft.ts';
import type { TemplateProduct } from './types.ts';
import { useAct } from './use-adoption.ts';

type SaveTemplateDialogProps = { product: TemplateProduct; draft: TemplateDraft; onClose: () => void };

export function SaveTemplateDialog({ product, draft, onClose }: SaveTemplateDialogProps) {
  const queryClient = useQueryClient();
  const save = useAct(SAVE_TEMPLATE, onClose);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get('note') ?? '').trim();
    save.mutate({
      productId: product.id,
      basedOnVersion: product.template?.version ?? null,
      template: inputOf(draft),
      changeNote: note === '' ? null : note,
    });
  };
  const isOutdated = save.error instanceof ApiProblem && save.error.code === 'conflict';
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Save as version ${(product.template?.version ?? 0) + 1}`}
      description={
        product.planCount === 0
          ? 'Plans that are assigned from now on start with it.'
          : `${formatCount(product.planCount, 'plan')} stay as they are; the changes are offered there for review.`
      }
    >
      <form onSubmit={submit} className="space-y-4">
        <TextField label="What changed, and why" name="note" maxLength={500} autoComplete="off" />
        {save.isError && <ProblemNotice error={save.error} />}
        {isOutdated && (
          <p className="text-muted">
            Copy what you changed from the JSON view, then{' '}
            <button
              type="button"
              className="text-accent underline underline-offset-4"
              onClick={() => void refreshAdoption(queryClient)}
            >
              load the newest version
            </button>
            .
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
