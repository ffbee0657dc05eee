/** Which versions of a planned event are in force, and as what documents they go out. */
import type { EventSchema } from '@uptake/domain/tracking-plan';
import type { PlannedEvent, VersionRow } from './store.ts';

/** The current version as a document, with the state the event has now. */
export function currentSchema(event: PlannedEvent): EventSchema {
  return { ...currentVersion(event).document, state: event.row.state };
}

export function currentVersion({ row, versions }: PlannedEvent): VersionRow {
  const current = versions.at(-1);
  if (current === undefined) throw new Error(`planned event ${row.id} has no version`);
  return current;
}

/**
 * Until when a version that was replaced is still accepted: the earliest of the dates set by the breaking versions after
 * it. `undefined` where none broke it, and then whatever it allowed the current one allows too.
 */
export function acceptedUntil({ versions }: PlannedEvent, version: number): Date | undefined {
  const dates = versions
    .filter((each) => each.version > version && each.previousAcceptedUntil !== null)
    .map((each) => each.previousAcceptedUntil!.getTime());
  return dates.length === 0 ? undefined : new Date(Math.min(...dates));
}

/** All that has to be compiled: the current version, and of those before each breaking one the last. */
export function schemasInForce(event: PlannedEvent): EventSchema[] {
  const { row, versions } = event;
  const current = currentSchema(event);
  if (row.state === 'draft' || row.state === 'blocked') return [current];
  const older = versions
    .filter((_, index) => versions[index + 1]?.isBreaking === true)
    .map(({ document, version }) => ({
      ...document,
      state: row.state,
      accepted_until: acceptedUntil(event, version)!.toISOString(),
    }));
  return [current, ...older];
}
