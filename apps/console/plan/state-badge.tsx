/** The state of a schema as a badge, and where it may go from there. */
import type { SchemaState } from '@uptake/domain/tracking-plan';
import { Badge } from '../ui/figures.tsx';

const STATES = {
  draft: { tone: 'neutral', meaning: 'Written down, not in force: in mode enforce it counts as unplanned.' },
  active: { tone: 'good', meaning: 'In force.' },
  deprecated: { tone: 'warn', meaning: 'In force, to be left: still accepted, and counted.' },
  blocked: { tone: 'bad', meaning: 'Rejected in every mode.' },
} as const;

export function StateBadge({ state }: { state: SchemaState }) {
  const { tone, meaning } = STATES[state];
  return (
    <span title={meaning}>
      <Badge tone={tone}>{state}</Badge>
    </span>
  );
}

/** What can be done next, with what it brings about; the words of the buttons. */
export const TRANSITIONS: Readonly<Record<SchemaState, readonly { to: SchemaState; label: string; effect: string }[]>> =
  {
    draft: [
      {
        to: 'active',
        label: 'Put into force',
        effect: 'In mode enforce, events that do not fit are rejected from now on; in mode observe they are marked.',
      },
    ],
    active: [
      {
        to: 'deprecated',
        label: 'Deprecate',
        effect: 'Events are still accepted, and counted until nobody sends them.',
      },
      { to: 'blocked', label: 'Block', effect: 'Every event of this name is rejected from now on, in every mode.' },
    ],
    deprecated: [
      { to: 'active', label: 'Put back into force', effect: 'The event is an ordinary one again.' },
      { to: 'blocked', label: 'Block', effect: 'Every event of this name is rejected from now on, in every mode.' },
    ],
    blocked: [{ to: 'active', label: 'Unblock', effect: 'Events that fit the schema are accepted again.' }],
  };
