/** Finds a value that meets a criterion, for the sheet of examples. */
import {
  type Criterion,
  compileCriterion,
  type DataType,
  formatDay,
  parseDay,
  type Value,
} from '@uptake/domain/criteria';

/** Undefined where no simple value does: several values over days may be needed, or a text that fits a pattern. */
export function sampleValue(criterion: Criterion, type: DataType, today: number): Value | undefined {
  const { evaluateValue } = compileCriterion(criterion, type);
  return candidates(criterion, type, today).find((value) => evaluateValue(value, today).isMet);
}

const PLAIN: Readonly<Record<DataType, readonly Value[]>> = {
  BOOLEAN: [true, false],
  NUMBER: [100, 10, 1, 0, -1],
  PERCENTAGE: [100, 80, 50, 0],
  STRING: ['example'],
  DATE: [],
};

/** The values that the criterion itself names come first, each with its neighbours. */
function candidates(criterion: Criterion, type: DataType, today: number): readonly Value[] {
  const named = operands(criterion).flatMap((value) => neighbours(value, type));
  return [...named, ...PLAIN[type], ...(type === 'DATE' ? [formatDay(today)] : [])];
}

function operands(criterion: Criterion): readonly Value[] {
  switch (criterion.kind) {
    case 'comparison':
      return Array.isArray(criterion.value) ? (criterion.value as readonly Value[]) : [criterion.value as Value];
    case 'not':
      return operands(criterion.criterion);
    default:
      return criterion.criteria.flatMap(operands);
  }
}

function neighbours(value: Value, type: DataType): readonly Value[] {
  if (typeof value === 'number' && (type === 'NUMBER' || type === 'PERCENTAGE')) return [value, value + 1, value - 1];
  if (typeof value === 'string' && type === 'DATE') {
    const day = parseDay(value);
    return [value, formatDay(day + 1), formatDay(day - 1)];
  }
  return typeof value === 'string' && type === 'STRING' ? [value, `${value}-example`] : [];
}
