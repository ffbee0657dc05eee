/** The value of a rule: one, two for a range, a list, yes or no, or a number of days. */
import type { DataType } from '@uptake/domain/criteria';
import { useState } from 'react';
import { classNames } from '../ui/class-names.ts';
import { CONTROL_CLASSES } from '../ui/field.tsx';
import type { Rule } from './criterion-draft.ts';
import type { Json } from './types.ts';

type RuleValueProps = { type: DataType; rule: Rule; onChange: (value: Json) => void };

export function RuleValue({ type, rule: { operator, value }, onChange }: RuleValueProps) {
  if (operator === 'exists') {
    return <Choice label="Whether there is a value" value={value} onChange={onChange} yes="yes" no="no" />;
  }
  if (operator === 'within_days') return <One type="NUMBER" label="Days" value={value} onChange={onChange} />;
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  if (operator === 'between') {
    const [from = null, to = null] = list;
    return (
      <>
        <One type={type} label="From" value={from} onChange={(next) => onChange([next, to])} />
        <span className="text-muted">and</span>
        <One type={type} label="To" value={to} onChange={(next) => onChange([from, next])} />
      </>
    );
  }
  if (operator === 'in') return <List type={type} list={list} onChange={onChange} />;
  return <One type={type} label="Value" value={value} onChange={onChange} />;
}

type OneProps = { type: DataType; label: string; value: Json; onChange: (value: Json) => void };

function One({ type, label, value, onChange }: OneProps) {
  const isNumeric = type === 'NUMBER' || type === 'PERCENTAGE';
  // What is being typed, such as "1e" or nothing, is no number yet and must not be taken away under the cursor.
  const [typed, setTyped] = useState<string>();
  if (type === 'BOOLEAN') return <Choice label={label} value={value} onChange={onChange} yes="true" no="false" />;
  const text = typed ?? (value === null || typeof value === 'object' ? '' : String(value));
  return (
    <input
      type={isNumeric ? 'number' : type === 'DATE' ? 'date' : 'text'}
      step="any"
      aria-label={label}
      aria-invalid={text === '' || undefined}
      className={classNames(CONTROL_CLASSES, isNumeric ? 'w-28' : 'w-44')}
      value={text}
      onChange={(event) => {
        setTyped(event.target.value);
        if (!isNumeric) onChange(event.target.value);
        else if (Number.isFinite(event.target.valueAsNumber)) onChange(event.target.valueAsNumber);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}

type ChoiceProps = { label: string; value: Json; onChange: (value: Json) => void; yes: string; no: string };

function Choice({ label, value, onChange, yes, no }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      className={classNames(CONTROL_CLASSES, 'w-auto pr-8')}
      value={String(value === true)}
      onChange={(event) => onChange(event.target.value === 'true')}
    >
      <option value="true">{yes}</option>
      <option value="false">{no}</option>
    </select>
  );
}

/** Separated by commas, as it is read back in the sentence. */
function List({ type, list, onChange }: { type: DataType; list: readonly Json[]; onChange: (value: Json) => void }) {
  const [typed, setTyped] = useState<string>();
  const isNumeric = type === 'NUMBER' || type === 'PERCENTAGE';
  return (
    <input
      type="text"
      aria-label="Values, separated by commas"
      className={classNames(CONTROL_CLASSES, 'w-56')}
      value={typed ?? list.join(', ')}
      onChange={(event) => {
        setTyped(event.target.value);
        const parts = event.target.value
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean);
        // What is no number stays a text, and the sentence says that it does not fit.
        onChange(parts.map((part) => (isNumeric && Number.isFinite(Number(part)) ? Number(part) : part)));
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
