/**
 * Measures over sampled events: what is read beside the measure itself, and the maths that turns it into an estimate and its
 * standard error (domain/sampling). Asked only where an answer holds sampled events, so that all others cost what they did.
 */
import type { Measure } from '@uptake/domain/insights';
import {
  type Estimate,
  estimateUnique,
  missingShare,
  PANEL_WEIGHT,
  standardErrorOfMean,
  standardErrorOfRatio,
  standardErrorOfSum,
} from '@uptake/domain/sampling';
import { countableExpression, propertyExpression } from '@uptake/io/event-store';
import type { Bindings } from './bindings.ts';
import { aggregate, both, type SourceSql } from './source.ts';

/** `sampled`: reads what estimates are made of, for answers that hold sampled events. */
export type Reading = 'plain' | 'sampled';

/** SQL by what it is of; the reader gets the numbers back under the same names. */
type Columns = Readonly<Record<string, string>>;
type Numbers = Readonly<Record<string, number>>;

/** `null` as a standard error: there is none to state, as for a maximum or a percentile. */
export type Measured = { readonly value: number | null; readonly standardError: number | null };

export type SampledMeasure = {
  readonly columns: Columns;
  /** `value`: the measure as it is read from unsampled events. */
  read(value: number | null, numbers: Numbers): Measured;
};

export function sampledMeasure(
  measure: Measure,
  condition: string | undefined,
  source: SourceSql,
  bindings: Bindings,
): SampledMeasure {
  switch (measure.kind) {
    case 'total':
      return {
        columns: { variance: source.variance(condition) },
        read: (value, { variance = 0 }) => ({ value, standardError: standardErrorOfSum(variance) }),
      };
    case 'unique':
      // The first event of a tenant is kept for certain, so tenants need no estimate; beyond that there is a lower bound.
      if (measure.of === 'tenant') return { columns: {}, read: (value) => ({ value, standardError: null }) };
      return {
        columns: {
          weighted: source.uniqueWeighted(measure.of, condition),
          weights: source.total(condition),
          variance: source.variance(condition),
        },
        read: (kept, numbers) => peopleOf(kept ?? 0, numbers),
      };
    case 'per_user_average': {
      const ofUsers = both(countableExpression('user').present, condition);
      return {
        columns: {
          people: source.unique('user', condition),
          weighted: source.uniqueWeighted('user', condition),
          weights: source.total(ofUsers),
          variance: source.variance(ofUsers),
        },
        read: (_, numbers) => perPerson(numbers),
      };
    }
    case 'property':
      return ofProperty(measure, condition, bindings);
  }
}

/** By what the values of a breakdown rank: the estimate itself, as SQL. */
export function uniqueEstimateSql(of: 'user' | 'session', condition: string | undefined, source: SourceSql): string {
  const kept = `toInt64(${source.unique(of, condition)})`;
  const weighted = `toInt64(${source.uniqueWeighted(of, condition)})`;
  return `(${weighted} + ${PANEL_WEIGHT} * greatest(${kept} - ${weighted}, 0))`;
}

function peopleOf(kept: number, { weighted = 0, weights = 0, variance = 0 }: Numbers): Estimate {
  return estimateUnique(kept, weighted, missingShare(weights, variance));
}

function perPerson(numbers: Numbers): Measured {
  const { people = 0, weights = 0, variance = 0 } = numbers;
  const persons = peopleOf(people, numbers);
  if (persons.value === 0) return { value: null, standardError: null };
  const events = { value: weights, standardError: standardErrorOfSum(variance) };
  return { value: weights / persons.value, standardError: standardErrorOfRatio(events, persons) };
}

function ofProperty(
  { property, aggregate: kind }: Measure & { kind: 'property' },
  condition: string | undefined,
  bindings: Bindings,
): SampledMeasure {
  const value = propertyExpression(bindings.name(property), 'number');
  const present = both(`isNotNull(${value})`, condition);
  const squares = aggregate('sum', `weight * (weight - 1) * ${value} * ${value}`, condition);
  if (kind === 'sum') {
    return {
      columns: { squares },
      read: (sum, numbers) => ({ value: sum, standardError: standardErrorOfSum(numbers.squares ?? 0) }),
    };
  }
  if (kind !== 'average') return { columns: {}, read: (read) => ({ value: read, standardError: null }) };
  return {
    columns: {
      squares,
      values: aggregate('sum', `weight * (weight - 1) * ${value}`, condition),
      ones: aggregate('sum', 'weight * (weight - 1)', present),
      weights: aggregate('sum', 'weight', present),
    },
    read: (mean, { squares: valuesSquared = 0, values = 0, ones = 0, weights = 0 }) => ({
      value: mean,
      standardError: mean === null ? null : standardErrorOfMean(mean, weights, { ones, values, valuesSquared }),
    }),
  };
}
