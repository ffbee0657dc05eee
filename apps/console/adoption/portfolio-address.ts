/** What a portfolio shows, as parameters of its address: `?health=STALLED&q=contoso&sort=DUE&owner=…&product=…`. */
import type { SearchParameters } from '../search-parameters.ts';
import type { Health, PlanFilter, PlanSort, PlanSortKey } from './types.ts';
import { HEALTHS } from './words.ts';

const SORT_KEYS: readonly PlanSortKey[] = ['RISK', 'CUSTOMER', 'PRODUCT', 'PROGRESS', 'DUE', 'LAST_PROGRESS'];

export type PortfolioView = { filter: PlanFilter; sort: PlanSort };

export function readPortfolioAddress(parameters: SearchParameters): PortfolioView {
  const one = (name: string) => [parameters[name] ?? []].flat().at(-1);
  const health = [parameters.health ?? []].flat().filter((each): each is Health => HEALTHS.includes(each as Health));
  const by = SORT_KEYS.find((key) => key === one('sort')) ?? 'RISK';
  const [search, productId, ownerId] = [one('q'), one('product'), one('owner')];
  return {
    filter: {
      ...(health.length > 0 ? { health } : {}),
      ...(search ? { search } : {}),
      ...(productId ? { productId } : {}),
      ...(ownerId ? { ownerId } : {}),
    },
    sort: { by, descending: one('order') === 'descending' },
  };
}

export function portfolioAddress({ filter, sort }: PortfolioView): SearchParameters {
  return {
    ...(filter.health && filter.health.length > 0 ? { health: filter.health } : {}),
    ...(filter.search ? { q: filter.search } : {}),
    ...(filter.productId ? { product: filter.productId } : {}),
    ...(filter.ownerId ? { owner: filter.ownerId } : {}),
    ...(sort.by === 'RISK' ? {} : { sort: sort.by }),
    ...(sort.descending ? { order: 'descending' } : {}),
  };
}
