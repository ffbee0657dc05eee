/** The most frequent events; each leads on to its trend. */
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import type { Overview } from '../api/types.ts';
import { formatNumber } from '../format/numbers.ts';
import { usePlace } from '../shell/place.ts';
import { Card } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';

const SKELETON_ROWS = 10;

export function TopEvents({ overview }: { overview: Overview | undefined }) {
  const { workspace, product, environment } = usePlace();
  const params = { workspace: workspace.slug, product: product?.slug ?? '', environment: environment?.slug ?? '' };
  const most = Math.max(1, ...(overview?.top_events ?? []).map(({ events }) => events));
  return (
    <Card title="Top events" aside={<span className="text-xs text-muted">24 hours</span>} bodyClassName="px-2">
      <table className="w-full table-fixed">
        <thead className="text-left text-xs text-muted">
          <tr>
            <th className="px-2 py-1.5 font-medium">Event</th>
            <th className="w-24 px-2 py-1.5 text-right font-medium sm:w-32">Events</th>
            <th className="w-20 px-2 py-1.5 text-right font-medium sm:w-32">Users</th>
          </tr>
        </thead>
        <tbody>
          {overview?.top_events.map(({ event_name, events, users }) => (
            <tr key={event_name} className="group border-t border-line">
              <td className="relative p-0">
                <span
                  aria-hidden="true"
                  className="absolute inset-y-1 left-1 rounded-md bg-accent-soft"
                  style={{ width: `calc(${(events / most) * 100}% - 0.5rem)` }}
                />
                <Link
                  to="/w/$workspace/p/$product/$environment/explore"
                  params={params}
                  search={{ s: `${event_name}:total` }}
                  className="relative flex h-9 items-center gap-1.5 rounded-md px-3 font-medium text-ink hover:text-accent"
                >
                  <span className="truncate">{event_name}</span>
                  <ArrowRight
                    className="size-3.5 shrink-0 opacity-0 transition-opacity group-hover:opacity-100"
                    aria-hidden="true"
                  />
                </Link>
              </td>
              <td className="px-2 text-right">{formatNumber(events)}</td>
              <td className="px-2 text-right text-muted">{formatNumber(users)}</td>
            </tr>
          ))}
          {overview === undefined &&
            Array.from({ length: SKELETON_ROWS }, (_, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: placeholder rows have no identity and never move
              <tr key={row} className="border-t border-line">
                <td colSpan={3} className="h-9 px-2">
                  <span className="skeleton block h-4" style={{ width: `${80 - row * 7}%` }} />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {overview?.top_events.length === 0 && (
        <div className="flex flex-wrap items-center gap-2 border-t border-line px-2 pt-4 text-muted">
          <Badge>quiet</Badge> No events in the last 24 hours.
          <Link
            to="/w/$workspace/p/$product/$environment/send-events"
            params={params}
            className="font-medium text-accent underline-offset-4 hover:underline"
          >
            Send one
          </Link>
          <span>or</span>
          <Link
            to="/w/$workspace/p/$product/$environment/explore"
            params={params}
            className="font-medium text-accent underline-offset-4 hover:underline"
          >
            look further back in Explore
          </Link>
        </div>
      )}
    </Card>
  );
}
