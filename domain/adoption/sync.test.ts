import { expect, test } from 'vitest';
import { type Criterion, parseCriterion } from '../criteria/index.ts';
import {
  applySync,
  diffTemplate,
  snapshotTemplate,
  type Template,
  type TemplateAttribute,
  type TemplateTask,
} from './index.ts';

function ids(): () => string {
  let next = 0;
  return () => `new-${++next}`;
}

function atLeast(value: number): Criterion {
  const { criterion } = parseCriterion({ operator: '>=', value }, 'NUMBER');
  if (criterion === undefined) throw new Error('no criterion');
  return criterion;
}

function attribute(id: string, changes: Partial<TemplateAttribute> = {}): TemplateAttribute {
  return { id, name: id, dataType: 'NUMBER', isRequired: true, criterion: atLeast(100), order: 1, ...changes };
}

function task(id: string, order: number, attributes: readonly TemplateAttribute[]): TemplateTask {
  return {
    id,
    name: `Task ${id}`,
    description: '',
    order,
    weight: 1,
    licenceLevel: 'Essential',
    outcomes: [],
    howTo: [],
    attributes,
  };
}

const first: Template = {
  version: 1,
  tasks: [
    task('sso', 1, [attribute('users'), attribute('logins', { order: 2 })]),
    task('training', 2, [attribute('trained')]),
  ],
};

/** The plan of the first version, with work done in it. */
const plan = (() => {
  const taken = snapshotTemplate(first, ids());
  return { ...taken, tasks: taken.tasks.map((own) => ({ ...own, status: 'IN_PROGRESS' as const })) };
})();

const second: Template = {
  version: 2,
  tasks: [
    {
      ...task('sso', 3, [attribute('users', { criterion: atLeast(200) }), attribute('groups', { order: 2 })]),
      name: 'Single sign-on',
    },
    task('api', 1, [attribute('calls')]),
  ],
};

test('a snapshot has ids of its own, remembers the originals, and begins with nothing started', () => {
  const taken = snapshotTemplate(first, ids());
  expect(taken.tasks.map(({ originalTaskId, status }) => [originalTaskId, status])).toEqual([
    ['sso', 'NOT_STARTED'],
    ['training', 'NOT_STARTED'],
  ]);
  const all = taken.tasks.flatMap((own) => [own.id, ...own.attributes.map(({ id }) => id)]);
  expect(new Set(all).size).toBe(5);
  expect(taken.tasks[0]?.attributes.map(({ originalAttributeId }) => originalAttributeId)).toEqual(['users', 'logins']);
});

test('nothing differs between a template and a plan just taken from it', () => {
  expect(diffTemplate(first, snapshotTemplate(first, ids()))).toEqual([]);
});

test('a changed template is offered change by change', () => {
  expect(diffTemplate(second, plan).map(({ id }) => id)).toEqual([
    'task:sso:change',
    'attribute:users:change',
    'attribute:groups:add',
    'attribute:logins:remove',
    'task:api:add',
    'task:training:remove',
  ]);
  expect(diffTemplate(second, plan)[0]).toMatchObject({
    kind: 'task_changed',
    task: 'Task sso',
    fields: [
      { field: 'name', from: 'Task sso', to: 'Single sign-on' },
      { field: 'order', from: 1, to: 3 },
    ],
  });
  expect(diffTemplate(second, plan)[1]).toMatchObject({
    fields: [{ field: 'criterion', from: { operator: '>=', value: 100 }, to: { operator: '>=', value: 200 } }],
  });
});

test('accepting everything makes the plan equal to the template and keeps statuses and ids', () => {
  const accepted = diffTemplate(second, plan).map(({ id }) => id);
  const synced = applySync(second, plan, { templateVersion: 2, accepted }, ids());
  if (synced.refused !== undefined) throw new Error(synced.refused);
  expect(diffTemplate(second, synced.plan)).toEqual([]);
  expect(synced.plan.templateVersion).toBe(2);
  expect(synced.plan.tasks.map(({ name, status }) => [name, status])).toEqual([
    ['Task api', 'NOT_STARTED'],
    ['Single sign-on', 'IN_PROGRESS'],
  ]);
  const [sso] = plan.tasks;
  const now = synced.plan.tasks.find(({ originalTaskId }) => originalTaskId === 'sso');
  expect([now?.id, now?.attributes[0]?.id]).toEqual([sso?.id, sso?.attributes[0]?.id]);
  expect(synced.removedTasks.map(({ name }) => name)).toEqual(['Task training']);
  expect(synced.removedAttributes.map(({ name }) => name)).toEqual(['logins']);
});

test('what is not accepted stays as it is', () => {
  const synced = applySync(second, plan, { templateVersion: 2, accepted: ['attribute:groups:add'] }, ids());
  if (synced.refused !== undefined) throw new Error(synced.refused);
  expect(synced.plan.tasks.map(({ name }) => name)).toEqual(['Task sso', 'Task training']);
  expect(synced.plan.tasks[0]?.attributes.map(({ name }) => name)).toEqual(['users', 'logins', 'groups']);
  expect(diffTemplate(second, synced.plan)).toHaveLength(5);
});

test('an attribute of another type is replaced, because its values mean nothing any more', () => {
  const { criterion = atLeast(1) } = parseCriterion({ operator: 'equals', value: true }, 'BOOLEAN');
  const template: Template = {
    version: 2,
    tasks: [
      task('sso', 1, [attribute('users', { dataType: 'BOOLEAN', criterion }), attribute('logins', { order: 2 })]),
      ...first.tasks.slice(1),
    ],
  };
  expect(diffTemplate(template, plan)).toMatchObject([{ kind: 'attribute_replaced', attribute: 'users' }]);
  const synced = applySync(template, plan, { templateVersion: 2, accepted: ['attribute:users:change'] }, ids());
  if (synced.refused !== undefined) throw new Error(synced.refused);
  const replaced = synced.plan.tasks[0]?.attributes[0];
  expect(replaced).toMatchObject({ dataType: 'BOOLEAN', originalAttributeId: 'users' });
  expect(replaced?.id).not.toBe(plan.tasks[0]?.attributes[0]?.id);
  expect(synced.removedAttributes.map(({ id }) => id)).toEqual([plan.tasks[0]?.attributes[0]?.id]);
});

test('what was added to the plan alone is never touched', () => {
  const own = { ...plan.tasks[0]!, id: 'own', originalTaskId: undefined, name: 'Kick-off with their security team' };
  const withOwn = { ...plan, tasks: [...plan.tasks, own] };
  expect(diffTemplate(first, withOwn)).toEqual([]);
});

test('a template that changed after the review is not applied', () => {
  const third = { ...second, version: 3 };
  expect(applySync(third, plan, { templateVersion: 2, accepted: [] }, ids())).toEqual({ refused: 'template_changed' });
  expect(applySync(second, plan, { templateVersion: 2, accepted: ['task:nobody:add'] }, ids())).toEqual({
    refused: 'unknown_change',
  });
});
