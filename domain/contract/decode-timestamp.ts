/**
 * Reads the one form of time the wire knows: RFC 3339 (`2026-11-21T09:30:00.250Z`, `…+02:00`), without `Date.parse` and
 * its guesses, because a time that is guessed wrongly is worse than one that is refused.
 */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

/**
 * The same language as a pattern, for the JSON Schema: years 1970 to 2199 (the event store's time type ends at 2299),
 * real calendar days, seconds obligatory, up to nine decimals, `Z` or an offset below 24 hours. Two things a pattern
 * cannot say are left to `parseTimestamp`: the instant itself must not lie before 1970-01-01T00:00:00Z.
 */
export const TIMESTAMP_PATTERN =
  '^(?:(?:19[7-9][0-9]|2[01][0-9]{2})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))' +
  '|(?:19(?:7[26]|8[048]|9[26])|2[01](?:0[48]|[2468][048]|[13579][26])|2000)-02-29)' +
  'T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$';

/** Unix milliseconds, decimals beyond the third cut off; `undefined` where the text is not such a time. */
export function parseTimestamp(text: string): number | undefined {
  const length = text.length;
  if (
    length < 20 ||
    length > 35 ||
    text.charCodeAt(4) !== 45 /* - */ ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(10) !== 84 /* T */ ||
    text.charCodeAt(13) !== 58 /* : */ ||
    text.charCodeAt(16) !== 58
  ) {
    return undefined;
  }
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const day = dayNumber(year, twoDigits(text, 5), twoDigits(text, 8));
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // A digit that is none makes its number NaN, and no comparison holds for NaN.
  if (!(day >= 0 && hour < 24 && minute < 60 && second < 60)) return undefined;

  let at = 19;
  let fractionMs = 0;
  if (text.charCodeAt(at) === 46 /* . */) {
    const from = ++at;
    for (let scale = 100; at < length && isDigit(text.charCodeAt(at)); at++, scale /= 10) {
      if (scale >= 1) fractionMs += (text.charCodeAt(at) - 48) * scale;
    }
    if (at === from || at - from > 9) return undefined;
  }
  const offsetMs = zoneOffsetMs(text, at);
  const ms = day * DAY_MS + hour * 3_600_000 + minute * MINUTE_MS + second * 1000 + fractionMs - offsetMs;
  return ms >= 0 ? ms : undefined;
}

/** NaN where there is no zone, or more than a zone. */
function zoneOffsetMs(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if (sign === 90 /* Z */) return text.length === at + 1 ? 0 : Number.NaN;
  if ((sign !== 43 && sign !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58) return Number.NaN;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  return (sign === 43 ? 1 : -1) * (hours * 60 + minutes) * MINUTE_MS;
}

/** Days since 1970-01-01, NaN for a day that is not in the calendar or not in 1970–2199. */
function dayNumber(year: number, month: number, day: number): number {
  if (!(year >= 1970 && year <= 2199 && month >= 1 && month <= 12 && day >= 1)) return Number.NaN;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const isLongFebruary = month === 2 && isLeap;
  const daysInMonth = (month === 12 ? 365 : DAYS_BEFORE_MONTH[month]!) - DAYS_BEFORE_MONTH[month - 1]!;
  if (!(day <= daysInMonth + (isLongFebruary ? 1 : 0))) return Number.NaN;
  const before = year - 1;
  const leapDaysBefore = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  const leapDayThisYear = isLeap && month > 2 ? 1 : 0;
  return (year - 1970) * 365 + leapDaysBefore + DAYS_BEFORE_MONTH[month - 1]! + leapDayThisYear + day - 1;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? tens * 10 + ones - 528 : Number.NaN;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
