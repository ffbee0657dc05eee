/** The kinds of source that ask other systems, each a driver of one kind. */
import type { Outbound } from '@uptake/io/outbound';
import type { SourceDrivers } from '../source-driver.ts';
import { createPolling } from './api-polling.ts';
import { createDatabases } from './database.ts';

export type PullingDependencies = {
  readonly outbound: Pick<Outbound, 'request' | 'resolve'>;
  readonly nowMs: () => number;
};

export function createPullingDrivers({
  outbound,
  nowMs,
}: PullingDependencies): Required<Pick<SourceDrivers, 'api_polling' | 'database'>> {
  return { api_polling: createPolling({ outbound, nowMs }), database: createDatabases(outbound) };
}
