/** When a refused event came, as the address of the screen says it: `1h`, `24h`, `7d`, or two days `2026-11-01..2026-11-21`. */

const HOUR_MS = 3_600_000;

/** The usual ones; letters are kept for thirty days. */
export const RECEIVED_PRESETS = [
  { value: '1h', label: 'Last hour', hours: 1 },
  { value: '24h', label: 'Last 24 hours', hours: 24 },
  { value: '7d', label: 'Last 7 days', hours: 7 * 24 },
] as const;

export type ReceivedBounds = { readonly from: string; readonly to?: string };
type Days = { readonly first: string; readonly last: string };

const DAYS = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/;

/** Instants for the server. Undefined for what no address of ours says; days are those of the reader's own zone. */
export function boundsOf(received: string, nowMs: number): ReceivedBounds | undefined {
  const preset = RECEIVED_PRESETS.find(({ value }) => value === received);
  if (preset !== undefined) return { from: new Date(nowMs - preset.hours * HOUR_MS).toISOString() };
  const days = daysOf(received);
  if (days === undefined) return undefined;
  const end = startOf(days.last);
  end.setDate(end.getDate() + 1);
  return { from: startOf(days.first).toISOString(), to: end.toISOString() };
}

export function daysOf(received: string): Days | undefined {
  const [, first, last] = DAYS.exec(received) ?? [];
  if (first === undefined || last === undefined || first > last || !isDay(first) || !isDay(last)) return undefined;
  return { first, last };
}

export function receivedInWords(received: string | undefined): string {
  if (received === undefined) return 'any';
  const preset = RECEIVED_PRESETS.find(({ value }) => value === received);
  if (preset !== undefined) return preset.label.toLowerCase();
  const days = daysOf(received);
  if (days === undefined) return 'any';
  return days.first === days.last ? days.first : `${days.first} to ${days.last}`;
}

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00`);
}

/** The thirtieth of February is none: a date that comes out as another one was not written well. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
