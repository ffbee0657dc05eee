/**
 * Time zones: local clock readings and instants, by the rules Intl carries. A local reading is a number too: the
 * milliseconds that reading would have in UTC. Own code because Node 24 has no Temporal and a polyfill weighs more than
 * these functions (decision 0006).
 */

type KnownZone = { readonly formatter: Intl.DateTimeFormat; readonly offsets: Map<number, number> };
const zones = new Map<string, KnownZone>();
/** There are about 600; the rest would be the same ones in other spellings. */
const MOST_ZONES = 700;
const DAY_MS = 86_400_000;
const HALF_DAY_MS = DAY_MS / 2;
/** Per zone: more than twenty years of half days. */
const MOST_REMEMBERED = 16_384;

/**
 * The zone's name, or `undefined` where there is no such zone. Spelt as Intl spells it where only the case differs, else as
 * given: Intl still calls Asia/Kolkata by the name of its colonial days. Offsets such as +02:00 are not zones.
 */
export function timeZoneName(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name) || name.length > 64) return undefined;
  try {
    const known = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
    return known.toLowerCase() === name.toLowerCase() ? known : name;
  } catch {
    return undefined;
  }
}

/**
 * How far the local clock is ahead of UTC at an instant, in milliseconds. Intl takes about 10 µs to say so and a chart by
 * the hour asks thousands of times, so half days are remembered: no zone changes its clocks twice within one.
 */
export function offsetMs(zone: string, instantMs: number): number {
  if (zone === 'UTC') return 0;
  const start = Math.floor(instantMs / HALF_DAY_MS) * HALF_DAY_MS;
  const offset = rememberedOffset(zone, start);
  return offset === rememberedOffset(zone, start + HALF_DAY_MS) ? offset : exactOffset(zone, instantMs);
}

function rememberedOffset(zone: string, instantMs: number): number {
  const { offsets } = knownZone(zone);
  const known = offsets.get(instantMs);
  if (known !== undefined) return known;
  const offset = exactOffset(zone, instantMs);
  if (offsets.size >= MOST_REMEMBERED) offsets.clear();
  offsets.set(instantMs, offset);
  return offset;
}

function exactOffset(zone: string, instantMs: number): number {
  const wholeSecond = Math.floor(instantMs / 1000) * 1000;
  const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of knownZone(zone).formatter.formatToParts(wholeSecond)) {
    if (type in parts) parts[type as keyof typeof parts] = Number(value);
  }
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - wholeSecond;
}

export function localMs(zone: string, instantMs: number): number {
  return instantMs + offsetMs(zone, instantMs);
}

/**
 * The instant of a local reading. A reading that comes twice means its first time; one that is skipped means the same
 * distance after the gap (RFC 5545, and Temporal's "compatible").
 */
export function instantOfLocal(zone: string, local: number): number {
  const before = offsetMs(zone, local - DAY_MS);
  const after = offsetMs(zone, local + DAY_MS);
  const byBefore = local - before;
  if (before === after) return byBefore;
  const byAfter = local - after;
  const candidates = [byBefore, byAfter].filter((instant) => localMs(zone, instant) === local);
  return candidates.length === 0 ? byBefore : Math.min(...candidates);
}

/** The first instant in (afterMs, untilMs] with another offset than at `afterMs`; at most one change is looked for. */
export function offsetChange(zone: string, afterMs: number, untilMs: number): number | undefined {
  const offset = offsetMs(zone, afterMs);
  if (offsetMs(zone, untilMs) === offset) return undefined;
  let same = afterMs;
  let changed = untilMs;
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetMs(zone, middle) === offset) same = middle;
    else changed = middle;
  }
  return changed;
}

function knownZone(zone: string): KnownZone {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const added = { formatter, offsets: new Map<number, number>() };
  if (zones.size >= MOST_ZONES) zones.clear();
  zones.set(zone, added);
  return added;
}
