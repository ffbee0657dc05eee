/** What may be read of a ledger: counts over it, never a row of it (requirements L7, L8). */
import { type EnvironmentSettings, Problem } from '@uptake/domain/contract';

type EnvironmentPolicy = { readonly id: string; readonly policy: EnvironmentSettings['policy'] };

/** Before single events of an environment are shown, streamed or exported. Throws `aggregates_only`. */
export function refuseRowsOfLedger(environment: EnvironmentPolicy): void {
  if (environment.policy !== 'ledger') return;
  const detail =
    'This environment is a ledger (policy ledger): its events are counted, never listed, streamed or exported. Ask for counts.';
  throw new Problem('aggregates_only', detail);
}

/** Whose rows stay hidden where several environments are read at once. */
export function ledgersAmong(environments: readonly EnvironmentPolicy[]): ReadonlySet<string> {
  return new Set(environments.filter(({ policy }) => policy === 'ledger').map(({ id }) => id));
}
