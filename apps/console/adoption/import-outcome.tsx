/** What a workbook would change or did change: per task, with every cell that could not be read. */
import { ArrowRight, Download, Undo2 } from 'lucide-react';
import { formatCount } from '../format/numbers.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { hereOf } from './api.ts';
import { UNDO_IMPORT } from './operations.ts';
import type { ImportError, ImportSummary, Task } from './types.ts';
import { useAct } from './use-adoption.ts';
import { percentText, STATUS_WORDS } from './words.ts';

/** Beyond this many the marked workbook is the better list. */
const SHOWN_ERRORS = 50;

export function ImportOutcome({ summary, tasks = [] }: { summary: ImportSummary; tasks?: readonly Task[] }) {
  if (summary.refusal) {
    return (
      <div role="alert" className="rounded-lg bg-bad-soft p-3 text-ink">
        <p className="font-medium">The file was refused; nothing changed</p>
        <p className="mt-0.5 text-muted">{summary.refusal.reason}</p>
        {summary.errors.length > 0 && <Errors summary={summary} />}
      </div>
    );
  }
  const { attributesUpdated, unchanged, unfilled, tasksProcessed } = summary.summary;
  return (
    <div className="space-y-4">
      <p className="text-ink">
        <strong className="font-semibold">{formatCount(attributesUpdated, 'value')}</strong> in{' '}
        {formatCount(tasksProcessed, 'task')}
        {unchanged > 0 && `, ${unchanged} unchanged`}
        {unfilled > 0 && `, ${unfilled} left empty`}
        {summary.isRepeat && '. This very file was applied before; nothing is doubled'}.
      </p>
      {summary.notices.length > 0 && (
        <ul className="list-disc space-y-0.5 pl-5 text-muted">
          {summary.notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
      {summary.errors.length > 0 && <Errors summary={summary} />}
      {summary.taskResults.length > 0 && <TaskResults summary={summary} tasks={tasks} />}
    </div>
  );
}

function TaskResults({ summary, tasks }: { summary: ImportSummary; tasks: readonly Task[] }) {
  return (
    <div className="relative max-h-72 overflow-auto rounded-lg ring-1 ring-line" tabIndex={-1}>
      <table className="w-full min-w-[28rem] text-left" aria-label="Changes by task">
        <thead className="sticky top-0 bg-surface text-xs text-muted">
          <tr>
            <th className="px-3 py-2 font-medium">Task</th>
            <th className="px-3 py-2 text-right font-medium">Values</th>
            <th className="px-3 py-2 font-medium">Criteria met</th>
            <th className="px-3 py-2 font-medium">Status</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-t border-line">
          {summary.taskResults.map((result) => {
            const before = tasks.find(({ id }) => id === result.taskId);
            return (
              <tr key={result.taskId}>
                <td className="px-3 py-2 text-ink">{result.taskName}</td>
                <td className="px-3 py-2 text-right">{result.attributesUpdated}</td>
                <td className="px-3 py-2 whitespace-nowrap">
                  <Change from={percentText(result.before)} to={percentText(result.telemetryCompletion)} />
                </td>
                <td className="px-3 py-2 whitespace-nowrap">
                  {result.statusChanged && result.newStatus ? (
                    <Change from={before ? STATUS_WORDS[before.status] : ''} to={STATUS_WORDS[result.newStatus]} />
                  ) : (
                    <span className="text-muted">as it is</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Change({ from, to }: { from: string; to: string }) {
  if (from === to) return <span className="text-muted">{to}</span>;
  return (
    <span className="inline-flex items-center gap-1">
      <span className="text-muted">{from}</span>
      <ArrowRight className="size-3 text-faint" aria-hidden="true" />
      <span className="sr-only">becomes</span>
      <span className="font-medium text-ink">{to}</span>
    </span>
  );
}

export function Errors({
  summary: { errors, markedFileUrl },
}: {
  summary: Pick<ImportSummary, 'errors' | 'markedFileUrl'>;
}) {
  return (
    <section aria-label="Cells that could not be read" className="rounded-lg bg-bad-soft p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="font-medium text-ink">{formatCount(errors.length, 'cell')} could not be read</p>
        {markedFileUrl && (
          <a href={hereOf(markedFileUrl)} download className={buttonClasses('plain', 'small')}>
            <Download className="size-3.5" aria-hidden="true" /> Download the workbook with them marked
          </a>
        )}
      </div>
      <ul className="mt-2 max-h-48 space-y-1 overflow-y-auto">
        {errors.slice(0, SHOWN_ERRORS).map((error) => (
          <li key={`${error.sheet} ${error.row} ${error.column} ${error.code}`} className="text-ink">
            <code className="font-mono text-xs">{placeOf(error)}</code>{' '}
            <span className="text-muted">{error.reason}</span>
          </li>
        ))}
        {errors.length > SHOWN_ERRORS && <li className="text-muted">and {errors.length - SHOWN_ERRORS} more</li>}
      </ul>
    </section>
  );
}

const placeOf = ({ sheet, row, column, cell }: ImportError) =>
  [sheet, cell ?? (row > 0 ? `row ${row}` : ''), column ? `“${column}”` : ''].filter(Boolean).join(' · ');

export function ImportApplied({ summary, onClose }: { summary: ImportSummary; onClose: () => void }) {
  const undoing = useAct(UNDO_IMPORT);
  const undone = undoing.data?.undoTelemetryImport;
  const { batchId } = summary;
  return (
    <Dialog isOpen isWide onClose={onClose} title={undone ? 'Taken back' : 'Telemetry is updated'}>
      <div className="space-y-4">
        {undone ? (
          <p role="status" className="text-ink">
            {formatCount(undone.valuesRemoved, 'value')} removed
            {undone.tasksReopened > 0 && `, ${formatCount(undone.tasksReopened, 'task')} as before`}. The plan was
            judged anew.
          </p>
        ) : (
          <ImportOutcome summary={summary} />
        )}
        {undoing.isError && <ProblemNotice error={undoing.error} />}
        <div className="flex justify-end gap-2">
          {batchId !== null && !undone && !summary.isRepeat && (
            <Button isPending={undoing.isPending} onClick={() => undoing.mutate({ batchId })}>
              <Undo2 className="size-4" aria-hidden="true" /> Undo this import
            </Button>
          )}
          <Button weight="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
