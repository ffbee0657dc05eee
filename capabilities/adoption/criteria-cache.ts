/** Criteria as the control store keeps them, parsed and compiled once: thousands of plans share a template's few criteria. */
import {
  type CompiledCriterion,
  type Criterion,
  compileCriterion,
  type DataType,
  parseCriterion,
} from '@uptake/domain/criteria';

export type KnownCriterion = CompiledCriterion & {
  readonly criterion: Criterion;
  /** The newest value does not decide by itself: there is a window, a count or another aggregate. */
  readonly needsSeries: boolean;
  /** For so many days back, today included, values are counted together; 0 where only the newest is looked at. */
  readonly countedDays: number;
};

const MAX_KNOWN = 5_000;
const known = new Map<string, KnownCriterion>();

/** `json` was checked when it was saved, so a criterion that cannot be read is a defect. */
export function criterionOf(json: unknown, type: DataType): KnownCriterion {
  const key = `${type}${JSON.stringify(json)}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const { criterion, errors } = parseCriterion(json, type);
  if (errors !== undefined) throw new Error(`A stored criterion cannot be read: ${errors[0]?.message}`);
  const looksBack = { needsSeries: needsSeries(criterion), countedDays: countedDays(criterion) };
  const compiled = { ...compileCriterion(criterion, type), criterion, ...looksBack };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, compiled);
  return compiled;
}

function needsSeries(criterion: Criterion): boolean {
  if (criterion.kind === 'comparison') return criterion.aggregate !== 'latest' || criterion.lastDays !== undefined;
  if (criterion.kind === 'not') return needsSeries(criterion.criterion);
  return criterion.criteria.some(needsSeries);
}

function countedDays(criterion: Criterion): number {
  if (criterion.kind === 'not') return countedDays(criterion.criterion);
  if (criterion.kind !== 'comparison') return Math.max(0, ...criterion.criteria.map(countedDays));
  return criterion.aggregate === 'latest' ? 0 : (criterion.lastDays ?? Number.POSITIVE_INFINITY);
}
