/** The tasks of a template in their order: chosen, added, and moved by buttons, by Alt with the arrow keys, or by dragging. */
import { ArrowDown, ArrowUp, Plus } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { moved, newTask, type TemplateDraft } from './template-draft.ts';

type TaskListProps = {
  draft: TemplateDraft;
  chosen: string | undefined;
  isFixed: boolean;
  onDraft: (draft: TemplateDraft) => void;
  onChoose: (key: string) => void;
};

export function TaskList({ draft, chosen, isFixed, onDraft, onChoose }: TaskListProps) {
  const [dragged, setDragged] = useState<number>();
  const at = draft.findIndex(({ key }) => key === chosen);
  const add = () => {
    const task = newTask(crypto.randomUUID());
    onDraft([...draft, task]);
    onChoose(task.key);
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    if (!event.altKey || isFixed || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    onDraft(moved(draft, index, index + (event.key === 'ArrowUp' ? -1 : 1)));
  };
  return (
    <Card
      title="Tasks"
      bodyClassName="p-0 pt-2"
      aside={
        !isFixed && (
          <span className="flex gap-1">
            <MoveButton
              label="Move the task up"
              isUp
              disabled={at < 1}
              onClick={() => onDraft(moved(draft, at, at - 1))}
            />
            <MoveButton
              label="Move the task down"
              disabled={at < 0 || at === draft.length - 1}
              onClick={() => onDraft(moved(draft, at, at + 1))}
            />
          </span>
        )
      }
    >
      <ol aria-label="Tasks" className="max-h-[60vh] overflow-y-auto border-t border-line">
        {draft.map((task, index) => (
          <li
            key={task.key}
            draggable={!isFixed}
            onDragStart={() => setDragged(index)}
            onDragEnd={() => setDragged(undefined)}
            onDragOver={(event) => dragged !== undefined && event.preventDefault()}
            onDrop={() => dragged !== undefined && onDraft(moved(draft, dragged, index))}
          >
            <button
              type="button"
              aria-current={task.key === chosen || undefined}
              aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
              onClick={() => onChoose(task.key)}
              onKeyDown={(event) => onKeyDown(event, index)}
              className={classNames(
                'flex w-full gap-2.5 px-4 py-2 text-left focus-visible:outline-offset-[-3px]',
                task.key === chosen ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              <span className="w-6 shrink-0 text-right text-muted">{index + 1}</span>
              <span className="min-w-0">
                <span className="block truncate text-ink">{task.name || 'Without a name'}</span>
                <span className="text-xs text-muted">{formatCount(task.attributes.length, 'attribute')}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
      {draft.length === 0 && (
        <p className="px-4 py-6 text-center text-muted">
          No task yet. Add the first step of a customer who starts, or import a workbook.
        </p>
      )}
      {!isFixed && (
        <div className="border-t border-line p-3">
          <Button className="w-full" onClick={add}>
            <Plus className="size-4" aria-hidden="true" /> Add a task
          </Button>
        </div>
      )}
    </Card>
  );
}

type MoveButtonProps = { label: string; isUp?: boolean; disabled: boolean; onClick: () => void };

export function MoveButton({ label, isUp = false, disabled, onClick }: MoveButtonProps) {
  const Icon = isUp ? ArrowUp : ArrowDown;
  return (
    <Button size="icon" weight="quiet" aria-label={label} disabled={disabled} onClick={onClick}>
      <Icon className="size-4" aria-hidden="true" />
    </Button>
  );
}
