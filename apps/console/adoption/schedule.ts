/** Schedules as people choose them, written as cron in UTC, and any cron line in words. */

export type Schedule =
  | { kind: 'hourly'; minute: number }
  | { kind: 'daily'; hour: number; minute: number }
  | { kind: 'weekly'; weekday: number; hour: number; minute: number }
  | { kind: 'monthly'; day: number; hour: number; minute: number }
  | { kind: 'cron'; line: string };

export const DEFAULT_SCHEDULE = '0 2 * * *';
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export function cronOf(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'hourly':
      return `${schedule.minute} * * * *`;
    case 'daily':
      return `${schedule.minute} ${schedule.hour} * * *`;
    case 'weekly':
      return `${schedule.minute} ${schedule.hour} * * ${schedule.weekday}`;
    case 'monthly':
      return `${schedule.minute} ${schedule.hour} ${schedule.day} * *`;
    case 'cron':
      return schedule.line;
  }
}

export function readCron(line: string): Schedule {
  const [minute, hour, day, month, weekday, ...rest] = line.trim().split(/\s+/);
  const at = number(minute, 59);
  const custom: Schedule = { kind: 'cron', line };
  if (at === undefined || month !== '*' || rest.length > 0) return custom;
  if (hour === '*' && day === '*' && weekday === '*') return { kind: 'hourly', minute: at };
  const of = number(hour, 23);
  if (of === undefined) return custom;
  if (day === '*' && weekday === '*') return { kind: 'daily', hour: of, minute: at };
  const onWeekday = number(weekday, 7);
  if (day === '*' && onWeekday !== undefined) return { kind: 'weekly', weekday: onWeekday % 7, hour: of, minute: at };
  const onDay = number(day, 31);
  if (weekday === '*' && onDay !== undefined && onDay > 0) return { kind: 'monthly', day: onDay, hour: of, minute: at };
  return custom;
}

/** `Every day at 02:00 UTC` */
export function scheduleInWords(line: string): string {
  const schedule = readCron(line);
  switch (schedule.kind) {
    case 'hourly':
      return `Every hour at ${String(schedule.minute).padStart(2, '0')} minutes past`;
    case 'daily':
      return `Every day at ${time(schedule)}`;
    case 'weekly':
      return `Every ${WEEKDAYS[schedule.weekday]} at ${time(schedule)}`;
    case 'monthly':
      return `On day ${schedule.day} of every month at ${time(schedule)}`;
    case 'cron':
      return `By the cron line ${schedule.line}, in UTC`;
  }
}

function time({ hour, minute }: { hour: number; minute: number }): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')} UTC`;
}

function number(text: string | undefined, most: number): number | undefined {
  if (text === undefined || !/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= most ? value : undefined;
}
