/** Why an event is missing (requirement S10): the facts about it, and what follows from them in words. */
import { type EnvironmentSettings, nearestName, REASONS, type Reason } from '@uptake/domain/contract';
import type { SchemaState } from '@uptake/domain/tracking-plan';

export type KeyFact = {
  readonly name: string;
  readonly prefix: string;
  readonly kind: 'write' | 'secret';
  readonly lastUsedAt: Date | null;
  readonly isUsable: boolean;
};

export type Facts = {
  readonly eventName: string;
  readonly nowMs: number;
  readonly environment: Pick<EnvironmentSettings, 'mode' | 'policy'>;
  readonly isExcluded: boolean;
  readonly schema: { readonly state: SchemaState; readonly version: number } | undefined;
  /** Of the last thirty days. */
  readonly accepted: {
    readonly lastReceivedAt: Date;
    readonly lastTimestamp: Date;
    readonly lastHour: number;
    readonly lastDay: number;
    readonly violationsLastDay: number;
  } | null;
  /** Why events of this name were refused in the last day; `undefined` where nobody kept that. */
  readonly refused: readonly { readonly reason: Reason; readonly events: number }[] | undefined;
  /** Keys that may send to this environment. */
  readonly keys: readonly KeyFact[];
  /** Names that did come, or are planned. */
  readonly otherNames: readonly string[];
};

export type Suggestion = {
  readonly code:
    | 'no_usable_key'
    | 'key_never_used'
    | 'key_silent'
    | 'excluded'
    | 'blocked'
    | 'unplanned_in_enforce'
    | 'not_in_ledger'
    | 'refused'
    | 'other_name'
    | 'old_timestamps'
    | 'violations'
    | 'never_arrived'
    | 'arriving';
  readonly message: string;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The likeliest cause first. Never empty. */
export function suggest(facts: Facts): Suggestion[] {
  const suggestions = [...aboutKeys(facts), ...aboutSettings(facts), ...aboutEvents(facts)];
  if (suggestions.length > 0) return suggestions;
  if (facts.accepted !== null && facts.accepted.lastHour > 0) {
    return [{ code: 'arriving', message: 'The event arrives: the newest came within the last hour.' }];
  }
  const message =
    'Nothing here keeps the event out, so it was probably not sent. Send one to POST /api/v1/telemetry/validate: it says what would happen to it and why.';
  return [{ code: 'never_arrived', message }];
}

function aboutKeys({ keys, nowMs }: Facts): Suggestion[] {
  const usable = keys.filter(({ isUsable }) => isUsable);
  if (usable.length === 0) {
    const message = 'No key that may send to this environment is valid any more. Make one under Settings → Keys.';
    return [{ code: 'no_usable_key', message }];
  }
  const lastUsedMs = Math.max(...usable.map(({ lastUsedAt }) => lastUsedAt?.getTime() ?? 0));
  if (lastUsedMs === 0) {
    const message =
      'No key of this environment was ever used: the sender has another key, another address, or no network.';
    return [{ code: 'key_never_used', message }];
  }
  if (nowMs - lastUsedMs > DAY_MS) {
    const hours = Math.floor((nowMs - lastUsedMs) / HOUR_MS);
    const message = `Nothing was sent with a key of this environment for ${hours} hours, so nothing of this event was either.`;
    return [{ code: 'key_silent', message }];
  }
  return [];
}

function aboutSettings({ eventName, environment, isExcluded, schema }: Facts): Suggestion[] {
  if (isExcluded) {
    return [{ code: 'excluded', message: 'The settings of this environment exclude this event: it is dropped.' }];
  }
  if (schema?.state === 'blocked') {
    return [{ code: 'blocked', message: `The tracking plan blocks "${eventName}": every one is rejected.` }];
  }
  const isInForce = schema !== undefined && schema.state !== 'draft';
  if (isInForce) return [];
  const what = schema === undefined ? 'it is not in the tracking plan' : 'its schema is a draft';
  if (environment.policy === 'ledger') {
    const message = `This environment is a ledger and keeps milestones of the plan alone; ${what}.`;
    return [{ code: 'not_in_ledger', message }];
  }
  if (environment.mode === 'enforce') {
    return [{ code: 'unplanned_in_enforce', message: `This environment enforces its tracking plan, and ${what}.` }];
  }
  return [];
}

function aboutEvents({ eventName, accepted, refused, otherNames }: Facts): Suggestion[] {
  const suggestions: Suggestion[] = (refused ?? []).map(({ reason, events }) => ({
    code: 'refused',
    message: `${events} in the last day were refused with ${reason}: ${REASONS[reason].meaning}`,
  }));
  if (accepted === null) {
    const nearest = nearestName(eventName, otherNames);
    if (nearest !== undefined) {
      suggestions.push({ code: 'other_name', message: `Nothing came as "${eventName}"; did you mean "${nearest}"?` });
    }
    return suggestions;
  }
  if (accepted.lastReceivedAt.getTime() - accepted.lastTimestamp.getTime() > DAY_MS) {
    const message =
      'The events that come are dated more than a day back: they stand at the time they happened, not at the time they came.';
    suggestions.push({ code: 'old_timestamps', message });
  }
  if (accepted.violationsLastDay > 0) {
    const message = `${accepted.violationsLastDay} of the last day break the schema: they are kept and marked as unplanned, and would be rejected in mode enforce.`;
    suggestions.push({ code: 'violations', message });
  }
  return suggestions;
}
