/** Plans and templates of any size, with every type of attribute in turn. */
import type { WorkbookPlan, WorkbookTemplate } from '@uptake/capabilities/adoption/workbook';
import { taskCompletion } from '@uptake/domain/adoption';
import { type Criterion, type DataType, parseCriterion, parseDay, type Value } from '@uptake/domain/criteria';

export const TODAY = parseDay('2026-11-21');
export const NOW_MS = Date.UTC(2026, 10, 21, 9, 30);

const TYPES: readonly (readonly [DataType, criterion: unknown, value: Value])[] = [
  ['BOOLEAN', { operator: 'equals', value: true }, true],
  ['NUMBER', { operator: '>=', value: 100 }, 123.5],
  ['PERCENTAGE', { operator: '>=', value: 80 }, 85],
  ['STRING', { operator: 'contains', value: 'plan' }, 'enterprise plan'],
  ['DATE', { operator: 'after', value: '2026-01-01' }, '2026-05-05'],
];

const KINDS = TYPES.map(([dataType, json, value]) => ({ dataType, criterion: criterionOf(json, dataType), value }));

function criterionOf(json: unknown, type: DataType): Criterion {
  const { criterion, errors } = parseCriterion(json, type);
  if (criterion === undefined) throw new Error(JSON.stringify(errors));
  return criterion;
}

export function planOf(tasks: number, attributesPerTask: number): WorkbookPlan {
  return {
    planId: 'bench-plan',
    planName: 'Bench',
    customerName: 'Customer',
    productId: 'bench-product',
    productName: 'Product',
    snapshotVersion: 1,
    tasks: Array.from({ length: tasks }, (_, task) => {
      const attributes = Array.from({ length: attributesPerTask }, (__, index) => {
        const kind = KINDS[(task + index) % KINDS.length] as (typeof KINDS)[number];
        const { dataType, criterion, value } = kind;
        const id = `attribute_${task}_${index}`;
        return { id, name: id, dataType, criterion, isMet: true, latest: { value, notes: '' } };
      });
      const completion = taskCompletion(attributes.map(() => ({ isRequired: true, isMet: true })));
      return { id: `task-${task}`, name: `Task number ${task + 1}`, status: 'IN_PROGRESS', completion, attributes };
    }),
  };
}

export function templateOf(tasks: number, attributesPerTask: number): WorkbookTemplate {
  const plan = planOf(tasks, attributesPerTask);
  return {
    productId: plan.productId,
    productName: plan.productName,
    version: 1,
    tasks: plan.tasks.map(({ id, name, attributes }, order) => ({
      id,
      name,
      description: '',
      order,
      weight: 1,
      licenceLevel: '',
      outcomes: [],
      howTo: [],
      attributes: attributes.map(({ id: attributeId, name: attributeName, dataType, criterion }, index) => ({
        id: attributeId,
        name: attributeName,
        dataType,
        criterion,
        isRequired: true,
        order: index,
      })),
    })),
  };
}
