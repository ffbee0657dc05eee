/** Changes what an environment collects: mode, policy, and what it leaves out. */
import { type EnvironmentSettings, EVENT_NAME_PATTERN, Problem } from '@uptake/domain/contract';
import type { ControlStore } from '@uptake/io/control-store';
import { environments } from '@uptake/io/control-store/schema';
import { and, eq } from 'drizzle-orm';
import { recordAudit } from './audit.ts';
import type { AuditActor } from './read-model.ts';
import type { EnvironmentRow } from './workspaces.ts';

/** What is absent stays as it is. */
export type EnvironmentChange = {
  readonly name?: string | undefined;
  readonly mode?: EnvironmentSettings['mode'] | undefined;
  readonly policy?: EnvironmentSettings['policy'] | undefined;
  readonly excludedEvents?: readonly string[] | undefined;
  readonly excludedFeatureAreas?: readonly string[] | undefined;
};

export type Environments = {
  read(workspaceId: string, environmentId: string): Promise<EnvironmentRow>;
  /** In force here at once, in other processes within a second. */
  change(
    workspaceId: string,
    environmentId: string,
    change: EnvironmentChange,
    actor: AuditActor,
  ): Promise<EnvironmentRow>;
};

export type EnvironmentDependencies = {
  readonly controlStore: ControlStore;
  readonly nowMs: () => number;
  /** Called after each change, so that this process forgets at once what it remembers of keys. */
  readonly onChange: () => void;
};

export function createEnvironments({ controlStore, nowMs, onChange }: EnvironmentDependencies): Environments {
  return {
    read: (workspaceId, environmentId) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [row] = await tx
          .select()
          .from(environments)
          .where(and(eq(environments.workspaceId, workspaceId), eq(environments.id, environmentId)));
        return row ?? noSuchEnvironment();
      }),

    change: async (workspaceId, environmentId, change, actor) => {
      const wanted = settled(change);
      const changed = await controlStore.withWorkspace(workspaceId, async (tx) => {
        const own = and(eq(environments.workspaceId, workspaceId), eq(environments.id, environmentId));
        const [before] = await tx.select().from(environments).where(own).for('update');
        if (before === undefined) return noSuchEnvironment();
        const difference = differenceOf(before, { ...before, ...wanted });
        if (difference === undefined) return before;
        const [after] = await tx.update(environments).set(wanted).where(own).returning();
        await recordAudit(
          tx,
          {
            workspaceId,
            actor,
            action: 'environment.changed',
            subject: { kind: 'environment', id: environmentId },
            details: difference,
          },
          nowMs(),
        );
        return after!;
      });
      onChange();
      return changed;
    },
  };
}

function settled(change: EnvironmentChange): Partial<EnvironmentRow> {
  const { name, mode, policy, excludedEvents, excludedFeatureAreas } = change;
  const odd = excludedEvents?.find((event) => !EVENT_NAME_PATTERN.test(event));
  if (odd !== undefined) {
    const message = 'Event names are lower-case letters, digits and underscores, a letter first, at most 100.';
    const path = `/excluded_events/${excludedEvents!.indexOf(odd)}`;
    throw new Problem('invalid_request', `${path}: ${message}`, { errors: [{ path, message }] });
  }
  // The door takes unknown fields away, so a misspelt one would otherwise be answered as if it had been heeded.
  if (Object.values(change).every((value) => value === undefined)) {
    throw new Problem('invalid_request', `Say what to change: ${Object.values(WIRE_NAMES).join(', ')}.`);
  }
  return {
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(mode === undefined ? {} : { mode }),
    ...(policy === undefined ? {} : { policy }),
    ...(excludedEvents === undefined ? {} : { excludedEvents: sortedOnce(excludedEvents) }),
    ...(excludedFeatureAreas === undefined ? {} : { excludedFeatureAreas: sortedOnce(excludedFeatureAreas) }),
  };
}

function sortedOnce(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

const SETTINGS = ['name', 'mode', 'policy', 'excludedEvents', 'excludedFeatureAreas'] as const;
const WIRE_NAMES = {
  name: 'name',
  mode: 'mode',
  policy: 'policy',
  excludedEvents: 'excluded_events',
  excludedFeatureAreas: 'excluded_feature_areas',
} as const satisfies Record<(typeof SETTINGS)[number], string>;

/** What became different, before and after; `undefined` where nothing did. */
function differenceOf(before: EnvironmentRow, after: EnvironmentRow) {
  const changed = SETTINGS.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  if (changed.length === 0) return undefined;
  const of = (row: EnvironmentRow) => Object.fromEntries(changed.map((key) => [WIRE_NAMES[key], row[key]]));
  return { before: of(before), after: of(after) };
}

function noSuchEnvironment(): never {
  throw new Problem('not_found', 'There is no such environment in this workspace.');
}
