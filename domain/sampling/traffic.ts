/** How much of something comes, hour by hour, over the last day: what a budget per day is divided by. */

const HOUR_MS = 3_600_000;
/** A whole day back from anywhere within an hour, and the hour before it, to compare the last hour with. */
export const HOURS_KEPT = 26;
/** Growth is trusted by how many events speak for it: this many speak for what is expected anyhow. */
const PRIOR_EVENTS = 500;
const MOST_GROWTH = 24;
const LEAST_GROWTH = 1 / 4;

export function growthOf(lastHour: number, sameHourYesterday: number, usualGrowth = 1): number {
  const growth = (lastHour + PRIOR_EVENTS * usualGrowth) / (sameHourYesterday + PRIOR_EVENTS);
  return Math.min(MOST_GROWTH, Math.max(LEAST_GROWTH, growth));
}

export class Traffic {
  readonly #hours: Float64Array;
  /** Hours since 1970 of the newest bucket. */
  #newest: number;

  constructor(hours: readonly number[] = [], newest = 0) {
    this.#hours = Float64Array.from({ length: HOURS_KEPT }, (_, age) => hours[age] ?? 0);
    this.#newest = newest;
  }

  add(nowMs: number, count: number): void {
    this.#advance(Math.floor(nowMs / HOUR_MS));
    this.#hours[0]! += count;
  }

  /** Events of the last 24 hours; the hour that is only partly within them counts by its part. */
  lastDay(nowMs: number): number {
    const passed = this.#passed(nowMs);
    let sum = (1 - passed) * this.#hours[24]!;
    for (let age = 0; age < 24; age++) sum += this.#hours[age]!;
    return sum;
  }

  lastHour(nowMs: number): number {
    const passed = this.#passed(nowMs);
    return this.#hours[0]! + (1 - passed) * this.#hours[1]!;
  }

  /**
   * Events to expect in the next 24 hours: as many as in the last, times how much the last hour outdid the same hour of
   * yesterday. Comparing with the same hour leaves the daily rhythm out, so nights do not open the valve and mornings do not
   * shut it. `usualGrowth` is that of the whole environment, towards which that of a small flow is drawn. In the first day there
   * is no yesterday, and what came is scaled up.
   */
  forecast(nowMs: number, watchedMs: number, usualGrowth = 1): number {
    const lastDay = this.lastDay(nowMs);
    if (watchedMs < HOURS_KEPT * HOUR_MS) {
      // What came in the first minutes may be a burst; it stands for an hour until an hour has passed.
      const share = Math.min(1, Math.max(watchedMs, HOUR_MS) / (24 * HOUR_MS));
      return lastDay / share;
    }
    return lastDay * growthOf(this.lastHour(nowMs), this.sameHourYesterday(nowMs), usualGrowth);
  }

  sameHourYesterday(nowMs: number): number {
    const passed = this.#passed(nowMs);
    return passed * this.#hours[24]! + (1 - passed) * this.#hours[25]!;
  }

  /** For keeping: newest hour first. */
  toJSON(): { readonly newest: number; readonly hours: readonly number[] } {
    return { newest: this.#newest, hours: [...this.#hours] };
  }

  #passed(nowMs: number): number {
    this.#advance(Math.floor(nowMs / HOUR_MS));
    return nowMs / HOUR_MS - this.#newest;
  }

  #advance(hour: number): void {
    const steps = hour - this.#newest;
    if (steps <= 0) return;
    if (steps >= HOURS_KEPT) this.#hours.fill(0);
    else {
      this.#hours.copyWithin(steps, 0);
      this.#hours.fill(0, 0, steps);
    }
    this.#newest = hour;
  }
}
