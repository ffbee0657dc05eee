/** Writes a mapping step by step: each step reads back as a sentence, and the list can be reordered by leaving steps out. */
import { MAPPABLE_FIELDS, type MappingStep } from '@uptake/domain/tracking-plan';
import { Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { pointerOf, stepInWords } from './words.ts';

type Op = MappingStep['op'];

const OPERATIONS: readonly { op: Op; label: string }[] = [
  { op: 'rename', label: 'Move a property' },
  { op: 'drop', label: 'Leave a property out' },
  { op: 'default', label: 'Fill in what is missing' },
  { op: 'convert', label: 'Read as another type' },
  { op: 'replace', label: 'Replace a value' },
  { op: 'rename_event', label: 'Call the event otherwise' },
];
const CONVERSIONS = ['string', 'number', 'integer', 'boolean'] as const;

type MappingBuilderProps = {
  steps: readonly MappingStep[];
  onChange: (steps: readonly MappingStep[]) => void;
  /** Names to offer: properties that were sent. */
  knownNames: readonly string[];
  /** The name that was refused, to begin with. */
  suspect: string;
};

export function MappingBuilder({ steps, onChange, knownNames, suspect }: MappingBuilderProps) {
  return (
    <div className="space-y-3">
      {steps.length > 0 && (
        <ol aria-label="Steps of the fix" className="space-y-1.5">
          {steps.map((step, index) => (
            <li
              key={JSON.stringify(step)}
              className="flex items-center gap-2 rounded-lg bg-sunken py-1 pr-1 pl-3 text-ink"
            >
              <span className="min-w-0 flex-1 break-words">{stepInWords(step)}</span>
              <Button
                weight="quiet"
                size="icon"
                aria-label={`Remove step ${index + 1}`}
                onClick={() => onChange(steps.filter((_, at) => at !== index))}
              >
                <Trash2 className="size-4" aria-hidden="true" />
              </Button>
            </li>
          ))}
        </ol>
      )}
      <StepForm
        knownNames={knownNames}
        suspect={suspect}
        onAdd={(step) => {
          const text = JSON.stringify(step);
          if (!steps.some((one) => JSON.stringify(one) === text)) onChange([...steps, step]);
        }}
      />
    </div>
  );
}

type StepFormProps = { knownNames: readonly string[]; suspect: string; onAdd: (step: MappingStep) => void };

function StepForm({ knownNames, suspect, onAdd }: StepFormProps) {
  const [op, setOp] = useState<Op>('rename');
  const [name, setName] = useState(suspect);
  const [value, setValue] = useState('');
  const [other, setOther] = useState('');
  const [type, setType] = useState<(typeof CONVERSIONS)[number]>('integer');
  const listId = useId();
  const step = stepOf({ op, name: name.trim(), value: value.trim(), other: other.trim(), type });
  const needsName = op !== 'rename_event';
  return (
    <form
      className="grid gap-3 sm:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (step === undefined) return;
        onAdd(step);
        setValue('');
        setOther('');
      }}
    >
      <SelectField label="What to do" value={op} onChange={(event) => setOp(event.target.value as Op)}>
        {OPERATIONS.map((one) => (
          <option key={one.op} value={one.op}>
            {one.label}
          </option>
        ))}
      </SelectField>
      {needsName && (
        <TextField
          label="Property or field"
          list={listId}
          value={name}
          onChange={(event) => setName(event.target.value)}
          spellCheck={false}
        />
      )}
      <datalist id={listId}>
        {[...new Set([...knownNames, ...MAPPABLE_FIELDS])].map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      {(op === 'rename' || op === 'rename_event') && (
        <TextField
          label={op === 'rename' ? 'Its new name' : 'Name of the event'}
          value={value}
          onChange={(event) => setValue(event.target.value)}
          spellCheck={false}
        />
      )}
      {op === 'replace' && (
        <>
          <TextField label="This value" value={value} onChange={(event) => setValue(event.target.value)} />
          <TextField
            label="By this one"
            hint={valueHint(other)}
            value={other}
            onChange={(event) => setOther(event.target.value)}
          />
        </>
      )}
      {op === 'default' && (
        <TextField
          label="Value"
          hint={valueHint(value)}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      )}
      {op === 'convert' && (
        <SelectField
          label="As"
          value={type}
          onChange={(event) => setType(event.target.value as (typeof CONVERSIONS)[number])}
        >
          {CONVERSIONS.map((one) => (
            <option key={one} value={one}>
              {one === 'integer' ? 'whole number' : one}
            </option>
          ))}
        </SelectField>
      )}
      <div className="flex items-end sm:col-span-2">
        <Button type="submit" disabled={step === undefined}>
          <Plus className="size-4" aria-hidden="true" /> Add this step
        </Button>
      </div>
    </form>
  );
}

function valueHint(text: string): string {
  if (text.trim() === '') return 'A number, true, false, or a text.';
  const value = readTyped(text.trim());
  return typeof value === 'string' ? 'A text.' : `A ${typeof value}.`;
}

/** Numbers and true and false are what they look like; anything else is a text, and quotation marks make one of anything. */
function readTyped(text: string): string | number | boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : text;
  } catch {
    return text;
  }
}

type Typed = { op: Op; name: string; value: string; other: string; type: (typeof CONVERSIONS)[number] };

/** Undefined as long as something is missing. */
function stepOf({ op, name, value, other, type }: Typed): MappingStep | undefined {
  const path = pointerOf(name, MAPPABLE_FIELDS);
  if (op === 'rename_event') return value === '' ? undefined : { op, to: value };
  if (name === '') return undefined;
  switch (op) {
    case 'rename':
      return value === '' ? undefined : { op, from: path, to: pointerOf(value, MAPPABLE_FIELDS) };
    case 'drop':
      return { op, path };
    case 'default':
      return value === '' ? undefined : { op, path, value: readTyped(value) };
    case 'convert':
      return { op, path, to: type };
    case 'replace':
      return value === '' || other === '' ? undefined : { op, path, values: { [value]: readTyped(other) } };
  }
}
