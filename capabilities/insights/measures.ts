/** Measures of a series as SQL aggregates over the rows of its condition. */
import type { Measure } from '@uptake/domain/insights';
import { countableExpression, propertyExpression } from '@uptake/io/event-store';
import type { Bindings } from './bindings.ts';
import { aggregate, both, SOURCES, type SourceSql } from './source.ts';

/** NULL or NaN where there is nothing to measure. */
export function measureSql(
  measure: Measure,
  condition: string | undefined,
  source: SourceSql,
  bindings: Bindings,
): string {
  switch (measure.kind) {
    case 'total':
      return source.total(condition);
    case 'unique':
      return source.unique(measure.of, condition);
    case 'per_user_average': {
      // Events that nobody is known to have caused belong to no one's average.
      const ofUsers = both(countableExpression('user').present, condition);
      return `${SOURCES.raw.total(ofUsers)} / ${SOURCES.raw.unique('user', condition)}`;
    }
    case 'property':
      return propertyMeasure(measure, condition, bindings);
  }
}

const LEVELS = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/**
 * Weights of sampled events reach the engine's weighted quantile as integers; thousandths keep 1/0.3 apart from 3.
 * A percentile is the nearest rank: the smallest value that at least this share of the weight does not exceed.
 */
const INTEGER_WEIGHT = 'toUInt64(round(weight * 1000))';

function propertyMeasure(
  { property, aggregate: kind }: Measure & { kind: 'property' },
  condition: string | undefined,
  bindings: Bindings,
): string {
  const value = propertyExpression(bindings.name(property), 'number');
  switch (kind) {
    case 'sum':
      return aggregate('sum', `weight * ${value}`, condition);
    case 'average':
      return `${aggregate('sum', `weight * ${value}`, condition)} / sumIf(weight, ${both(`isNotNull(${value})`, condition)})`;
    case 'min':
    case 'max':
      return aggregate(kind, value, condition);
    default:
      return aggregate('quantileExactWeighted', `${value}, ${INTEGER_WEIGHT}`, condition, `(${LEVELS[kind]})`);
  }
}
