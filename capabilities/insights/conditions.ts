/** Filters of a definition as SQL conditions that are 0 or 1, never NULL. Every value is bound. */
import { type Dimension, type Filter, insightField, type Scalar, type SeriesDefinition } from '@uptake/domain/insights';
import { columnExpression, propertyExpression } from '@uptake/io/event-store';
import type { Bindings } from './bindings.ts';

/** The value of a dimension as text; '' where an event has none. */
export function textOf(dimension: Dimension, bindings: Bindings): string {
  if ('property' in dimension) return propertyExpression(bindings.name(dimension.property), 'text');
  const column = columnExpression(dimension.field);
  return insightField(dimension.field)?.kind === 'boolean' ? `toString(${column})` : column;
}

export function conditionsOf(filters: readonly Filter[], bindings: Bindings): string[] {
  return filters.map((filter) => conditionOf(filter, bindings));
}

/** What an event must be to count for a series; `undefined` where any will do. */
export function seriesCondition(series: SeriesDefinition, bindings: Bindings): string | undefined {
  const conditions = conditionsOf(series.filters, bindings);
  if (series.event !== null) conditions.unshift(`event_name = ${bindings.bind(series.event, 'String')}`);
  return conditions.length === 0 ? undefined : conditions.join(' AND ');
}

function conditionOf(filter: Filter, bindings: Bindings): string {
  switch (filter.operator) {
    case 'equals':
      return equals(filter, filter.value, bindings);
    case 'not_equals':
      return `NOT ${equals(filter, filter.value, bindings)}`;
    case 'in':
      return isOneOf(filter, filter.value, bindings);
    case 'not_in':
      return `NOT ${isOneOf(filter, filter.value, bindings)}`;
    case 'contains':
      return `(${position(filter, filter.value, bindings)} > 0)`;
    case 'not_contains':
      return `(${position(filter, filter.value, bindings)} = 0)`;
    case 'starts_with':
      return `(${position(filter, filter.value, bindings)} = 1)`;
    case 'greater_than':
      return compares(filter, '>', filter.value, bindings);
    case 'greater_or_equal':
      return compares(filter, '>=', filter.value, bindings);
    case 'less_than':
      return compares(filter, '<', filter.value, bindings);
    case 'less_or_equal':
      return compares(filter, '<=', filter.value, bindings);
    case 'is_set':
      return `(${textOf(filter, bindings)} != '')`;
    case 'is_not_set':
      return `(${textOf(filter, bindings)} = '')`;
  }
}

function equals(dimension: Dimension, value: Scalar, bindings: Bindings): string {
  if (typeof value === 'string') return `(${textOf(dimension, bindings)} = ${bindings.bind(value, 'String')})`;
  if ('field' in dimension) return `(${textOf(dimension, bindings)} = ${bindings.bind(String(value), 'String')})`;
  if (typeof value === 'number') return compares(dimension, '=', value, bindings);
  const property = propertyExpression(bindings.name(dimension.property), 'boolean');
  return `ifNull(${property} = ${bindings.bind(value, 'Bool')}, 0)`;
}

function isOneOf(dimension: Dimension, values: readonly Scalar[], bindings: Bindings): string {
  const texts = values.filter((value) => typeof value === 'string');
  const others = values.filter((value) => typeof value !== 'string').map((value) => equals(dimension, value, bindings));
  if (texts.length === 0) return `(${others.join(' OR ')})`;
  const list = texts.map((text) => bindings.bind(text, 'String')).join(', ');
  return `(${[`${textOf(dimension, bindings)} IN (${list})`, ...others].join(' OR ')})`;
}

function position(dimension: Dimension, text: string, bindings: Bindings): string {
  return `positionCaseInsensitiveUTF8(${textOf(dimension, bindings)}, ${bindings.bind(text, 'String')})`;
}

/** Only properties hold numbers; what is not a number compares as false. */
function compares(dimension: Dimension, operator: string, value: number, bindings: Bindings): string {
  if ('field' in dimension) throw new TypeError(`${dimension.field} is not a number`);
  const property = propertyExpression(bindings.name(dimension.property), 'number');
  return `ifNull(${property} ${operator} ${bindings.bind(value, 'Float64')}, 0)`;
}
