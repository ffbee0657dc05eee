/** Chooses the period: one of the usual ones, or two dates. */
import { Calendar, Check, ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import type { Period } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { TextField } from '../ui/field.tsx';
import { PICKER_TRIGGER } from '../ui/picker.tsx';
import { type Exploration, withPeriod } from './exploration.ts';
import { describePeriod, isSamePeriod, PERIOD_PRESETS, recentDates } from './period.ts';

type PeriodPickerProps = { exploration: Exploration; onChange: (exploration: Exploration) => void };

export function PeriodPicker({ exploration, onChange }: PeriodPickerProps) {
  const [isOpen, setOpen] = useState(false);
  const { period, timeZone } = exploration;
  const choose = (chosen: Period) => {
    setOpen(false);
    onChange(withPeriod(exploration, chosen));
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className={classNames(PICKER_TRIGGER, 'font-medium')}>
        <Calendar className="size-4 shrink-0 text-muted" aria-hidden="true" />
        <span className="sr-only">Period: </span>
        <span className="truncate">{describePeriod(period, timeZone)}</span>
        <ChevronDown className="size-3.5 shrink-0 text-faint" aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Period"
          className="appear z-50 w-72 rounded-xl bg-surface p-1.5 shadow-float ring-1 ring-line"
        >
          {PERIOD_PRESETS.map((preset) => {
            const isChosen = isSamePeriod(preset.period, period);
            return (
              <button
                key={preset.label}
                type="button"
                aria-pressed={isChosen}
                onClick={() => choose(preset.period)}
                className="flex h-8 w-full items-center justify-between rounded-md px-2 text-left hover:bg-hover"
              >
                {preset.label}
                {isChosen && <Check className="size-4 text-accent" aria-hidden="true" />}
              </button>
            );
          })}
          <CustomPeriod period={period} timeZone={timeZone} onChoose={choose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

type CustomPeriodProps = { period: Period; timeZone: string; onChoose: (period: Period) => void };

function CustomPeriod({ period, timeZone, onChoose }: CustomPeriodProps) {
  const start = 'from' in period && period.from.length === 10 ? period : recentDates(Date.now(), 6, timeZone);
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [from, to] = [String(form.get('from')), String(form.get('to'))];
    if (from === '' || to === '') return setError('Give both days.');
    if (from > to) return setError('The first day comes after the last one.');
    onChoose({ from, to });
  };
  return (
    <form onSubmit={submit} noValidate className="mt-1.5 border-t border-line p-2 pt-3">
      <div className="grid grid-cols-2 gap-2">
        <TextField label="From" type="date" name="from" defaultValue={start.from} className="min-w-0 [&_input]:px-2" />
        <TextField label="To" type="date" name="to" defaultValue={start.to} className="min-w-0 [&_input]:px-2" />
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
