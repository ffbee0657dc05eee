/** The four numbers on top of the overview, each with what it is compared with. */
import type { ReactNode } from 'react';
import type { Overview } from '../api/types.ts';
import { formatCompact, formatNumber, formatShare } from '../format/numbers.ts';
import { Delta } from '../ui/figures.tsx';

export function Tiles({ overview }: { overview: Overview | undefined }) {
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4 lg:gap-4">
      <Tile
        label="Events"
        span="1 h"
        value={overview && formatCompact(overview.events_last_hour)}
        exact={overview && formatNumber(overview.events_last_hour)}
        note={
          overview && (
            <Delta now={overview.events_last_hour} before={overview.events_previous_hour} against="vs hour before" />
          )
        }
      />
      <Tile
        label="Active users"
        span="24 h"
        value={overview && formatCompact(overview.active_users_24h)}
        exact={overview && formatNumber(overview.active_users_24h)}
        note={
          overview && (
            <Delta
              now={overview.active_users_24h}
              before={overview.active_users_previous_24h}
              against="vs day before"
            />
          )
        }
      />
      <Tile
        label="Active tenants"
        span="24 h"
        value={overview && formatCompact(overview.active_tenants_24h)}
        exact={overview && formatNumber(overview.active_tenants_24h)}
        note={
          overview && (
            <Delta
              now={overview.active_tenants_24h}
              before={overview.active_tenants_previous_24h}
              against="vs day before"
            />
          )
        }
      />
      <Tile
        label="Error rate"
        span="24 h"
        value={overview && formatShare(overview.error_rate_24h)}
        note={overview && <span className="text-xs text-muted">of events are errors</span>}
      />
    </dl>
  );
}

type TileProps = {
  label: string;
  span: string;
  value: string | undefined;
  exact?: string | undefined;
  note: ReactNode;
};

function Tile({ label, span, value, exact, note }: TileProps) {
  return (
    <div className="min-w-0 rounded-xl bg-surface px-4 py-3 shadow-card ring-1 ring-line">
      <dt className="flex items-baseline justify-between gap-x-2 text-sm text-muted">
        <span className="font-medium">{label}</span>
        <span className="text-xs">{span}</span>
      </dt>
      <dd>
        <span className="mt-1 block h-9 text-[1.75rem] leading-9 font-semibold tracking-tight text-ink" title={exact}>
          {value ?? <span className="skeleton mt-1 block h-7 w-24" />}
        </span>
        <span className="mt-1 block min-h-5">
          {value === undefined ? <span className="skeleton block h-4 w-28" /> : note}
        </span>
      </dd>
    </div>
  );
}
