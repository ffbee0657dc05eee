/** Leads to the first event: a key, a snippet to run, and the event as it arrives. */
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useLiveStream } from '../api/live-stream.ts';
import type { LiveEvent } from '../api/types.ts';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { buttonClasses } from '../ui/button.tsx';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { Arrival, type Arrived } from './arrival.tsx';
import { SnippetStep } from './snippet-step.tsx';
import { WriteKeyStep } from './write-key-step.tsx';

const SHOWN_ARRIVALS = 5;

type SendEventsProps = { isFirstRun: boolean; onLeave?: () => void };

export function SendEvents({ isFirstRun, onLeave }: SendEventsProps) {
  const { scope, product, environment } = useEnvironment();
  const queryClient = useQueryClient();
  const [key, setKey] = useState<string>();
  const [arrived, setArrived] = useState<readonly Arrived[]>([]);

  const takeEvent = useCallback((event: LiveEvent) => {
    setArrived((before) => [{ ...event, order: (before[0]?.order ?? 0) + 1 }, ...before].slice(0, SHOWN_ARRIVALS));
  }, []);
  const state = useLiveStream(scope, { onEvent: takeEvent });
  const leave = () => {
    // What was loaded says that there are no events.
    void queryClient.invalidateQueries();
    onLeave?.();
  };

  return (
    <>
      <ScreenHeader title={isFirstRun ? 'Send your first event' : 'Send events'}>
        {isFirstRun
          ? `${product.name} in ${environment.name} has no events yet. This takes about a minute.`
          : `Events sent with these snippets arrive in ${product.name}, ${environment.name}.`}
      </ScreenHeader>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <ol className="min-w-0 space-y-4">
          <WriteKeyStep createdKey={key} onCreated={setKey} />
          <SnippetStep createdKey={key} />
        </ol>
        <div className="space-y-4 lg:sticky lg:top-6">
          <Arrival arrived={arrived} state={state} onLeave={leave} />
          {isFirstRun && <OtherWorkspaces />}
        </div>
      </div>
    </>
  );
}

/** A new installation has a demo beside the empty workspace: the way to see what this becomes. */
function OtherWorkspaces() {
  const { me, workspace } = usePlace();
  const others = me.workspaces.filter(({ id }) => id !== workspace.id);
  if (others.length === 0) return null;
  return (
    <Card title="Look around first">
      <p className="mb-3 text-muted">See what the screens look like with events in them.</p>
      <ul className="space-y-1.5">
        {others.map(({ id, slug, name }) => (
          <li key={id}>
            <Link to="/w/$workspace" params={{ workspace: slug }} className={buttonClasses('plain')}>
              Open {name}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
