/** Waits for events and shows them with their fields as they arrive, then leads on. */
import { Link } from '@tanstack/react-router';
import { CircleCheckBig, Radio } from 'lucide-react';
import type { LiveState } from '../api/live-stream.ts';
import type { LiveEvent } from '../api/types.ts';
import { formatClock } from '../format/time.ts';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { buttonClasses } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';

/** An event with a number of its own: several may share a position of the log. */
export type Arrived = LiveEvent & { order: number };

type ArrivalProps = { arrived: readonly Arrived[]; state: LiveState; onLeave: () => void };

export function Arrival({ arrived, state, onLeave }: ArrivalProps) {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  const params = { workspace: workspace.slug, product: product.slug, environment: environment.slug };
  const first = arrived.at(0);
  return (
    <Card title={first ? 'It arrived' : 'Waiting for an event'} aside={<ConnectionBadge state={state} />}>
      {state.kind === 'refused' || state.kind === 'broken' ? (
        <ProblemNotice error={state.problem} className="mb-3" />
      ) : null}
      <div aria-live="polite">
        {first ? (
          <>
            <p className="mb-3 flex items-center gap-2 font-medium text-good">
              <CircleCheckBig className="size-4" aria-hidden="true" /> {first.event_name} at{' '}
              {formatClock(first.received_at)}
            </p>
            <EventFields key={first.order} event={first} />
          </>
        ) : (
          <Waiting />
        )}
      </div>
      {first && (
        <div className="mt-4 flex flex-wrap gap-2">
          <Link
            to="/w/$workspace/p/$product/$environment/explore"
            params={params}
            search={{ s: `${first.event_name}:total`, last: '24.hour', interval: 'hour' }}
            onClick={onLeave}
            className={buttonClasses('primary')}
          >
            See it in Explore
          </Link>
          <Link
            to="/w/$workspace/p/$product/$environment"
            params={params}
            onClick={onLeave}
            className={buttonClasses('plain')}
          >
            Go to the overview
          </Link>
        </div>
      )}
    </Card>
  );
}

function Waiting() {
  return (
    <div className="flex min-h-56 flex-col items-center justify-center gap-4 text-center">
      <span className="relative grid size-14 place-items-center">
        <span className="absolute inset-0 animate-ping rounded-full bg-accent-soft [animation-duration:2s]" />
        <span className="relative grid size-14 place-items-center rounded-full bg-accent-soft text-accent">
          <Radio className="size-6" aria-hidden="true" />
        </span>
      </span>
      <p className="max-w-64 text-muted">Run a snippet. The event shows here the moment it is stored.</p>
    </div>
  );
}

export function ConnectionBadge({ state }: { state: LiveState }) {
  if (state.kind === 'open') return <Badge tone="good">Connected</Badge>;
  if (state.kind === 'refused') return <Badge tone="bad">Not connected</Badge>;
  return <Badge tone="warn">{state.kind === 'broken' ? 'Connecting again…' : 'Connecting…'}</Badge>;
}

const FIELDS = [
  'event_type',
  'tenant_id',
  'feature_area',
  'surface',
  'platform',
  'source',
  'country',
  'app_version',
] as const satisfies readonly (keyof LiveEvent)[];

/** What the live view may know of an event: its envelope without identities, and the names of its properties. */
export function EventFields({ event }: { event: LiveEvent }) {
  const filled = FIELDS.filter((field) => event[field] !== '');
  return (
    <dl className="arrive grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 rounded-lg bg-sunken p-3 text-xs">
      {filled.map((field) => (
        <div key={field} className="contents">
          <dt className="font-mono text-muted">{field}</dt>
          <dd className="truncate font-mono text-ink">{event[field]}</dd>
        </div>
      ))}
      <dt className="font-mono text-muted">properties</dt>
      <dd className="flex min-w-0 flex-wrap gap-1">
        {event.property_names.length === 0 ? <span className="text-muted">none</span> : null}
        {event.property_names.map((name) => (
          <Badge key={name}>{name}</Badge>
        ))}
      </dd>
    </dl>
  );
}
