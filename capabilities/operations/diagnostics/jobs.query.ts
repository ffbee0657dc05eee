/** How many runs of each background job are kept, by state: names and numbers, no payloads. */
import type { ControlStore } from '@uptake/io/control-store';
import { jobs } from '@uptake/io/control-store/schema';
import { asc, count } from 'drizzle-orm';

export function countJobs(controlStore: ControlStore) {
  return controlStore.asSystem((tx) =>
    tx
      .select({ name: jobs.name, state: jobs.state, runs: count() })
      .from(jobs)
      .groupBy(jobs.name, jobs.state)
      .orderBy(asc(jobs.name), asc(jobs.state)),
  );
}
