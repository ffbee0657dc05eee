/** What of a criterion can be drawn into a chart of the values: bounds of single values, not of sums or counts. */
import { type Criterion, type DataType, describeCriterion, parseCriterion } from '@uptake/domain/criteria';

export type Bound = { readonly from?: number; readonly to?: number; readonly label: string };

export function criterionBounds(json: unknown, type: DataType): readonly Bound[] {
  const { criterion } = parseCriterion(json, type);
  return criterion === undefined ? [] : boundsOf(criterion, type);
}

function boundsOf(criterion: Criterion, type: DataType): readonly Bound[] {
  // What must not hold has no side on which values are good.
  if (criterion.kind === 'not') return [];
  if (criterion.kind !== 'comparison') return criterion.criteria.flatMap((part) => boundsOf(part, type));
  if (criterion.aggregate === 'count' || criterion.aggregate === 'sum') return [];
  const label = describeCriterion(criterion, type);
  const { operator, value } = criterion;
  if (operator === 'between' && Array.isArray(value)) {
    const [from, to] = value;
    return typeof from === 'number' && typeof to === 'number' ? [{ from, to, label }] : [];
  }
  if (typeof value !== 'number') return [];
  if (operator === '>' || operator === '>=') return [{ from: value, label }];
  if (operator === '<' || operator === '<=') return [{ to: value, label }];
  return operator === 'equals' ? [{ from: value, to: value, label }] : [];
}
