/** A short list of names that people add to and take from. */
import { X } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Card } from './card.tsx';
import { CONTROL_CLASSES } from './field.tsx';

type NameListProps = {
  title: string;
  hint: string;
  placeholder: string;
  names: readonly string[];
  emptyText: string;
  /** On the button that adds, and before the name on those that remove. */
  addText: string;
  removeText: string;
  /** Absent for those who may only look. */
  onChange: ((names: string[]) => void) | undefined;
};

export function NameList({
  title,
  hint,
  placeholder,
  names,
  emptyText,
  addText,
  removeText,
  onChange,
}: NameListProps): ReactNode {
  const [text, setText] = useState('');
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = text.trim();
    if (name === '' || onChange === undefined) return;
    onChange([...names, name]);
    setText('');
  };
  return (
    <Card title={title}>
      <p className="mb-3 text-muted">{hint}</p>
      <ul aria-label={title} className="flex flex-wrap gap-1.5">
        {names.map((name) => (
          <li
            key={name}
            className="inline-flex h-7 items-center gap-1 rounded-md bg-sunken pl-2 font-mono text-xs text-ink ring-1 ring-line"
          >
            {name}
            {onChange ? (
              <button
                type="button"
                aria-label={`${removeText} ${name}`}
                className="grid size-7 place-items-center rounded-md text-muted hover:text-ink"
                onClick={() => onChange(names.filter((each) => each !== name))}
              >
                <X className="size-3.5" aria-hidden="true" />
              </button>
            ) : (
              <span className="w-1" />
            )}
          </li>
        ))}
        {names.length === 0 && <li className="text-muted">{emptyText}</li>}
      </ul>
      {onChange && (
        <form onSubmit={add} className="mt-3 flex gap-2">
          <input
            aria-label={`Add to ${title.toLowerCase()}`}
            className={CONTROL_CLASSES}
            placeholder={placeholder}
            maxLength={100}
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" disabled={text.trim() === ''}>
            {addText}
          </Button>
        </form>
      )}
    </Card>
  );
}
