/** Tells that errors of a feature area rise: more of them in the last hour than a day's habit and chance explain. */
import { Traffic } from './traffic.ts';

/** The share of errors at least half above the usual one, by at least this many standard deviations, from this many on. */
const RISING = { ratio: 1.5, deviations: 3, errors: 20 } as const;
/** Rising errors go on being favoured until their share has come down to this much above the usual one. */
const CALM_RATIO = 1.2;

export class ErrorWatch {
  isRising: boolean;
  readonly #errors: Traffic;
  readonly #events: Traffic;

  constructor(saved?: SavedErrorWatch) {
    this.isRising = saved?.isRising ?? false;
    this.#errors = new Traffic(saved?.errors, saved?.newest);
    this.#events = new Traffic(saved?.events, saved?.newest);
  }

  turn(nowMs: number, events: number, errors: number): void {
    this.#events.add(nowMs, events);
    this.#errors.add(nowMs, errors);
    const recent = { events: this.#events.lastHour(nowMs), errors: this.#errors.lastHour(nowMs) };
    const before = {
      events: this.#events.lastDay(nowMs) - recent.events,
      errors: this.#errors.lastDay(nowMs) - recent.errors,
    };
    // Without a day before there is nothing to rise above.
    if (before.events < 1 || recent.events < 1) {
      this.isRising = false;
      return;
    }
    const usual = before.errors / before.events;
    const expected = recent.events * usual;
    if (this.isRising) this.isRising = recent.errors > CALM_RATIO * expected;
    else {
      const isUnusual = recent.errors - expected > RISING.deviations * Math.sqrt(Math.max(expected, 1));
      this.isRising = recent.errors >= RISING.errors && recent.errors > RISING.ratio * expected && isUnusual;
    }
  }

  toJSON(): SavedErrorWatch {
    const { newest, hours } = this.#errors.toJSON();
    return { isRising: this.isRising, newest, errors: hours, events: this.#events.toJSON().hours };
  }
}

export type SavedErrorWatch = {
  readonly isRising: boolean;
  readonly newest: number;
  readonly errors: readonly number[];
  readonly events: readonly number[];
};
