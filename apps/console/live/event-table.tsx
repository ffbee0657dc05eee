/** The live list: a table with room, cards on a phone; a row opens to show all its fields. */
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { EventFields } from '../first-event/arrival.tsx';
import { formatClock } from '../format/time.ts';
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/figures.tsx';
import type { LiveRow } from './event-buffer.ts';

const TYPE_TONES = {
  view: 'neutral',
  action: 'accent',
  outcome: 'good',
  error: 'bad',
  system_health: 'warn',
  feedback: 'neutral',
} as const;

const COLUMNS =
  'grid grid-cols-[3.75rem_minmax(0,1fr)_auto] sm:grid-cols-[5.5rem_minmax(0,1.4fr)_6.5rem_minmax(0,1fr)_minmax(0,1fr)_4.5rem_1.5rem] gap-x-3';

/** `onOpen` is called when a row is opened to be read: the list should stand still then. */
export function EventTable({ rows, onOpen }: { rows: readonly LiveRow[]; onOpen: () => void }) {
  const [open, setOpen] = useState<number>();
  const toggle = (order: number) => {
    setOpen(open === order ? undefined : order);
    if (open !== order) onOpen();
  };
  return (
    <div className="border-t border-line">
      <div
        aria-hidden="true"
        className={classNames(COLUMNS, 'hidden px-4 py-1.5 text-xs font-medium text-muted sm:grid')}
      >
        <span>Received</span>
        <span>Event</span>
        <span>Type</span>
        <span>Tenant</span>
        <span>Surface</span>
        <span>Platform</span>
      </div>
      <ul aria-label="Events, newest first">
        {rows.map((row) => (
          <Row key={row.order} row={row} isOpen={open === row.order} onToggle={() => toggle(row.order)} />
        ))}
      </ul>
    </div>
  );
}

type RowProps = { row: LiveRow; isOpen: boolean; onToggle: () => void };

function Row({ row, isOpen, onToggle }: RowProps) {
  return (
    <li className="arrive border-t border-line">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className={classNames(
          COLUMNS,
          'h-9 w-full items-center px-4 text-left hover:bg-hover focus-visible:outline-offset-[-2px]',
        )}
      >
        <time dateTime={row.received_at} className="text-xs text-muted">
          {formatClock(row.received_at)}
        </time>
        <span className="truncate font-medium text-ink">{row.event_name}</span>
        <span>
          <Badge tone={TYPE_TONES[row.event_type]}>{row.event_type}</Badge>
        </span>
        <span className="hidden truncate text-muted sm:block">{row.tenant_id || '–'}</span>
        <span className="hidden truncate text-muted sm:block">{row.surface || row.feature_area || '–'}</span>
        <span className="hidden truncate text-muted sm:block">{row.platform || row.source}</span>
        <ChevronRight
          aria-hidden="true"
          className={classNames('hidden size-4 text-faint transition-transform sm:block', isOpen && 'rotate-90')}
        />
      </button>
      {isOpen && (
        <div className="px-4 pb-3">
          <EventFields event={row} />
        </div>
      )}
    </li>
  );
}
