/** What can be filtered by and broken down by: the envelope's fields and the properties that were seen. */
import { ENVELOPE_FIELDS } from '@uptake/domain/contract';
import type { Catalogue, Dimension, Filter, FilterOperator } from '../api/types.ts';
import { formatCompact } from '../format/numbers.ts';
import type { PickerOption } from '../ui/picker.tsx';
import { readDimension, writeDimension } from './address.ts';

/** Decides which comparisons make sense. */
export type DimensionKind = 'text' | 'number' | 'boolean';

export function dimensionOptions(catalogue: Catalogue | undefined): PickerOption[] {
  const fields = (catalogue?.fields ?? []).map(({ name }) => ({
    value: writeDimension({ field: name }),
    label: name,
    group: 'Fields of every event',
  }));
  const properties = (catalogue?.properties ?? []).map(({ name, kind, events_30d }) => ({
    value: writeDimension({ property: name }),
    label: name,
    note: `${kind} · ${formatCompact(events_30d)}`,
    group: 'Properties, with events in 30 days',
  }));
  return [...properties, ...fields];
}

export function dimensionOf(optionValue: string): Dimension {
  const dimension = readDimension(optionValue);
  if (dimension === undefined) throw new Error(`Not a dimension: ${optionValue}`);
  return dimension;
}

export function kindOf(dimension: Dimension, catalogue: Catalogue | undefined): DimensionKind {
  if ('property' in dimension) {
    return catalogue?.properties.find(({ name }) => name === dimension.property)?.kind ?? 'text';
  }
  return ENVELOPE_FIELDS.find(({ name }) => name === dimension.field)?.kind === 'boolean' ? 'boolean' : 'text';
}

export const OPERATOR_NAMES: Record<FilterOperator, string> = {
  in: 'is any of',
  not_in: 'is none of',
  equals: 'equals',
  not_equals: 'does not equal',
  contains: 'contains',
  not_contains: 'does not contain',
  starts_with: 'starts with',
  greater_than: 'is more than',
  greater_or_equal: 'is at least',
  less_than: 'is less than',
  less_or_equal: 'is at most',
  is_set: 'is set',
  is_not_set: 'is not set',
};

const PRESENCE: readonly FilterOperator[] = ['is_set', 'is_not_set'];
const OPERATORS: Record<DimensionKind, readonly FilterOperator[]> = {
  text: ['in', 'not_in', 'contains', 'not_contains', 'starts_with', ...PRESENCE],
  number: ['equals', 'not_equals', 'greater_than', 'greater_or_equal', 'less_than', 'less_or_equal', ...PRESENCE],
  boolean: ['equals', ...PRESENCE],
};

/** The comparisons offered; one that the address brought along stays on offer. */
export function operatorsFor(kind: DimensionKind, current: FilterOperator): readonly FilterOperator[] {
  const operators = OPERATORS[kind];
  return operators.includes(current) ? operators : [current, ...operators];
}

/** A filter to start editing from. */
export function startFilter(dimension: Dimension, kind: DimensionKind): Filter {
  if (kind === 'boolean') return { ...dimension, operator: 'equals', value: true };
  return { ...dimension, operator: kind === 'number' ? 'greater_or_equal' : 'in' };
}
