/** Dead letters: what was refused, by cause, with where it came from and what is still to be done. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { MailX } from 'lucide-react';
import { formatCompact, formatNumber } from '../format/numbers.ts';
import { formatAgo } from '../format/time.ts';
import { PERIODS, type Period } from '../quality/api.ts';
import { QualityCard } from '../quality/quality-card.tsx';
import type { SearchParameters } from '../search-parameters.ts';
import { useEnvironment, usePlace } from '../shell/place.ts';
import { Card, ScreenHeader } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { type Cause, type CauseFilter, type CauseState, causesQuery } from './api.ts';
import { CAUSE_FILTERS, CauseFilters } from './cause-filters.tsx';
import { RunsCard } from './runs-card.tsx';
import { Sparkline } from './sparkline.tsx';
import { nameOf, wrongInWords } from './words.ts';

const STATES = [
  { value: 'open', label: 'To mend' },
  { value: 'replayed', label: 'Brought back' },
  { value: 'all', label: 'All' },
] as const;

export function DeadLettersScreen() {
  const { scope, environment, product } = useEnvironment();
  const search: SearchParameters = useSearch({ strict: false });
  const navigate = useNavigate();
  const state = STATES.find(({ value }) => value === search.state)?.value ?? 'all';
  const filter = filterOf(search);
  const isNarrowed = Object.keys(filter).length > 0;
  const causes = useQuery(causesQuery(scope, state, filter));
  const everyCause = useQuery(causesQuery(scope, 'all'));
  const isAll = state === 'all' && !isNarrowed;
  const period = PERIODS.find((value) => value === search.period) ?? '24h';
  const show = (next: { state?: CauseState; period?: Period; filter?: CauseFilter }) => {
    const chosen = { state, period, filter, ...next };
    const address = {
      ...(chosen.state === 'all' ? {} : { state: chosen.state }),
      ...(chosen.period === '24h' ? {} : { period: chosen.period }),
      ...chosen.filter,
    };
    void navigate({ to: '.', search: address as never, replace: true, resetScroll: false });
  };
  return (
    <>
      <ScreenHeader title="Dead letters">
        What {product.name} sent to {environment.name} and Uptake refused, kept scrubbed for 30 days: mend the cause,
        look at what would come of it, and bring the events back.
      </ScreenHeader>
      <QualityCard period={period} onPeriod={(next) => show({ period: next })} />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Segmented label="Which causes" value={state} onChange={(next) => show({ state: next })} choices={STATES} />
        <CauseFilters
          filter={filter}
          onChange={(next) => show({ filter: next })}
          causes={everyCause.data?.groups ?? []}
        />
      </div>
      <Card bodyClassName="p-0" className="mb-4 overflow-hidden">
        {causes.isError && <ProblemNotice error={causes.error} onRetry={() => void causes.refetch()} className="m-4" />}
        {causes.data === undefined && !causes.isError && (
          <div role="status" aria-label="Loading causes" className="skeleton m-4 h-40 rounded-lg" />
        )}
        {causes.data && causes.data.groups.length > 0 && <CauseTable causes={causes.data.groups} />}
        {causes.data?.groups.length === 0 && (
          <EmptyState icon={MailX} title={isAll ? 'Nothing was refused in 30 days' : 'No cause of this kind'}>
            {isAll
              ? 'What does not fit the envelope, or the tracking plan where it is enforced, is listed here with its reason.'
              : `Choose “All”${isNarrowed ? ' and clear the filters' : ''} to see every cause of the last 30 days.`}
          </EmptyState>
        )}
      </Card>
      <RunsCard />
    </>
  );
}

function filterOf(search: SearchParameters): CauseFilter {
  const said = CAUSE_FILTERS.map((name) => [name, search[name]]).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(said) as CauseFilter;
}

function CauseTable({ causes }: { causes: readonly Cause[] }) {
  return (
    <div className="relative overflow-x-auto">
      <table className="w-full" aria-label="Causes">
        <thead className="text-left text-xs text-muted">
          <tr>
            <th className="py-2 pr-2 pl-4 font-medium">Event and what is wrong</th>
            <th className="hidden px-2 py-2 font-medium lg:table-cell">Last 48 hours</th>
            <th className="px-2 py-2 text-right font-medium">Refused</th>
            <th className="hidden px-2 py-2 text-right font-medium sm:table-cell">To mend</th>
            <th className="hidden px-2 py-2 font-medium xl:table-cell">Mostly from</th>
            <th className="hidden py-2 pr-4 pl-2 text-right font-medium md:table-cell">Last seen</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-t border-line">
          {causes.map((cause) => (
            <CauseRow key={cause.cause} cause={cause} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CauseRow({ cause }: { cause: Cause }) {
  const { workspace } = usePlace();
  const { product, environment } = useEnvironment();
  const [main] = cause.sources;
  return (
    <tr className="relative hover:bg-hover">
      <td className="py-2.5 pr-2 pl-4">
        <Link
          to="/w/$workspace/p/$product/$environment/dead-letters/$cause"
          params={{
            workspace: workspace.slug,
            product: product.slug,
            environment: environment.slug,
            cause: cause.cause,
          }}
          className="font-mono text-sm text-ink after:absolute after:inset-0"
        >
          {cause.event_name || '(no event name)'}
        </Link>
        <p className="text-xs text-muted">
          {wrongInWords(cause)}
          {cause.path !== '' && (
            <>
              {' '}
              at <code className="font-mono">{nameOf(cause.path)}</code>
            </>
          )}
        </p>
      </td>
      <td className="hidden px-2 py-2.5 lg:table-cell">
        <Sparkline points={cause.per_hour} label={`${formatNumber(cause.events)} events, hour by hour`} />
      </td>
      <td className="px-2 py-2.5 text-right text-ink tabular-nums">{formatCompact(cause.events)}</td>
      <td className="hidden px-2 py-2.5 text-right tabular-nums sm:table-cell">
        {cause.open === 0 ? (
          <Badge tone="good">none</Badge>
        ) : (
          <span className="text-ink">{formatCompact(cause.open)}</span>
        )}
      </td>
      <td className="hidden px-2 py-2.5 text-xs text-muted xl:table-cell">{main && sourceInWords(main)}</td>
      <td className="hidden py-2.5 pr-4 pl-2 text-right text-xs whitespace-nowrap text-muted md:table-cell">
        {formatAgo(cause.last_seen, Date.now())}
      </td>
    </tr>
  );
}

export function sourceInWords({ source, key_name, app_version }: Cause['sources'][number]): string {
  return [key_name ?? 'a removed key', app_version && `version ${app_version}`, source].filter(Boolean).join(' · ');
}
