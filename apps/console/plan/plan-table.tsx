/** The planned events: state, owner, version, what came in 30 days and what of it broke the schema. */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatCompact, formatShare } from '../format/numbers.ts';
import { formatAgo } from '../format/time.ts';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { CONTROL_CLASSES } from '../ui/field.tsx';
import type { Planned } from './api.ts';
import { StateBadge } from './state-badge.tsx';

export function PlanTable({ planned }: { planned: readonly Planned[] }) {
  const [text, setText] = useState('');
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = planned.filter(({ schema }) => {
    const all = `${schema.event_name} ${schema.owner} ${schema.feature_area} ${schema.state}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  return (
    <>
      <div className="border-b border-line px-4 py-2.5">
        <input
          type="search"
          aria-label="Search the plan"
          placeholder="Search by event, owner, feature area or state"
          className={`${CONTROL_CLASSES} max-w-md`}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <table className="w-full" aria-label="Planned events">
        <thead className="text-left text-xs text-muted">
          <tr>
            <th className="py-2 pr-2 pl-4 font-medium">Event</th>
            <th className="px-2 py-2 font-medium">State</th>
            <th className="hidden px-2 py-2 font-medium lg:table-cell">Owner</th>
            <th className="hidden px-2 py-2 text-right font-medium md:table-cell">Version</th>
            <th className="py-2 pr-4 pl-2 text-right font-medium whitespace-nowrap sm:pr-2">30 days</th>
            <th className="hidden px-2 py-2 text-right font-medium sm:table-cell">Do not fit</th>
            <th className="hidden py-2 pr-4 pl-2 text-right font-medium lg:table-cell">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((each) => (
            <PlanRow key={each.schema.event_name} planned={each} />
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className="px-4 py-6 text-center text-muted">Nothing in the plan matches “{text}”.</p>}
    </>
  );
}

function PlanRow({ planned: { schema, volume } }: { planned: Planned }) {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  const events = volume?.events_30d ?? 0;
  const violations = volume?.violations_30d ?? 0;
  return (
    <tr className="border-t border-line align-top hover:bg-hover">
      <td className="max-w-0 w-full py-2.5 pr-2 pl-4 md:w-auto md:max-w-none">
        <Link
          to="/w/$workspace/p/$product/$environment/plan/$event"
          params={{
            workspace: workspace.slug,
            product: product.slug,
            environment: environment.slug,
            event: schema.event_name,
          }}
          className="block truncate font-mono text-sm font-medium text-ink underline-offset-4 hover:text-accent hover:underline"
        >
          {schema.event_name}
        </Link>
        <span className="line-clamp-1 text-xs text-muted">
          {schema.description || <em className="not-italic text-faint">No description yet</em>}
        </span>
        {violations > 0 && (
          <span className="block text-xs text-bad sm:hidden">{formatShare(violations / events)} do not fit</span>
        )}
      </td>
      <td className="px-2 py-2.5">
        <StateBadge state={schema.state} />
      </td>
      <td className="hidden px-2 py-2.5 whitespace-nowrap text-muted lg:table-cell">{schema.owner || '–'}</td>
      <td className="hidden px-2 py-2.5 text-right text-muted md:table-cell">{schema.version}</td>
      <td className="py-2.5 pr-4 pl-2 text-right whitespace-nowrap text-ink sm:pr-2">{formatCompact(events)}</td>
      <td className="hidden px-2 py-2.5 text-right whitespace-nowrap sm:table-cell">
        {violations === 0 ? (
          <span className="text-muted">{events === 0 ? '–' : 'none'}</span>
        ) : (
          <span className="text-bad" title={`${formatCompact(violations)} of ${formatCompact(events)}`}>
            {formatShare(violations / events)}
          </span>
        )}
      </td>
      <td className="hidden py-2.5 pr-4 pl-2 text-right whitespace-nowrap text-muted lg:table-cell">
        {volume?.last_seen ? formatAgo(volume.last_seen, Date.now()) : 'never'}
      </td>
    </tr>
  );
}
