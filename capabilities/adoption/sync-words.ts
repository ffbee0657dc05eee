/** What a changed template would change, as sentences. */
import type { SyncChange } from '@uptake/domain/adoption';
import type * as model from './model.ts';

export function syncChangesToModel(changes: readonly SyncChange[]): readonly model.SyncChange[] {
  return changes.map((change) => ({
    id: change.id,
    kind: change.kind,
    task: change.task,
    attribute: 'attribute' in change ? change.attribute : undefined,
    text: describeChange(change),
    fields: 'fields' in change ? change.fields : [],
  }));
}

function describeChange(change: SyncChange): string {
  switch (change.kind) {
    case 'task_added':
      return `The task "${change.task}" is new`;
    case 'task_removed':
      return `The task "${change.task}" is no longer part of the template; it leaves the plan with its values`;
    case 'task_changed':
      return `The task "${change.task}" says something else: ${fieldsOf(change.fields)}`;
    case 'attribute_added':
      return `"${change.attribute}" of "${change.task}" is new`;
    case 'attribute_removed':
      return `"${change.attribute}" of "${change.task}" is no longer part of the template; it leaves the plan with its values`;
    case 'attribute_changed':
      return `"${change.attribute}" of "${change.task}" says something else: ${fieldsOf(change.fields)}`;
    case 'attribute_replaced':
      return `"${change.attribute}" of "${change.task}" has another type; its values so far leave the plan`;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  howTo: 'how-to links',
  licenceLevel: 'licence level',
  dataType: 'data type',
  isRequired: 'required or not',
};

function fieldsOf(fields: readonly { readonly field: string }[]): string {
  return fields.map(({ field }) => WORDS[field] ?? field).join(', ');
}
