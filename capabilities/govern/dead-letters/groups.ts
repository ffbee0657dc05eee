/** Groups of dead letters as people read them: what was tallied and what was kept of each cause, put together. */
import type { EventStore, QuestionScope } from '@uptake/io/event-store';
import type { Static } from 'typebox';
import type { LetterFilter } from './filter.ts';
import {
  type HourRow,
  hoursQuestion,
  type KeptRow,
  keptQuestion,
  type SourceRow,
  sourcesQuestion,
  type TalliedRow,
  talliedQuestion,
} from './groups.query.ts';
import { meaningOf } from './service.ts';
import type { Groups } from './wire.ts';

export type Group = Static<typeof Groups>['groups'][number];
export type GroupState = 'open' | 'replayed' | 'all';

/** Names of keys by their ids. */
export type KeyNames = ReadonlyMap<string, string>;

export async function deadLetterGroups(
  eventStore: Pick<EventStore, 'ask'>,
  wanted: { readonly filter: LetterFilter; readonly state: GroupState; readonly keyNames: KeyNames },
  scope: QuestionScope,
): Promise<readonly Group[]> {
  const { filter, state, keyNames } = wanted;
  const [tallied, kept, hours, sources] = await Promise.all([
    eventStore.ask<TalliedRow>(talliedQuestion(filter, scope)),
    eventStore.ask<KeptRow>(keptQuestion(filter, scope)),
    eventStore.ask<HourRow>(hoursQuestion(filter, scope)),
    eventStore.ask<SourceRow>(sourcesQuestion(filter, scope)),
  ]);
  const keptOf = new Map(kept.map((row) => [row.cause, row]));
  const talliedOf = new Map(tallied.map((row) => [row.cause, row]));
  const hoursOf = Map.groupBy(hours, ({ cause }) => cause);
  const sourcesOf = Map.groupBy(sources, ({ cause }) => cause);
  const causes = new Set([...talliedOf.keys(), ...keptOf.keys()]);
  return [...causes]
    .map((cause) => {
      const group = toGroup(cause, talliedOf.get(cause), keptOf.get(cause));
      const perHour = (hoursOf.get(cause) ?? []).map(({ at_ms, events }) => ({ at: iso(at_ms), events }));
      const bySource = (sourcesOf.get(cause) ?? []).map(({ cause: _, ...source }) => ({
        ...source,
        key_name: keyNames.get(source.key_id) ?? null,
      }));
      return { ...group, per_hour: perHour, sources: bySource };
    })
    .filter(({ open, replayed }) => state === 'all' || (state === 'open' ? open > 0 : replayed > 0))
    .sort((a, b) => b.events - a.events || (a.cause < b.cause ? -1 : 1));
}

/** Of a cause at least one of the two is known. Tallies of a last second before a kill may be lost, letters are not. */
function toGroup(
  cause: string,
  tallied: TalliedRow | undefined,
  kept: KeptRow | undefined,
): Omit<Group, 'per_hour' | 'sources'> {
  const either = tallied ?? kept!;
  const { reason, event_name } = either;
  const times = [tallied, kept].filter((row) => row !== undefined);
  return {
    cause,
    event_name,
    reason,
    reason_text: meaningOf(reason),
    path: kept?.path ?? '',
    schema_version: kept?.schema_version ?? 0,
    events: Math.max(tallied?.events ?? 0, kept?.letters ?? 0),
    kept: kept?.kept ?? 0,
    open: (kept?.kept ?? 0) - (kept?.replayed ?? 0),
    replayable: kept?.replayable ?? 0,
    replayed: kept?.replayed ?? 0,
    first_seen: iso(Math.min(...times.map(({ first_ms }) => first_ms))),
    last_seen: iso(Math.max(...times.map(({ last_ms }) => last_ms))),
    example_detail: kept?.example_detail ?? '',
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
