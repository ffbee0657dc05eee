/** The strata of a budget: flows (event name and feature area), each divided by what makes its events worth keeping. */
import type { Event } from '../contract/index.ts';
import { Traffic } from './traffic.ts';

/** What an environment favours right now, beside what it measures itself. */
export type Context = {
  /** Tenants that are not new; `undefined` while the environment is too young to tell. */
  readonly establishedTenants: ReadonlySet<string> | undefined;
  /** Releases that are not new; `undefined` while the environment is too young to tell. */
  readonly establishedReleases: ReadonlySet<string> | undefined;
  /** Keys of experiments that run; `undefined`: every experiment an event names counts as running. */
  readonly runningExperiments: ReadonlySet<string> | undefined;
};

export const NOTHING_FAVOURED: Context = {
  establishedTenants: undefined,
  establishedReleases: undefined,
  runningExperiments: new Set(),
};

/** Bits of a class. 0 is what nothing favours. */
export const CLASS = { newTenant: 1, newRelease: 2, experiment: 4 } as const;
/** Errors, outcomes and feedback: never sampled unless asked. */
export const PROTECTED = 8;
const CLASSES = 9;

export const PROTECTED_TYPES: ReadonlySet<Event['eventType']> = new Set(['error', 'outcome', 'feedback']);

export function classOf(event: Event, context: Context, samplesOutcomes: boolean): number {
  if (!samplesOutcomes && PROTECTED_TYPES.has(event.eventType)) return PROTECTED;
  const { establishedTenants, establishedReleases } = context;
  let found = 0;
  if (establishedTenants !== undefined && event.tenantId !== '' && !establishedTenants.has(event.tenantId)) {
    found |= CLASS.newTenant;
  }
  if (establishedReleases !== undefined && event.appVersion !== '' && !establishedReleases.has(event.appVersion)) {
    found |= CLASS.newRelease;
  }
  return isInExperiment(event, context.runningExperiments) ? found | CLASS.experiment : found;
}

function isInExperiment({ experimentAssignments }: Event, running: ReadonlySet<string> | undefined): boolean {
  for (const key in experimentAssignments) if (running?.has(key) ?? true) return true;
  return false;
}

/** One stratum: a class of a flow. */
export class Stratum {
  /** What a sampled event stands for; its probability is 1 / weight. */
  weight = 1;
  readonly offered: Traffic;
  readonly certain: Traffic;
  readonly kept: Traffic;
  /** Counted since the last tick. */
  newlyOffered = 0;
  newlyCertain = 0;
  newlyKept = 0;
  newlyErrors = 0;

  constructor(saved?: SavedStratum) {
    this.weight = saved?.weight ?? 1;
    this.offered = new Traffic(saved?.offered, saved?.newest);
    this.certain = new Traffic(saved?.certain, saved?.newest);
    this.kept = new Traffic(saved?.kept, saved?.newest);
  }

  turn(nowMs: number): void {
    this.offered.add(nowMs, this.newlyOffered);
    this.certain.add(nowMs, this.newlyCertain);
    this.kept.add(nowMs, this.newlyKept);
    this.newlyOffered = 0;
    this.newlyCertain = 0;
    this.newlyKept = 0;
    this.newlyErrors = 0;
  }
}

export type SavedStratum = {
  readonly eventName: string;
  readonly featureArea: string;
  readonly class: number;
  readonly weight: number;
  readonly newest: number;
  readonly offered: readonly number[];
  readonly certain: readonly number[];
  readonly kept: readonly number[];
};

const DAY_MS = 86_400_000;
/** Late events reach back over midnight; older ones than this begin a day anew, which keeps more and biases nothing. */
const DAYS_REMEMBERED = 3;

export class Flow {
  readonly eventName: string;
  readonly featureArea: string;
  readonly strata: (Stratum | undefined)[] = new Array(CLASSES).fill(undefined);
  /** Tenants of whom an event was kept for certain, by UTC day. */
  readonly #tenants = new Map<number, Set<string>>();

  constructor(eventName: string, featureArea: string) {
    this.eventName = eventName;
    this.featureArea = featureArea;
  }

  stratum(which: number): Stratum {
    let stratum = this.strata[which];
    if (stratum === undefined) {
      stratum = new Stratum();
      this.strata[which] = stratum;
    }
    return stratum;
  }

  /** Whether this is the first event of the tenant in its day; from now on it was. */
  isFirstOfTenant(tenantId: string, timestampMs: number): boolean {
    const day = Math.floor(timestampMs / DAY_MS);
    let tenants = this.#tenants.get(day);
    if (tenants === undefined) {
      tenants = new Set();
      this.#tenants.set(day, tenants);
      if (this.#tenants.size > DAYS_REMEMBERED) this.#tenants.delete(this.#tenants.keys().next().value as number);
    }
    if (tenants.has(tenantId)) return false;
    tenants.add(tenantId);
    return true;
  }

  forgetTenants(): void {
    this.#tenants.clear();
  }
}
