/** “Save as report” beside an answer: keeps the figures as they are now under a title. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileCheck, FileText } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { TrendResult } from '../api/types.ts';
import { usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { reportsQuery, saveReport } from './questions.ts';

export function SaveReportButton({ result, suggestedTitle }: { result: TrendResult; suggestedTitle: string }) {
  const { summary } = usePlace();
  const [isOpen, setOpen] = useState(false);
  // A viewer's request would be refused.
  if (summary.role === 'viewer') return null;
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        <FileText className="size-3.5" aria-hidden="true" /> Save as report
      </Button>
      {isOpen && <SaveReportDialog result={result} suggestedTitle={suggestedTitle} onClose={() => setOpen(false)} />}
    </>
  );
}

type DialogProps = { result: TrendResult; suggestedTitle: string; onClose: () => void };

function SaveReportDialog({ result, suggestedTitle, onClose }: DialogProps) {
  const { workspace } = usePlace();
  const queryClient = useQueryClient();
  const saving = useMutation({
    mutationFn: (title: string) => saveReport(workspace.id, { title, definition: result.definition }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: reportsQuery(workspace.id).queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const title = String(new FormData(event.currentTarget).get('title') ?? '').trim();
    if (title !== '') saving.mutate(title);
  };
  if (saving.data) {
    return (
      <Dialog isOpen onClose={onClose} title="The report is kept">
        <p className="flex gap-2 text-muted">
          <FileCheck className="size-5 shrink-0 text-good" aria-hidden="true" />
          <span>“{saving.data.title}” holds the figures of this moment, whatever is counted later.</span>
        </p>
        <div className="mt-4 flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Back to the chart
          </Button>
          <Link
            to="/w/$workspace/reports/$report"
            params={{ workspace: workspace.slug, report: saving.data.id }}
            className={buttonClasses('primary')}
          >
            Open the report
          </Link>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Save as report"
      description="The question is asked once more and its figures are kept: dated, and never changed."
    >
      <form onSubmit={submit} className="space-y-4">
        <TextField label="Title" name="title" required maxLength={200} defaultValue={suggestedTitle} autoFocus />
        {saving.isError && <ProblemNotice error={saving.error} />}
        <div className="flex justify-end gap-2">
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" weight="primary" isPending={saving.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
