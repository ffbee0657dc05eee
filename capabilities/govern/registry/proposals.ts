/** Drafts the tracking plan from what an environment received: which events nobody planned, and what they look like. */
import { Problem } from '@uptake/domain/contract';
import { refuseRowsOfLedger } from '@uptake/domain/ledger';
import { type Proposal, proposeSchema } from '@uptake/domain/tracking-plan';
import type { EventStore } from '@uptake/io/event-store';
import type { EnvironmentOfWorkspace } from '../../access/read-model.ts';
import {
  OBSERVED_DAYS,
  type ObservedEventRow,
  observedEventsQuestion,
  SAMPLE_EVENTS,
  type SampleRow,
  sampleQuestion,
} from './observed.query.ts';
import { profileEvent } from './profile.ts';
import type { Registry } from './service.ts';

export type UnplannedEvent = {
  readonly eventName: string;
  readonly events: number;
  readonly sources: readonly string[];
  readonly appVersions: readonly string[];
  readonly firstSeen: Date;
  readonly lastSeen: Date;
};

export type DraftedProposal = Proposal & { readonly events: number; readonly sampledEvents: number };

export type Proposals = {
  /** Most frequent first. */
  unplanned(workspaceId: string, environment: EnvironmentOfWorkspace): Promise<readonly UnplannedEvent[]>;
  /** Throws `not_found` where nothing of the event came, `aggregates_only` for a ledger. */
  draft(workspaceId: string, environment: EnvironmentOfWorkspace, eventName: string): Promise<DraftedProposal>;
};

export type ProposalsDependencies = {
  readonly eventStore: Pick<EventStore, 'ask'>;
  readonly registry: Pick<Registry, 'list'>;
  readonly nowMs: () => number;
};

export function createProposals({ eventStore, registry, nowMs }: ProposalsDependencies): Proposals {
  const sinceMs = (): number => nowMs() - OBSERVED_DAYS * 86_400_000;
  const observed = (workspaceId: string, environmentId: string) =>
    eventStore.ask<ObservedEventRow>(observedEventsQuestion(sinceMs(), { workspaceId, environmentId }));

  return {
    async unplanned(workspaceId, environment) {
      const rows = await observed(workspaceId, environment.id);
      const planned = await registry.list({ workspaceId, productId: environment.productId });
      const names = new Set(planned.map(({ row }) => row.eventName));
      return rows.filter((row) => !names.has(row.event_name)).map(toUnplanned);
    },

    async draft(workspaceId, environment, eventName) {
      // Values would be shown, and a ledger shows counts alone.
      refuseRowsOfLedger(environment);
      const row = (await observed(workspaceId, environment.id)).find((each) => each.event_name === eventName);
      if (row === undefined) {
        const detail = `Nothing of "${eventName}" came to this environment in the last ${OBSERVED_DAYS} days.`;
        throw new Problem('not_found', detail);
      }
      const oneIn = Math.max(1, Math.floor(Number(row.rows) / SAMPLE_EVENTS));
      const scope = { workspaceId, environmentId: environment.id };
      const rows = await eventStore.ask<SampleRow>(sampleQuestion(eventName, oneIn, sinceMs(), scope));
      const sample = rows.map(({ properties_json, event_type, feature_area, is_shown }) => ({
        properties: JSON.parse(properties_json) as unknown,
        eventType: event_type,
        featureArea: feature_area,
        isShown: Boolean(is_shown),
      }));
      const proposal = proposeSchema(profileEvent(eventName, sample));
      return { ...proposal, events: Number(row.events), sampledEvents: sample.length };
    },
  };
}

function toUnplanned(row: ObservedEventRow): UnplannedEvent {
  return {
    eventName: row.event_name,
    events: Number(row.events),
    sources: [...row.sources].sort(),
    appVersions: row.app_versions,
    firstSeen: new Date(Number(row.first_seen_ms)),
    lastSeen: new Date(Number(row.last_seen_ms)),
  };
}
