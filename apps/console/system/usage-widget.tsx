/** How often each family of milestones happened in the chosen window, and in how many workspaces. Counts, and no way behind them. */
import { useQuery } from '@tanstack/react-query';
import { formatCompact, formatCount, formatNumber } from '../format/numbers.ts';
import { Card } from '../ui/card.tsx';
import { Delta, FreshnessMark } from '../ui/figures.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { USAGE_WINDOWS, type UsageWindow, usageQuery } from './questions.ts';

const WINDOW_NAMES: Record<UsageWindow, string> = { '24h': '24 hours', '7d': '7 days', '30d': '30 days' };
const AGAINST: Record<UsageWindow, string> = {
  '24h': 'vs day before',
  '7d': 'vs week before',
  '30d': 'vs 30 days before',
};
/** While the answer is on its way, so that the page does not jump when it comes. */
const AWAITED = ['first', 'second', 'third', 'fourth', 'fifth'];

type UsageWidgetProps = { window: UsageWindow; onChange: (window: UsageWindow) => void };

export function UsageWidget({ window, onChange }: UsageWidgetProps) {
  const usage = useQuery({ ...usageQuery(window), placeholderData: (before) => before });
  const data = usage.data;
  return (
    <Card
      title="Use of Uptake"
      aside={
        <Segmented
          label="Window"
          value={window}
          choices={USAGE_WINDOWS.map((value) => ({ value, label: value, name: `Last ${WINDOW_NAMES[value]}` }))}
          onChange={onChange}
        />
      }
    >
      {usage.isError && <ProblemNotice error={usage.error} onRetry={() => void usage.refetch()} className="mb-3" />}
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-3" aria-busy={usage.isPlaceholderData || undefined}>
        <Figure
          label="Active workspaces"
          value={data?.active_workspaces}
          before={data?.previous_active_workspaces}
          against={AGAINST[window]}
        />
        {data === undefined && !usage.isError
          ? AWAITED.map((place) => <Figure key={place} label="…" against="" />)
          : data?.families.map(({ family, label, count, previous_count, active_workspaces }) => (
              <Figure
                key={family}
                label={label}
                value={count}
                before={previous_count}
                against={AGAINST[window]}
                note={count === 0 ? undefined : `in ${formatCount(active_workspaces, 'workspace')}`}
              />
            ))}
      </dl>
      <p className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
        {data && <FreshnessMark freshness={data.freshness} />}
        <span>What people did, in counts. Nothing here leads to a single person or event.</span>
      </p>
    </Card>
  );
}

type FigureProps = {
  label: string;
  value?: number | undefined;
  before?: number | undefined;
  against: string;
  note?: string | undefined;
};

function Figure({ label, value, before, against, note }: FigureProps) {
  return (
    <div className="min-w-0 rounded-lg bg-sunken px-3.5 py-3">
      <dt className="text-sm text-muted">{label}</dt>
      <dd>
        <span className="block h-9 text-2xl leading-9 font-semibold text-ink" title={formatNumber(value)}>
          {value === undefined ? <span className="skeleton mt-1 block h-7 w-14" /> : formatCompact(value)}
        </span>
        <span className="flex min-h-5 flex-wrap items-baseline gap-x-2 text-xs text-muted">
          {value !== undefined && before !== undefined && <Delta now={value} before={before} against={against} />}
          {note && <span>{note}</span>}
        </span>
      </dd>
    </div>
  );
}
