/** The formats a schema may ask for, enforced: RFC 3339 dates and times, RFC 9562 UUIDs. */
import type { Format } from './event-schema.ts';

type FormatCheck = { readonly test: (text: string) => boolean; readonly meaning: string };

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

export const FORMAT_CHECKS: Readonly<Record<Format, FormatCheck>> = {
  uuid: { test: (text) => UUID.test(text), meaning: 'a UUID' },
  date: { test: isDate, meaning: 'a date such as 2026-11-21' },
  'date-time': {
    test: (text) => isDate(text.slice(0, 10)) && /^t$/i.test(text.charAt(10)) && TIME.test(text.slice(11)),
    meaning: 'a time such as 2026-11-21T09:30:00Z',
  },
};

function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number);
  if (year === undefined || month! < 1 || month! > 12) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month!) ? 30 : 31;
  return day! >= 1 && day! <= days;
}
