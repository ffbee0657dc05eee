import { expect, test } from 'vitest';
import { draftOf, draftOfJson, inputOf, moved, newAttribute, newTask, problemsOf } from './template-draft.ts';
import type { Json, TemplateTask } from './types.ts';

const stored: TemplateTask[] = [
  {
    id: 't-2',
    name: 'User Training',
    description: '',
    order: 2,
    weight: 2,
    licenceLevel: 'Advanced',
    outcomes: ['Fewer tickets'],
    howTo: [],
    attributes: [
      {
        id: 'a-2',
        name: 'completion_rate',
        dataType: 'PERCENTAGE',
        isRequired: true,
        successCriteria: { operator: '>=', value: 80 },
        order: 2,
      },
      {
        id: 'a-1',
        name: 'users_trained',
        dataType: 'NUMBER',
        isRequired: true,
        successCriteria: { operator: '>=', value: 100 },
        order: 1,
      },
    ],
  },
  {
    id: 't-1',
    name: 'Enable SSO',
    description: '',
    order: 1,
    weight: 1,
    licenceLevel: '',
    outcomes: [],
    howTo: [],
    attributes: [],
  },
];

test('a template is edited in its order and sent with the order of the lists', () => {
  const draft = moved(draftOf(stored), 0, 1);
  const { tasks } = inputOf(draft);
  expect(tasks.map(({ id, order }) => [id, order])).toEqual([
    ['t-2', 1],
    ['t-1', 2],
  ]);
  expect(tasks[0]?.attributes.map(({ id, order }) => [id, order])).toEqual([
    ['a-1', 1],
    ['a-2', 2],
  ]);
  expect(JSON.stringify(tasks)).not.toContain('"key"');
});

test('nothing moves out of the list', () => {
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  expect(moved(['a', 'b'], 1, 2)).toEqual(['a', 'b']);
});

test('the JSON view read back is the same template', () => {
  const draft = draftOf(stored);
  const again = draftOfJson(JSON.parse(JSON.stringify(inputOf(draft))) as Json, () => 'new');
  expect(again).toEqual(draft);
});

test('what is no template is not taken for one', () => {
  expect(draftOfJson([], () => 'new')).toBeUndefined();
  expect(draftOfJson({ tasks: ['Enable SSO'] }, () => 'new')).toBeUndefined();
});

test('problems name task, attribute and what is wrong', () => {
  const broken = { ...newAttribute('n'), name: 'sso_enabled', successCriteria: { operator: '>=', value: 1 } };
  const draft = [
    { ...newTask('x'), name: 'Enable SSO', attributes: [broken] },
    { ...newTask('y'), weight: 0 },
  ];
  expect(problemsOf(draft).map(({ where }) => where)).toEqual(['Enable SSO · sso_enabled', 'Task 2', 'Task 2']);
  expect(problemsOf(draftOf(stored))).toEqual([]);
});
