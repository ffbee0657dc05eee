/** Chooses when something runs: none, hourly, daily, weekly, monthly, or a cron line; said back in words. */
import { useId, useState } from 'react';
import { classNames } from '../ui/class-names.ts';
import { CONTROL_CLASSES } from '../ui/field.tsx';
import { cronOf, DEFAULT_SCHEDULE, readCron, type Schedule, scheduleInWords, WEEKDAYS } from './schedule.ts';

type ScheduleFieldProps = {
  label: string;
  /** A cron line in UTC; null never runs by itself. */
  value: string | null;
  none: string;
  onChange: (line: string | null) => void;
};
type Kind = Schedule['kind'] | 'none';

const KINDS: readonly { kind: Schedule['kind']; label: string }[] = [
  { kind: 'daily', label: 'Every day' },
  { kind: 'hourly', label: 'Every hour' },
  { kind: 'weekly', label: 'Every week' },
  { kind: 'monthly', label: 'Every month' },
  { kind: 'cron', label: 'By a cron line' },
];

export function ScheduleField({ label, value, none, onChange }: ScheduleFieldProps) {
  const id = useId();
  // A line that could be said more simply stays a line while somebody writes one.
  const [isLine, setLine] = useState(false);
  const schedule = value === null ? undefined : isLine ? ({ kind: 'cron', line: value } as const) : readCron(value);
  const choose = (kind: Kind) => {
    setLine(kind === 'cron');
    onChange(kind === 'none' ? null : cronOf(turnInto(kind, schedule)));
  };
  const change = (next: Schedule) => onChange(cronOf(next));
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium text-ink">{label}</legend>
      <div className="flex flex-wrap items-center gap-2">
        <select
          aria-label={`${label}: how often`}
          aria-describedby={id}
          className={classNames(CONTROL_CLASSES, 'w-auto pr-8')}
          value={schedule?.kind ?? 'none'}
          onChange={(event) => choose(event.target.value as Kind)}
        >
          <option value="none">{none}</option>
          {KINDS.map(({ kind, label: words }) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </select>
        {schedule && <Details schedule={schedule} onChange={change} />}
      </div>
      <p id={id} className="mt-1.5 text-xs text-muted">
        {value === null
          ? 'Next Update: Manual'
          : `${scheduleInWords(value)}, give or take a few minutes so that not all start at once.`}
      </p>
    </fieldset>
  );
}

function Details({ schedule, onChange }: { schedule: Schedule; onChange: (next: Schedule) => void }) {
  if (schedule.kind === 'cron') {
    return (
      <input
        aria-label="Cron line in UTC"
        className={classNames(CONTROL_CLASSES, 'w-48 font-mono')}
        value={schedule.line}
        maxLength={100}
        required
        onChange={(event) => onChange({ kind: 'cron', line: event.target.value })}
      />
    );
  }
  if (schedule.kind === 'hourly') {
    return (
      <Whole
        label="Minute"
        most={59}
        value={schedule.minute}
        onChange={(minute) => onChange({ ...schedule, minute })}
      />
    );
  }
  const clock = `${String(schedule.hour).padStart(2, '0')}:${String(schedule.minute).padStart(2, '0')}`;
  return (
    <>
      {schedule.kind === 'weekly' && (
        <select
          aria-label="Weekday"
          className={classNames(CONTROL_CLASSES, 'w-auto pr-8')}
          value={schedule.weekday}
          onChange={(event) => onChange({ ...schedule, weekday: Number(event.target.value) })}
        >
          {WEEKDAYS.map((weekday, index) => (
            <option key={weekday} value={index}>
              {weekday}
            </option>
          ))}
        </select>
      )}
      {schedule.kind === 'monthly' && (
        <Whole
          label="Day of the month"
          least={1}
          most={28}
          value={schedule.day}
          onChange={(day) => onChange({ ...schedule, day })}
        />
      )}
      <input
        type="time"
        aria-label="Time in UTC"
        className={classNames(CONTROL_CLASSES, 'w-auto')}
        value={clock}
        required
        onChange={(event) => {
          const [hour, minute] = event.target.value.split(':').map(Number);
          if (hour !== undefined && minute !== undefined) onChange({ ...schedule, hour, minute });
        }}
      />
      <span className="text-muted">UTC</span>
    </>
  );
}

type WholeProps = { label: string; value: number; least?: number; most: number; onChange: (value: number) => void };

function Whole({ label, value, least = 0, most, onChange }: WholeProps) {
  return (
    <input
      type="number"
      aria-label={label}
      className={classNames(CONTROL_CLASSES, 'w-20')}
      min={least}
      max={most}
      value={value}
      required
      onChange={(event) => {
        const next = Math.trunc(event.target.valueAsNumber);
        if (next >= least && next <= most) onChange(next);
      }}
    />
  );
}

/** Keeps the time where the new kind has one. */
function turnInto(kind: Schedule['kind'], before: Schedule | undefined): Schedule {
  const minute = before === undefined || before.kind === 'cron' ? 0 : before.minute;
  const hour = before !== undefined && 'hour' in before ? before.hour : 2;
  switch (kind) {
    case 'hourly':
      return { kind, minute };
    case 'daily':
      return { kind, hour, minute };
    case 'weekly':
      return { kind, weekday: 1, hour, minute };
    case 'monthly':
      return { kind, day: 1, hour, minute };
    case 'cron':
      return { kind, line: before === undefined ? DEFAULT_SCHEDULE : cronOf(before) };
  }
}
