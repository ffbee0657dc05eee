/** Success criteria: parse, describe in words, evaluate over a series of values, explain. Pure; the day is an argument. */
export {
  AGGREGATES,
  AGGREGATES_OF,
  type Aggregate,
  type Comparison,
  CRITERION_LIMITS,
  type Criterion,
  criterionToJson,
  DATA_TYPES,
  type DataType,
  OPERATORS,
  OPERATORS_OF,
  type Operator,
  type Value,
} from './criterion.ts';
export { dayOf, formatDay, parseDay } from './days.ts';
export { describeCriterion, describeValue, summariseCriterion } from './describe.ts';
export { type CompiledCriterion, compileCriterion, type Evaluation, type Verdict } from './evaluate.ts';
export { explainCriterion } from './explain.ts';
export { type ParsedCriterion, parseCriterion, parseCriterionText } from './parse.ts';
export { typeMismatch } from './parse-operand.ts';
export { type Observation, type Series, seriesOf } from './series.ts';
