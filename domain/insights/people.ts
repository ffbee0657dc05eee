/** Whether an insight definition would show single people, and which: such an answer needs a recorded approval (E7). */
import type { Filter, TrendDefinition } from './definition.ts';
import { isPersonalField } from './fields.ts';

export type PeopleAsked = {
  /** Pseudonyms, or `anyone` where the definition leaves open who appears. */
  readonly people: readonly string[] | 'anyone';
  /** Where every event of the answer is of one tenant. */
  readonly tenantId: string | undefined;
};

/** `undefined` where nobody can be told apart in the answer. */
export function peopleAsked(definition: TrendDefinition): PeopleAsked | undefined {
  const { breakdown, filters, series } = definition;
  const dimensions = [
    ...(breakdown === null ? [] : [breakdown]),
    ...filters,
    ...series.flatMap((each) => each.filters),
  ];
  if (!dimensions.some((each) => 'field' in each && isPersonalField(each.field))) return undefined;
  const ofAll = idsIn(filters, 'user_id');
  const ofSeries = series.map((each) => idsIn(each.filters, 'user_id'));
  const people = ofAll ?? (ofSeries.every((ids) => ids !== undefined) ? ofSeries.flat() : undefined);
  const tenants = idsIn(filters, 'tenant_id');
  return { people: people ?? 'anyone', tenantId: tenants?.length === 1 ? tenants[0] : undefined };
}

/** The values one of which every event must have; `undefined` where the filters do not say. */
function idsIn(filters: readonly Filter[], field: 'user_id' | 'tenant_id'): string[] | undefined {
  for (const filter of filters) {
    if (!('field' in filter) || filter.field !== field) continue;
    if (filter.operator === 'equals') return [String(filter.value)];
    if (filter.operator === 'in') return filter.value.map(String);
  }
  return undefined;
}
