/** A template while it is edited: tasks and attributes in their order, each with a key that stays while it is moved. */
import { parseCriterion } from '@uptake/domain/criteria';
import { firstCriterion } from './criterion-draft.ts';
import type { HowTo, Json, TaskInput, TemplateAttribute, TemplateTask } from './types.ts';

export type AttributeDraft = Omit<TemplateAttribute, 'id' | 'order'> & { key: string; id?: string };
export type TaskDraft = Omit<TemplateTask, 'id' | 'order' | 'attributes'> & {
  key: string;
  id?: string;
  attributes: readonly AttributeDraft[];
};
export type TemplateDraft = readonly TaskDraft[];

const byOrder = (a: { order: number }, b: { order: number }) => a.order - b.order;

export function draftOf(tasks: readonly TemplateTask[]): TemplateDraft {
  return [...tasks].sort(byOrder).map(({ order: _order, attributes, ...task }) => ({
    ...task,
    key: task.id,
    attributes: [...attributes]
      .sort(byOrder)
      .map(({ order: _at, ...attribute }) => ({ ...attribute, key: attribute.id })),
  }));
}

/** What is sent and what the JSON view shows: order is the place in the list. */
export function inputOf(draft: TemplateDraft): { tasks: TaskInput[] } {
  return {
    tasks: draft.map(({ key: _key, attributes, ...task }, order) => ({
      ...task,
      order: order + 1,
      attributes: attributes.map(({ key: _at, ...attribute }, at) => ({ ...attribute, order: at + 1 })),
    })),
  };
}

export const newTask = (key: string): TaskDraft => ({
  key,
  name: '',
  description: '',
  weight: 1,
  licenceLevel: '',
  outcomes: [],
  howTo: [],
  attributes: [],
});

export const newAttribute = (key: string): AttributeDraft => ({
  key,
  name: '',
  dataType: 'BOOLEAN',
  isRequired: true,
  successCriteria: firstCriterion('BOOLEAN'),
});

/** Moves what is at `from` so that it stands at `to`; what is out of bounds stays. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) return items;
  return items.toSpliced(from, 1).toSpliced(to, 0, item);
}

export type DraftProblem = { taskKey: string; where: string; message: string };

/** What the server would refuse, told while it is edited. */
export function problemsOf(draft: TemplateDraft): readonly DraftProblem[] {
  const names = Map.groupBy(draft, ({ name }) => name.trim());
  return draft.flatMap((task, index) => {
    const where = task.name.trim() || `Task ${index + 1}`;
    const tell = (message: string, at = where): DraftProblem => ({ taskKey: task.key, where: at, message });
    const own = [
      ...(task.name.trim() === '' ? [tell('has no name')] : []),
      ...(task.name.trim() !== '' && (names.get(task.name.trim())?.length ?? 0) > 1 ? [tell('is there twice')] : []),
      ...(task.weight > 0 ? [] : [tell('needs a weight above 0')]),
    ];
    const attributes = Map.groupBy(task.attributes, ({ name }) => name.trim());
    return [
      ...own,
      ...task.attributes.flatMap((attribute, at) => {
        const called = `${where} · ${attribute.name.trim() || `attribute ${at + 1}`}`;
        const { errors } = parseCriterion(attribute.successCriteria, attribute.dataType);
        return [
          ...(attribute.name.trim() === '' ? [tell('has no name', called)] : []),
          ...(attribute.name.trim() !== '' && (attributes.get(attribute.name.trim())?.length ?? 0) > 1
            ? [tell('is there twice', called)]
            : []),
          ...(errors ?? []).map(({ path, message }) => tell(`${path} ${message}`.trim(), called)),
        ];
      }),
    ];
  });
}

/** The JSON view read back; what is not there takes its default. Undefined where it is no template at all. */
export function draftOfJson(json: Json, newKey: () => string): TemplateDraft | undefined {
  const tasks = recordOf(json)?.tasks;
  if (!Array.isArray(tasks)) return undefined;
  const read = (tasks as readonly Json[]).map((task) => taskOf(task, newKey));
  return read.every((task) => task !== undefined) ? read : undefined;
}

function taskOf(json: Json, newKey: () => string): TaskDraft | undefined {
  const task = recordOf(json);
  if (task === undefined) return undefined;
  const attributes = listOf(task.attributes).map((each) => attributeOf(each, newKey));
  if (!attributes.every((attribute) => attribute !== undefined)) return undefined;
  const id = textOf(task.id);
  return {
    ...(id === '' ? {} : { id }),
    key: id || newKey(),
    name: textOf(task.name),
    description: textOf(task.description),
    weight: typeof task.weight === 'number' ? task.weight : 1,
    licenceLevel: textOf(task.licenceLevel),
    outcomes: listOf(task.outcomes).map(textOf),
    howTo: listOf(task.howTo).map(
      (each): HowTo => ({ title: textOf(recordOf(each)?.title), url: textOf(recordOf(each)?.url) }),
    ),
    attributes,
  };
}

function attributeOf(json: Json, newKey: () => string): AttributeDraft | undefined {
  const attribute = recordOf(json);
  if (attribute === undefined) return undefined;
  const id = textOf(attribute.id);
  return {
    ...(id === '' ? {} : { id }),
    key: id || newKey(),
    name: textOf(attribute.name),
    dataType: textOf(attribute.dataType) as AttributeDraft['dataType'],
    isRequired: attribute.isRequired !== false,
    successCriteria: attribute.successCriteria ?? null,
  };
}

const recordOf = (json: Json | undefined) =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as { readonly [name: string]: Json })
    : undefined;
const listOf = (json: Json | undefined): readonly Json[] => (Array.isArray(json) ? (json as readonly Json[]) : []);
const textOf = (json: Json | undefined) => (typeof json === 'string' ? json : '');
