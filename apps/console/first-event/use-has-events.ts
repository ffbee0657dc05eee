/** Whether an environment has ever received an event; undefined while that is not known. */
import { useQuery } from '@tanstack/react-query';
import { catalogueQuery, healthQuery, type Scope } from '../api/queries.ts';
import type { Environment } from '../api/types.ts';

export function useHasEvents(scope: Scope, environment: Environment): boolean | undefined {
  // The server may leave the answer out of the workspace; then health (the last day) and catalogue (30 days) tell.
  const isTold = environment.has_events === true;
  const health = useQuery({ ...healthQuery(scope), enabled: !isTold });
  const catalogue = useQuery({ ...catalogueQuery(scope), enabled: !isTold });
  if (isTold || health.data?.last_event_time || (catalogue.data?.events.length ?? 0) > 0) return true;
  if (environment.has_events === false) return false;
  return health.data && catalogue.data ? false : undefined;
}
