/** Plans as rows: customer, product, progress, how it went, health with its reason and the next step, owner, due. */
import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatDay } from '../format/time.ts';
import { HealthBadge, MiniProgress, Sparkline } from './marks.tsx';
import type { PlanSort, PlanSortKey, PlanSummary } from './types.ts';
import { useAdoption } from './use-adoption.ts';

type PlanRowsProps = {
  plans: readonly PlanSummary[];
  sort?: PlanSort;
  onSort?: (sort: PlanSort) => void;
  chosen?: ReadonlySet<string>;
  onChoose?: (chosen: ReadonlySet<string>) => void;
};

export function PlanRows({ plans, sort, onSort, chosen, onChoose }: PlanRowsProps) {
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose?.(next);
  };
  const head = (by: PlanSortKey, label: string, className: string) => (
    <Head by={by} className={className} sort={sort} onSort={onSort}>
      {label}
    </Head>
  );
  return (
    <table className="w-full text-left" aria-label="Plans">
      <thead className="text-xs text-muted">
        <tr>
          {onChoose && chosen && (
            <th className="w-8 py-2 pl-4">
              <input
                type="checkbox"
                aria-label="Choose all plans shown"
                className="size-4 accent-accent"
                checked={plans.every(({ id }) => chosen.has(id))}
                onChange={(event) => onChoose(new Set(event.target.checked ? plans.map(({ id }) => id) : []))}
              />
            </th>
          )}
          {head('CUSTOMER', 'Customer', 'pl-4')}
          {head('PRODUCT', 'Product', 'hidden lg:table-cell')}
          {head('PROGRESS', 'Progress', '')}
          <th className="hidden px-2 py-2 font-medium xl:table-cell">90 days</th>
          {head('RISK', 'Health', 'hidden sm:table-cell')}
          <th className="hidden px-2 py-2 font-medium lg:table-cell">Owner</th>
          {head('DUE', 'Due', 'hidden md:table-cell pr-4')}
        </tr>
      </thead>
      <tbody>
        {plans.map((plan) => (
          <PlanRow
            key={plan.id}
            plan={plan}
            choice={
              chosen && (
                <td className="py-2.5 pl-4 align-top">
                  <input
                    type="checkbox"
                    aria-label={`Choose ${plan.name}`}
                    className="mt-0.5 size-4 accent-accent"
                    checked={chosen.has(plan.id)}
                    onChange={() => toggle(plan.id)}
                  />
                </td>
              )
            }
          />
        ))}
      </tbody>
    </table>
  );
}

type HeadProps = {
  by: PlanSortKey;
  className: string;
  sort: PlanSort | undefined;
  onSort: ((sort: PlanSort) => void) | undefined;
  children: string;
};

function Head({ by, className, sort, onSort, children }: HeadProps) {
  const isSorted = sort?.by === by;
  const Icon = sort?.descending ? ArrowDown : ArrowUp;
  return (
    <th
      className={`px-2 py-2 font-medium ${className}`}
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
    >
      {onSort ? (
        <button
          type="button"
          className="inline-flex items-center gap-1 rounded hover:text-ink"
          onClick={() => onSort({ by, descending: isSorted ? !sort.descending : false })}
        >
          {children}
          {isSorted && <Icon className="size-3" aria-hidden="true" />}
        </button>
      ) : (
        children
      )}
    </th>
  );
}

function PlanRow({ plan, choice }: { plan: PlanSummary; choice: ReactNode }) {
  const { slug } = useAdoption();
  const { health, reasons, nextStep } = plan.health;
  const why = reasons.map(({ text }) => text).join('. ');
  return (
    // What is off the screen is not laid out: a thousand rows scroll as twenty do.
    <tr className="border-t border-line align-top [contain-intrinsic-size:auto_64px] [content-visibility:auto] hover:bg-hover">
      {choice}
      <td className="w-full max-w-0 py-2.5 pr-2 pl-4 lg:w-auto lg:max-w-56">
        <Link
          to="/w/$workspace/adoption/plans/$plan"
          params={{ workspace: slug, plan: plan.id }}
          className="block truncate font-medium text-ink underline-offset-4 hover:text-accent hover:underline"
        >
          {plan.customer.name}
        </Link>
        <span className="block truncate text-xs text-muted">{plan.name}</span>
        <span className="mt-1 block sm:hidden">
          <HealthBadge health={health} />
        </span>
      </td>
      <td className="hidden max-w-40 truncate px-2 py-2.5 text-muted lg:table-cell">{plan.product.name}</td>
      <td className="px-2 py-2.5">
        <MiniProgress percentage={plan.progress.combined.percentage} />
      </td>
      <td className="hidden px-2 py-2.5 xl:table-cell">
        <Sparkline points={plan.trend.map(({ combined }) => combined)} />
      </td>
      <td className="hidden px-2 py-2.5 sm:table-cell lg:max-w-96">
        <HealthBadge health={health} />
        {why && <span className="mt-0.5 block text-xs text-muted">{why}</span>}
        {nextStep && nextStep.code !== 'none' && <span className="block text-xs text-ink">→ {nextStep.text}</span>}
      </td>
      <td className="hidden max-w-32 truncate px-2 py-2.5 text-muted lg:table-cell">{plan.owner?.name ?? '–'}</td>
      <td className="hidden py-2.5 pr-4 pl-2 whitespace-nowrap text-muted md:table-cell">
        {plan.dueDate ? formatDay(plan.dueDate, 'UTC') : '–'}
      </td>
    </tr>
  );
}
