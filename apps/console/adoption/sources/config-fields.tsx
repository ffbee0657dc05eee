/** Fields that stand for places of a source's configuration; what the server says of a place stands beside its field. */
import { type ReactNode, useId } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { CONTROL_CLASSES, SelectField, TextField } from '../../ui/field.tsx';
import type { Attribute, Json, Plan, Task } from '../types.ts';
import { textAt, withValue } from './config-places.ts';

export type SourceForm = {
  config: Json;
  setConfig: (config: Json) => void;
  errorAt: (place: string) => string | undefined;
  /** The field a place of the sample goes to: the one somebody was in last. */
  setTarget: (place: string) => void;
  plan: Plan;
};

type FieldProps = {
  form: SourceForm;
  at: string;
  label: string;
  hint?: ReactNode;
  isRequired?: boolean;
  placeholder?: string;
  className?: string;
};

/** An empty text is none: the place goes. */
export function ConfigText({ form, at, isRequired, list, ...field }: FieldProps & { list?: string }) {
  return (
    <TextField
      {...field}
      {...(list === undefined ? {} : { list })}
      data-place={at}
      required={isRequired}
      autoComplete="off"
      spellCheck={false}
      error={form.errorAt(at)}
      value={textAt(form.config, at)}
      onFocus={() => form.setTarget(at)}
      onChange={({ target }) => form.setConfig(withValue(form.config, at, target.value || undefined))}
    />
  );
}

export function ConfigNumber({ form, at, isRequired, ...field }: FieldProps & { min: number; max: number }) {
  return (
    <TextField
      {...field}
      data-place={at}
      type="number"
      step={1}
      required={isRequired}
      error={form.errorAt(at)}
      value={textAt(form.config, at)}
      onChange={({ target }) =>
        form.setConfig(
          withValue(form.config, at, Number.isNaN(target.valueAsNumber) ? undefined : target.valueAsNumber),
        )
      }
    />
  );
}

type ChoiceProps = FieldProps & {
  choices: readonly { value: string; label: string }[];
  /** What holds where nothing is said; choosing it says nothing. */
  fallback: string;
  onChoose?: (value: string) => void;
};

export function ConfigChoice({ form, at, choices, fallback, onChoose, isRequired, ...field }: ChoiceProps) {
  const set = (value: string) => form.setConfig(withValue(form.config, at, value === fallback ? undefined : value));
  return (
    <SelectField
      {...field}
      data-place={at}
      required={isRequired}
      error={form.errorAt(at)}
      value={textAt(form.config, at) || fallback}
      onChange={({ target }) => (onChoose ?? set)(target.value)}
    >
      {choices.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </SelectField>
  );
}

type AreaProps = {
  label: string;
  value: string;
  hint?: ReactNode;
  error?: string | undefined;
  place?: string;
  rows?: number;
  isRequired?: boolean;
  onChange: (text: string) => void;
};

/** Code of some lines: a query, a body, a pasted message. */
export function CodeArea({ label, value, hint, error, place, rows = 4, isRequired, onChange }: AreaProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium text-ink">
        {label}
      </label>
      <textarea
        id={id}
        data-place={place}
        rows={rows}
        required={isRequired}
        spellCheck={false}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className={classNames(CONTROL_CLASSES, 'block h-auto py-2 font-mono text-xs')}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {note && (
        <p id={`${id}-note`} className={classNames('mt-1.5 text-xs', error ? 'text-bad' : 'text-muted')}>
          {note}
        </p>
      )}
    </div>
  );
}

/** A part of the form under its heading. */
export function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <fieldset className="min-w-0 space-y-3 border-t border-line pt-4">
      <legend className="float-left mb-3 w-full text-sm font-semibold text-ink">
        <span className="flex flex-wrap items-center justify-between gap-2">
          {title}
          {aside}
        </span>
      </legend>
      <div className="clear-both space-y-3">{children}</div>
    </fieldset>
  );
}

export function attributesOf(plan: Plan): { task: Task; attribute: Attribute }[] {
  return plan.tasks.flatMap((task) => task.telemetryAttributes.map((attribute) => ({ task, attribute })));
}
