/** A template as people send it and as the control store keeps it; what does not fit is refused with its place. */
import type { Template, TemplateAttribute, TemplateTask } from '@uptake/domain/adoption';
import type { InputError } from '@uptake/domain/contract';
import { type Criterion, criterionToJson, describeCriterion, parseCriterion } from '@uptake/domain/criteria';
import type * as model from './model.ts';
import type { TemplateAttributeInput, TemplateInput, TemplateTaskInput } from './port.ts';

export const TEMPLATE_LIMITS = {
  maxTasks: 1_000,
  maxAttributes: 10_000,
  maxNameLength: 200,
  maxTextLength: 5_000,
  maxListEntries: 50,
} as const;

export type ReadTemplate =
  | { readonly tasks: readonly TemplateTask[]; readonly errors?: undefined }
  | { readonly tasks?: undefined; readonly errors: readonly InputError[] };

/** Ids that are known stay; what is new gets one, and so does what says an id of something else. */
export function readTemplate(input: TemplateInput, known: Template | undefined, newId: () => string): ReadTemplate {
  const reader = new TemplateReader(known, newId);
  const tasks = reader.tasks(input.tasks);
  return reader.errors.length > 0 ? { errors: reader.errors } : { tasks };
}

class TemplateReader {
  readonly errors: InputError[] = [];
  readonly #ids: Set<string>;
  readonly #newId: () => string;

  constructor(known: Template | undefined, newId: () => string) {
    this.#ids = new Set(known?.tasks.flatMap(({ id, attributes }) => [id, ...attributes.map((each) => each.id)]));
    this.#newId = newId;
  }

  tasks(inputs: readonly TemplateTaskInput[]): readonly TemplateTask[] {
    const count = inputs.reduce((sum, { attributes }) => sum + attributes.length, 0);
    if (inputs.length > TEMPLATE_LIMITS.maxTasks)
      this.#refuse('/tasks', `has more than ${TEMPLATE_LIMITS.maxTasks} tasks`);
    if (count > TEMPLATE_LIMITS.maxAttributes)
      this.#refuse('/tasks', `has more than ${TEMPLATE_LIMITS.maxAttributes} attributes`);
    if (this.errors.length > 0) return [];
    this.#refuseTwins(inputs, '/tasks');
    return ordered(inputs).map(([input, index], position) => this.#task(input, `/tasks/${index}`, position + 1));
  }

  #task(input: TemplateTaskInput, path: string, order: number): TemplateTask {
    this.#refuseTwins(input.attributes, `${path}/attributes`);
    const weight = input.weight ?? 1;
    if (!(Number.isFinite(weight) && weight > 0)) this.#refuse(`${path}/weight`, 'must be a number above 0');
    return {
      id: this.#id(input.id),
      name: this.#name(input.name, `${path}/name`),
      description: this.#text(input.description ?? '', `${path}/description`),
      order,
      weight,
      licenceLevel: this.#text(input.licenceLevel ?? '', `${path}/licenceLevel`),
      outcomes: this.#list(input.outcomes ?? [], `${path}/outcomes`).map((each, index) =>
        this.#name(each, `${path}/outcomes/${index}`),
      ),
      howTo: this.#list(input.howTo ?? [], `${path}/howTo`).map(({ title, url }, index) => ({
        title: this.#name(title, `${path}/howTo/${index}/title`),
        url: this.#url(url, `${path}/howTo/${index}/url`),
      })),
      attributes: ordered(input.attributes).map(([attribute, index], position) =>
        this.#attribute(attribute, `${path}/attributes/${index}`, position + 1),
      ),
    };
  }

  #attribute(input: TemplateAttributeInput, path: string, order: number): TemplateAttribute {
    return {
      id: this.#id(input.id),
      name: this.#name(input.name, `${path}/name`),
      dataType: input.dataType,
      isRequired: input.isRequired ?? true,
      criterion: this.#criterion(input, `${path}/successCriteria`),
      order,
    };
  }

  #criterion({ successCriteria, dataType }: TemplateAttributeInput, path: string): Criterion {
    const { criterion, errors } = parseCriterion(successCriteria, dataType);
    if (errors === undefined) return criterion;
    for (const error of errors) this.#refuse(`${path}${error.path}`, error.message);
    return NEVER_KEPT;
  }

  #name(text: string, path: string): string {
    const name = text.trim();
    if (name === '' || name.length > TEMPLATE_LIMITS.maxNameLength || !name.isWellFormed() || name.includes('\0'))
      this.#refuse(path, `must be a text of 1 to ${TEMPLATE_LIMITS.maxNameLength} characters`);
    else if (/^[=@]/.test(name)) this.#refuse(path, 'begins as a formula does, and would run in a spreadsheet');
    return name;
  }

  #text(text: string, path: string): string {
    if (text.length > TEMPLATE_LIMITS.maxTextLength || !text.isWellFormed() || text.includes('\0'))
      this.#refuse(path, `must be a text of at most ${TEMPLATE_LIMITS.maxTextLength} characters`);
    return text.trim();
  }

  #url(text: string, path: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !['http:', 'https:'].includes(url.protocol))
      this.#refuse(path, 'must be an http(s) address');
    return text;
  }

  #list<Entry>(entries: readonly Entry[], path: string): readonly Entry[] {
    if (entries.length > TEMPLATE_LIMITS.maxListEntries)
      this.#refuse(path, `has more than ${TEMPLATE_LIMITS.maxListEntries} entries`);
    return entries.slice(0, TEMPLATE_LIMITS.maxListEntries);
  }

  /** The workbook finds tasks and attributes by their names. */
  #refuseTwins(entries: readonly { readonly name: string }[], path: string): void {
    const seen = new Set<string>();
    entries.forEach(({ name }, index) => {
      const plain = name.normalize('NFC').trim();
      if (seen.has(plain)) this.#refuse(`${path}/${index}/name`, `"${plain.slice(0, 60)}" is there twice`);
      seen.add(plain);
    });
  }

  /** Taken once: two entries with one id would be one. */
  #id(asked: string | null | undefined): string {
    return typeof asked === 'string' && this.#ids.delete(asked) ? asked : this.#newId();
  }

  #refuse(path: string, message: string): void {
    if (this.errors.length < MAX_ERRORS) this.errors.push({ path, message });
  }
}

const MAX_ERRORS = 100;
/** Stands where a criterion was refused, in a template that is refused with it. */
const NEVER_KEPT: Criterion = { kind: 'all', criteria: [] };

/** By `order` where it is given; what has none stays where it is among the others. With their places in the input. */
function ordered<Entry extends { readonly order?: number | null | undefined }>(
  entries: readonly Entry[],
): readonly (readonly [Entry, number])[] {
  return entries
    .map((entry, index) => [entry, index] as const)
    .sort(([left, i], [right, j]) => (left.order ?? i + 1) - (right.order ?? j + 1) || i - j);
}

type StoredTask = Omit<TemplateTask, 'attributes'> & { readonly attributes: readonly StoredAttribute[] };
type StoredAttribute = Omit<TemplateAttribute, 'criterion'> & { readonly successCriteria: unknown };

export function templateToJson(tasks: readonly TemplateTask[]): { readonly tasks: readonly StoredTask[] } {
  return {
    tasks: tasks.map((task) => ({
      ...task,
      attributes: task.attributes.map(({ criterion, ...attribute }) => ({
        ...attribute,
        successCriteria: criterionToJson(criterion),
      })),
    })),
  };
}

/** Of a document that was checked when it was saved. */
export function templateOfJson(version: number, document: unknown): Template {
  const { tasks } = document as { readonly tasks: readonly StoredTask[] };
  return {
    version,
    tasks: tasks.map((task) => ({
      ...task,
      attributes: task.attributes.map(({ successCriteria, ...attribute }) => {
        const { criterion } = parseCriterion(successCriteria, attribute.dataType);
        if (criterion === undefined)
          throw new Error(`The template holds a criterion of ${attribute.id} that cannot be read.`);
        return { ...attribute, criterion };
      }),
    })),
  };
}

export function templateTasksToModel(tasks: readonly TemplateTask[]): readonly model.TemplateTask[] {
  return tasks.map((task) => ({
    ...task,
    attributes: task.attributes.map(({ criterion, ...attribute }) => ({
      ...attribute,
      successCriteria: criterionToJson(criterion),
      criterionText: describeCriterion(criterion, attribute.dataType),
    })),
  }));
}
