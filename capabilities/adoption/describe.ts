/** Reads a criterion back as a sentence, or says where it is wrong. */
import { type DataType, describeCriterion, parseCriterion } from '@uptake/domain/criteria';
import type { CriterionDescription } from './model.ts';

export function describeCriterionOf(dataType: DataType, successCriteria: unknown): CriterionDescription {
  const { criterion, errors } = parseCriterion(successCriteria, dataType);
  if (criterion !== undefined)
    return { isValid: true, text: describeCriterion(criterion, dataType), path: undefined, problem: undefined };
  const [first] = errors;
  return { isValid: false, text: undefined, path: first?.path, problem: first?.message };
}
