/** A task of a template: what it is, how much it weighs, for which licence, what it leads to, and what measures it. */
import { DATA_TYPES, type DataType } from '@uptake/domain/criteria';
import { Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { CONTROL_CLASSES, SelectField, TextField } from '../ui/field.tsx';
import { CriteriaBuilder } from './criteria-builder.tsx';
import { firstCriterion } from './criterion-draft.ts';
import { MoveButton } from './task-list.tsx';
import { type AttributeDraft, moved, newAttribute, type TaskDraft } from './template-draft.ts';
import type { HowTo } from './types.ts';

type TaskEditorProps = {
  task: TaskDraft | undefined;
  isFixed: boolean;
  onChange: (task: TaskDraft) => void;
  onRemove: (key: string) => void;
};

export function TaskEditor({ task, isFixed, onChange, onRemove }: TaskEditorProps) {
  if (task === undefined) return null;
  const attributes = task.attributes;
  const replace = (next: readonly AttributeDraft[]) => onChange({ ...task, attributes: next });
  return (
    // Everything inside is fixed at once for those who may only look.
    <fieldset disabled={isFixed} className="min-w-0 space-y-4">
      <legend className="sr-only">{task.name || 'Task'}</legend>
      <TaskFields key={task.key} task={task} onChange={onChange} onRemove={() => onRemove(task.key)} />
      <Card title="Telemetry attributes">
        <ul aria-label="Telemetry attributes" className="space-y-4">
          {attributes.map((attribute, index) => (
            <li key={attribute.key} className="rounded-lg p-3 ring-1 ring-line">
              <AttributeEditor
                attribute={attribute}
                onChange={(next) => replace(attributes.map((each) => (each.key === next.key ? next : each)))}
                onRemove={() => replace(attributes.filter(({ key }) => key !== attribute.key))}
                onMove={(by) => replace(moved(attributes, index, index + by))}
                isFirst={index === 0}
                isLast={index === attributes.length - 1}
              />
            </li>
          ))}
        </ul>
        {attributes.length === 0 && (
          <p className="text-muted">Nothing measures this task yet; a person sets its status.</p>
        )}
        <Button className="mt-3" onClick={() => replace([...attributes, newAttribute(crypto.randomUUID())])}>
          <Plus className="size-4" aria-hidden="true" /> Add an attribute
        </Button>
      </Card>
    </fieldset>
  );
}

type TaskFieldsProps = { task: TaskDraft; onChange: (task: TaskDraft) => void; onRemove: () => void };

function TaskFields({ task, onChange, onRemove }: TaskFieldsProps) {
  const id = useId();
  return (
    <Card
      title="Task"
      aside={
        <Button size="small" weight="quiet" onClick={onRemove}>
          <Trash2 className="size-3.5" aria-hidden="true" /> Remove the task
        </Button>
      }
    >
      <div className="space-y-4">
        <TextField
          label="Name"
          value={task.name}
          maxLength={200}
          onChange={(event) => onChange({ ...task, name: event.target.value })}
        />
        <div>
          <label htmlFor={id} className="mb-1.5 block text-sm font-medium text-ink">
            Description
          </label>
          <textarea
            id={id}
            rows={3}
            maxLength={5_000}
            className={classNames(CONTROL_CLASSES, 'h-auto py-2')}
            value={task.description}
            onChange={(event) => onChange({ ...task, description: event.target.value })}
          />
        </div>
        <div className="grid gap-3 sm:grid-cols-3">
          <TextField
            label="Weight"
            type="number"
            min={0}
            step="any"
            hint="Relative to the others."
            value={Number.isFinite(task.weight) ? task.weight : ''}
            onChange={(event) => onChange({ ...task, weight: event.target.valueAsNumber })}
          />
          <TextField
            label="Licence level"
            value={task.licenceLevel}
            maxLength={100}
            onChange={(event) => onChange({ ...task, licenceLevel: event.target.value })}
          />
          <ListField
            label="Outcomes"
            hint="Separated by commas."
            values={task.outcomes}
            onChange={(outcomes) => onChange({ ...task, outcomes })}
          />
        </div>
        <HowToList links={task.howTo} onChange={(howTo) => onChange({ ...task, howTo })} />
      </div>
    </Card>
  );
}

type ListFieldProps = { label: string; hint: string; values: string[]; onChange: (values: string[]) => void };

/** Keeps what is typed, so that a comma at the end is not taken away. */
function ListField({ label, hint, values, onChange }: ListFieldProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <TextField
      label={label}
      hint={hint}
      value={typed ?? values.join(', ')}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(
          event.target.value
            .split(',')
            .map((each) => each.trim())
            .filter(Boolean),
        );
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}

function HowToList({ links, onChange }: { links: HowTo[]; onChange: (links: HowTo[]) => void }) {
  const change = (index: number, part: Partial<HowTo>) =>
    onChange(links.map((link, at) => (at === index ? { ...link, ...part } : link)));
  return (
    <div>
      <p className="mb-1.5 text-sm font-medium text-ink">How-to links</p>
      <ul aria-label="How-to links" className="space-y-2">
        {links.map((link, index) => (
          <li key={String(index)} className="flex gap-2">
            <input
              aria-label="Title of the link"
              placeholder="Title"
              className={CONTROL_CLASSES}
              value={link.title}
              onChange={(event) => change(index, { title: event.target.value })}
            />
            <input
              aria-label="Address of the link"
              type="url"
              placeholder="https://"
              className={CONTROL_CLASSES}
              value={link.url}
              onChange={(event) => change(index, { url: event.target.value })}
            />
            <Button
              size="icon"
              weight="quiet"
              aria-label="Remove the link"
              onClick={() => onChange(links.filter((_, at) => at !== index))}
            >
              <Trash2 className="size-4" aria-hidden="true" />
            </Button>
          </li>
        ))}
      </ul>
      <Button size="small" className="mt-2" onClick={() => onChange([...links, { title: '', url: '' }])}>
        <Plus className="size-3.5" aria-hidden="true" /> Add a link
      </Button>
    </div>
  );
}

type AttributeEditorProps = {
  attribute: AttributeDraft;
  onChange: (attribute: AttributeDraft) => void;
  onRemove: () => void;
  onMove: (by: -1 | 1) => void;
  isFirst: boolean;
  isLast: boolean;
};

function AttributeEditor({ attribute, onChange, onRemove, onMove, isFirst, isLast }: AttributeEditorProps) {
  const changeType = (dataType: DataType) =>
    onChange({ ...attribute, dataType, successCriteria: firstCriterion(dataType) });
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-end gap-2">
        <TextField
          className="min-w-40 flex-1"
          label="Attribute"
          value={attribute.name}
          maxLength={200}
          onChange={(event) => onChange({ ...attribute, name: event.target.value })}
        />
        <SelectField
          label="Type"
          className="w-40"
          value={attribute.dataType}
          onChange={(event) => changeType(event.target.value as DataType)}
        >
          {DATA_TYPES.map((type) => (
            <option key={type} value={type}>
              {type}
            </option>
          ))}
        </SelectField>
        <label className="flex h-9 items-center gap-2 text-ink">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={attribute.isRequired}
            onChange={(event) => onChange({ ...attribute, isRequired: event.target.checked })}
          />
          Required
        </label>
        <span className="flex">
          <MoveButton label={`Move ${attribute.name} up`} isUp disabled={isFirst} onClick={() => onMove(-1)} />
          <MoveButton label={`Move ${attribute.name} down`} disabled={isLast} onClick={() => onMove(1)} />
          <Button size="icon" weight="quiet" aria-label={`Remove ${attribute.name}`} onClick={onRemove}>
            <Trash2 className="size-4" aria-hidden="true" />
          </Button>
        </span>
      </div>
      <CriteriaBuilder
        key={attribute.dataType}
        name={attribute.name}
        type={attribute.dataType}
        json={attribute.successCriteria}
        onChange={(successCriteria) => onChange({ ...attribute, successCriteria })}
      />
    </div>
  );
}
