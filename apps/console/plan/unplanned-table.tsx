/** Events that came and nobody planned, most frequent first, each with the way to its draft. */
import { Link } from '@tanstack/react-router';
import { formatCompact } from '../format/numbers.ts';
import { formatAgo } from '../format/time.ts';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { buttonClasses } from '../ui/button.tsx';
import type { UnplannedEvent } from './api.ts';

export function UnplannedTable({ events }: { events: readonly UnplannedEvent[] }) {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  const place = { workspace: workspace.slug, product: product.slug, environment: environment.slug };
  const nowMs = Date.now();
  return (
    <table className="w-full" aria-label="Unplanned events of the last 30 days">
      <thead className="text-left text-xs text-muted">
        <tr>
          <th className="py-2 pr-2 pl-4 font-medium">Event</th>
          <th className="px-2 py-2 text-right font-medium whitespace-nowrap">30 days</th>
          <th className="hidden px-2 py-2 font-medium md:table-cell">Sent by</th>
          <th className="hidden px-2 py-2 font-medium lg:table-cell">Versions</th>
          <th className="hidden px-2 py-2 text-right font-medium sm:table-cell">Last seen</th>
          <th className="py-2 pr-4 pl-2">
            <span className="sr-only">Draft</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.event_name} className="border-t border-line hover:bg-hover">
            <td className="w-full max-w-0 truncate py-2.5 pr-2 pl-4 font-mono text-sm font-medium text-ink md:w-auto md:max-w-none">
              {event.event_name}
            </td>
            <td className="px-2 py-2.5 text-right text-ink">{formatCompact(event.events_30d)}</td>
            <td className="hidden px-2 py-2.5 text-muted md:table-cell">{event.sources.join(', ')}</td>
            <td className="hidden max-w-48 truncate px-2 py-2.5 text-muted lg:table-cell">
              {event.app_versions.join(', ') || '–'}
            </td>
            <td className="hidden px-2 py-2.5 text-right whitespace-nowrap text-muted sm:table-cell">
              {formatAgo(event.last_seen, nowMs)}
            </td>
            <td className="py-2 pr-4 pl-2 text-right">
              <Link
                to="/w/$workspace/p/$product/$environment/plan/draft/$event"
                params={{ ...place, event: event.event_name }}
                className={buttonClasses('plain', 'small')}
              >
                Draft<span className="sr-only"> {event.event_name}</span>
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
