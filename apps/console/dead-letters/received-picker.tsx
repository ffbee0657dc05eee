/** Narrows refused events to when they came: one of the usual periods, or two days. */
import { Check, ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import { localIso } from '../format/local-iso.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { PICKER_TRIGGER } from '../ui/picker.tsx';
import { daysOf, RECEIVED_PRESETS, receivedInWords } from './received.ts';

type ReceivedPickerProps = { received: string | undefined; onChoose: (received: string | undefined) => void };

const CHOICES = [{ value: undefined, label: 'Any time' }, ...RECEIVED_PRESETS] as const;

export function ReceivedPicker({ received, onChoose }: ReceivedPickerProps) {
  const [isOpen, setOpen] = useState(false);
  const choose = (chosen: string | undefined) => {
    setOpen(false);
    onChoose(chosen);
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className={PICKER_TRIGGER}>
        <span className="min-w-0 flex-1 truncate">
          Received:{' '}
          <span className={received === undefined ? 'text-muted' : 'text-ink'}>{receivedInWords(received)}</span>
        </span>
        <ChevronDown className="size-3.5 shrink-0 text-faint" aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Received"
          className="appear z-50 w-72 rounded-xl bg-surface p-1.5 shadow-float ring-1 ring-line"
        >
          {CHOICES.map(({ value, label }) => (
            <button
              key={label}
              type="button"
              aria-pressed={value === received}
              onClick={() => choose(value)}
              className="flex h-8 w-full items-center justify-between rounded-md px-2 text-left hover:bg-hover"
            >
              {label}
              {value === received && <Check className="size-4 text-accent" aria-hidden="true" />}
            </button>
          ))}
          <TwoDays received={received} onChoose={choose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function TwoDays({ received, onChoose }: { received: string | undefined; onChoose: (received: string) => void }) {
  const today = localIso(new Date().toISOString(), 'day', Intl.DateTimeFormat().resolvedOptions().timeZone);
  const { first, last } = daysOf(received ?? '') ?? { first: today, last: today };
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const chosen = `${String(form.get('from'))}..${String(form.get('to'))}`;
    if (daysOf(chosen) === undefined) return setError('Give two days, the earlier one first.');
    onChoose(chosen);
  };
  return (
    <form onSubmit={submit} noValidate className="mt-1.5 border-t border-line p-2 pt-3">
      <div className="grid grid-cols-2 gap-2">
        <TextField label="From" type="date" name="from" defaultValue={first} className="min-w-0 [&_input]:px-2" />
        <TextField label="To" type="date" name="to" defaultValue={last} className="min-w-0 [&_input]:px-2" />
      </div>
      {error && (
        <p role="alert" className="mt-2 text-xs text-bad">
          {error}
        </p>
      )}
      <Button type="submit" className="mt-2 w-full">
        Use these days
      </Button>
    </form>
  );
}
