/** Totals of a portfolio, which narrow it when pressed, and the search, product and owner it is narrowed to. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { membersQuery } from '../settings/members.ts';
import { classNames } from '../ui/class-names.ts';
import { CONTROL_CLASSES } from '../ui/field.tsx';
import { productsQuery } from './api.ts';
import type { PortfolioView } from './portfolio-address.ts';
import type { Health, Portfolio } from './types.ts';
import { useAdoption } from './use-adoption.ts';
import { HEALTH_WORDS, HEALTHS, percentText } from './words.ts';

type ViewProps = { view: PortfolioView; onChange: (view: PortfolioView) => void };

const DOTS = { neutral: 'bg-line-field', accent: 'bg-accent', good: 'bg-good', bad: 'bg-bad', warn: 'bg-warn' };

export function PortfolioTotals({ portfolio, view, onChange }: ViewProps & { portfolio: Portfolio }) {
  const toggle = (health: Health) => {
    const { health: chosen = [], ...rest } = view.filter;
    const next = chosen.includes(health) ? chosen.filter((each) => each !== health) : [...chosen, health];
    onChange({ ...view, filter: next.length === 0 ? rest : { ...rest, health: next } });
  };
  return (
    <section aria-label="Totals" className="grid grid-cols-2 gap-3 sm:grid-cols-4 xl:grid-cols-8">
      <Tile label="Plans" value={portfolio.plans} />
      <Tile label="Customers" value={portfolio.customers} />
      <Tile label="Average" value={percentText(portfolio.averageCombined)} />
      {HEALTHS.map((health) => {
        const isChosen = view.filter.health?.includes(health) ?? false;
        return (
          <button
            key={health}
            type="button"
            aria-pressed={isChosen}
            onClick={() => toggle(health)}
            className={classNames(
              'rounded-xl p-3 text-left shadow-card ring-1',
              isChosen ? 'bg-accent-soft ring-accent' : 'bg-surface ring-line hover:bg-hover',
            )}
          >
            <span className="flex items-center gap-1.5 text-xs text-muted">
              <span className={classNames('size-2 rounded-full', DOTS[HEALTH_WORDS[health].tone])} aria-hidden="true" />
              {HEALTH_WORDS[health].word}
            </span>
            <span className="mt-1 block text-lg font-semibold text-ink">
              {portfolio.byHealth.find((each) => each.health === health)?.plans ?? 0}
            </span>
          </button>
        );
      })}
    </section>
  );
}

function Tile({ label, value }: { label: string; value: string | number }) {
  return (
    <div className="rounded-xl bg-surface p-3 shadow-card ring-1 ring-line">
      <p className="text-xs text-muted">{label}</p>
      <p className="mt-1 text-lg font-semibold text-ink">{value}</p>
    </div>
  );
}

const TYPING_MS = 250;

export function PortfolioFilters({ view, onChange }: ViewProps) {
  const { workspaceId, mayManage } = useAdoption();
  const products = useQuery(productsQuery(workspaceId));
  const members = useQuery({ ...membersQuery(workspaceId), enabled: mayManage });
  const narrow = (name: 'productId' | 'ownerId' | 'search', value: string) => {
    const { [name]: _before, ...rest } = view.filter;
    onChange({ ...view, filter: value === '' ? rest : { ...rest, [name]: value } });
  };
  return (
    <div className="flex flex-wrap gap-2 border-b border-line px-4 py-2.5">
      <SearchField text={view.filter.search ?? ''} onText={(text) => narrow('search', text)} />
      <select
        aria-label="Product"
        className={classNames(CONTROL_CLASSES, 'w-auto max-w-52 pr-8')}
        value={view.filter.productId ?? ''}
        onChange={(event) => narrow('productId', event.target.value)}
      >
        <option value="">Every product</option>
        {products.data?.products.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {mayManage && (
        <select
          aria-label="Owner"
          className={classNames(CONTROL_CLASSES, 'w-auto max-w-52 pr-8')}
          value={view.filter.ownerId ?? ''}
          onChange={(event) => narrow('ownerId', event.target.value)}
        >
          <option value="">Every owner</option>
          {members.data?.members.map(({ id, name, email }) => (
            <option key={id} value={id}>
              {name || email}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

/** Asks once somebody stops typing; what the address says comes back in. */
function SearchField({ text, onText }: { text: string; onText: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the wait, not a new handler
  useEffect(() => {
    if (typed.trim() === text) return;
    const timer = setTimeout(() => onText(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      type="search"
      aria-label="Search plans"
      placeholder="Search by customer, plan or product"
      className={classNames(CONTROL_CLASSES, 'max-w-72')}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
