/** Live: every event as it is accepted, with pause and filter. */

import { Link } from '@tanstack/react-router';
import { EVENT_TYPES } from '@uptake/domain/contract';
import { Eraser, Pause, Play, Radio, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { ConnectionBadge } from '../first-event/arrival.tsx';
import { formatCount } from '../format/numbers.ts';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { ScreenHeader } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { CONTROL_CLASSES } from '../ui/field.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { matchesFilter } from './event-buffer.ts';
import { EventTable } from './event-table.tsx';
import { RateBars } from './rate-bars.tsx';
import { useLiveEvents } from './use-live-events.ts';

export function LiveScreen() {
  const { environment } = useEnvironment();
  return <LiveView key={environment.id} />;
}

function LiveView() {
  const { scope, product, environment } = useEnvironment();
  const live = useLiveEvents(scope);
  const [text, setText] = useState('');
  const [eventType, setEventType] = useState('');
  usePauseKey(live.togglePause);
  const rows = live.rows.filter((row) => matchesFilter(row, { text, eventType }));
  const PauseIcon = live.isPaused ? Play : Pause;
  return (
    <>
      <ScreenHeader title="Live" aside={<ConnectionBadge state={live.state} />}>
        {product.name} in {environment.name}, as events are accepted
      </ScreenHeader>
      {(live.state.kind === 'refused' || live.state.kind === 'broken') && (
        <ProblemNotice error={live.state.problem} className="mb-4" />
      )}
      <section aria-label="Live events" className="rounded-xl bg-surface shadow-card ring-1 ring-line">
        <div className="flex flex-wrap items-center gap-2 border-b border-line p-3">
          <Button weight={live.isPaused ? 'primary' : 'plain'} onClick={live.togglePause} aria-keyshortcuts="Space">
            <PauseIcon className="size-4" aria-hidden="true" />
            {live.isPaused ? 'Resume' : 'Pause'}
            <kbd className="hidden font-sans text-2xs opacity-70 sm:inline">Space</kbd>
          </Button>
          <div className="relative min-w-40 flex-1">
            <Search className="pointer-events-none absolute top-2.5 left-3 size-4 text-faint" aria-hidden="true" />
            <input
              type="search"
              aria-label="Filter by text"
              placeholder="Filter by event, tenant, surface…"
              value={text}
              onChange={(event) => setText(event.target.value)}
              className={classNames(CONTROL_CLASSES, 'pl-9')}
            />
          </div>
          <select
            aria-label="Event type"
            value={eventType}
            onChange={(event) => setEventType(event.target.value)}
            className={classNames(CONTROL_CLASSES, 'w-36 pr-8')}
          >
            <option value="">All types</option>
            {EVENT_TYPES.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </select>
          <Button weight="quiet" size="icon" onClick={live.clear} aria-label="Clear the list">
            <Eraser className="size-4" aria-hidden="true" />
          </Button>
          <RateBars perSecond={live.perSecond} />
        </div>
        <p role="status" className="flex min-h-8 items-center px-4 py-1.5 text-xs text-muted">
          {live.isPaused
            ? `Paused. ${formatCount(live.waiting, 'new event')} waiting.`
            : describeRows(rows.length, live.rows.length, live.skipped)}
        </p>
        {rows.length > 0 ? (
          <EventTable rows={rows} onOpen={() => !live.isPaused && live.togglePause()} />
        ) : (
          <NoRows hasRows={live.rows.length > 0} />
        )}
      </section>
    </>
  );
}

function describeRows(shown: number, kept: number, skipped: number): string {
  if (kept === 0 && skipped === 0) return 'No event since this screen was opened.';
  const base = shown === kept ? `The last ${formatCount(kept, 'event')}` : `${shown} of the last ${kept} events`;
  return skipped > 0
    ? `${base}; ${formatCount(skipped, 'more event')} came too fast to show, all of them are stored.`
    : `${base}.`;
}

function NoRows({ hasRows }: { hasRows: boolean }) {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  if (hasRows) {
    return (
      <EmptyState icon={Search} title="Nothing matches the filter" className="min-h-80">
        Events keep arriving; those that match will show here.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Radio}
      title="Waiting for events"
      className="min-h-80"
      action={
        <Link
          to="/w/$workspace/p/$product/$environment/send-events"
          params={{ workspace: workspace.slug, product: product.slug, environment: environment.slug }}
          className={buttonClasses('plain')}
        >
          Send one
        </Link>
      }
    >
      What is accepted from now on shows here at once. Older events are in Explore.
    </EmptyState>
  );
}

/** Space pauses, except where Space already means something. */
function usePauseKey(toggle: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : undefined;
      if (event.key !== ' ' || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target?.closest('input, textarea, select, button, a, summary, [role="dialog"], [role="menu"]')) return;
      event.preventDefault();
      toggle();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [toggle]);
}
