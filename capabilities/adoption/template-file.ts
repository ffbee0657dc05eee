/** Reads a template from a file: the workbook's sheet of attributes, or JSON as the graph takes it. */
import type { Template, TemplateTask } from '@uptake/domain/adoption';
import { criterionToJson, DATA_TYPES, type DataType } from '@uptake/domain/criteria';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ImportError, TemplateAttributeInput, TemplateInput, TemplateTaskInput } from './port.ts';
import { TEMPLATE_LIMITS } from './template-document.ts';
import {
  type TemplateColumn,
  type TemplateRow,
  type TemplateSheet,
  templateCell,
  type WorkbookReader,
} from './workbook/index.ts';

export type ReadTemplateFile =
  | { readonly errors: readonly ImportError[] }
  | {
      readonly template: TemplateInput;
      /** Where in the file a place of `template` stands. */
      readonly place: (path: string, message: string) => ImportError;
    };

/** What a file holds, whatever the template is that it changes; opened before anything is locked. */
export type OpenTemplateFile = { readonly kind: 'json'; readonly bytes: Buffer } | TemplateSheet;

export async function openTemplateFile(
  bytes: Buffer,
  { readTemplate }: Pick<WorkbookReader, 'readTemplate'>,
): Promise<OpenTemplateFile> {
  const first = bytes.subarray(0, 64).toString('utf8').trimStart()[0];
  return first === '{' || first === '\uFEFF' ? { kind: 'json', bytes } : readTemplate(bytes);
}

export function readTemplateFile(file: OpenTemplateFile, known: Template | undefined): ReadTemplateFile {
  return file.kind === 'json' ? readJson(file.bytes) : readWorkbook(file, known);
}

const Text = Type.String();
const TemplateJson = Type.Object(
  {
    tasks: Type.Array(
      Type.Object(
        {
          id: Type.Optional(Text),
          name: Text,
          description: Type.Optional(Text),
          order: Type.Optional(Type.Number()),
          weight: Type.Optional(Type.Number()),
          licenceLevel: Type.Optional(Text),
          outcomes: Type.Optional(Type.Array(Text)),
          howTo: Type.Optional(Type.Array(Type.Object({ title: Text, url: Text }))),
          attributes: Type.Array(
            Type.Object({
              id: Type.Optional(Text),
              name: Text,
              dataType: Type.Enum([...DATA_TYPES]),
              isRequired: Type.Optional(Type.Boolean()),
              successCriteria: Type.Unknown(),
              order: Type.Optional(Type.Number()),
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

function readJson(bytes: Buffer): ReadTemplateFile {
  const inJson = (path: string, message: string): ImportError => ({
    sheet: '',
    row: 0,
    column: undefined,
    cell: undefined,
    reason: `${path || 'The file'} ${message}.`,
    code: 'invalid_template',
  });
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    return { errors: [inJson('', 'is no JSON; perhaps it was cut off')] };
  }
  if (Value.Check(TemplateJson, json)) return { template: json as TemplateInput, place: inJson };
  const tooMany = tooManyOf(json);
  if (tooMany !== undefined) return { errors: [inJson(tooMany, 'has more entries than a template may')] };
  const errors = [...Value.Errors(TemplateJson, json)].slice(0, 100);
  return { errors: errors.map(({ instancePath, message }) => inJson(instancePath, message)) };
}

/** Where there is more than is allowed: every entry of it would have its mistakes told, before the first of them is shown. */
function tooManyOf(json: unknown): string | undefined {
  const listOf = (holder: unknown, name: string) => {
    const list = (holder as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    return Array.isArray(list) ? (list as readonly unknown[]) : [];
  };
  const tasks = listOf(json, 'tasks');
  if (tasks.length > TEMPLATE_LIMITS.maxTasks) return '/tasks';
  let attributes = 0;
  for (const [index, task] of tasks.entries()) {
    attributes += listOf(task, 'attributes').length;
    if (attributes > TEMPLATE_LIMITS.maxAttributes) return `/tasks/${index}/attributes`;
    for (const name of ['outcomes', 'howTo'])
      if (listOf(task, name).length > TEMPLATE_LIMITS.maxListEntries) return `/tasks/${index}/${name}`;
  }
  return undefined;
}

/** What the sheet does not say (descriptions, weights, order of tasks it does not name) stays as the template has it. */
function readWorkbook(sheet: TemplateSheet, known: Template | undefined): ReadTemplateFile {
  if (sheet.kind === 'refused') {
    const { code, reason, remedy, row } = sheet.refusal;
    const place = { sheet: sheet.refusal.sheet ?? '', row: row ?? 0, column: undefined, cell: undefined };
    return { errors: [{ ...place, reason: `${reason} ${remedy}`, code }] };
  }
  const errors: ImportError[] = [];
  const groups = groupsOf(sheet, known);
  const tasks = groups.map(([name, rows]) => taskOf(name, rows, known, sheet, errors));
  if (errors.length > 0) return { errors };
  const all = groups.map(([, rows]) => rows);
  return { template: { tasks }, place: (path, message) => placeOf(path, message, all, sheet) };
}

type ReadSheet = Extract<TemplateSheet, { kind: 'read' }>;
type TaskGroup = readonly [task: string, rows: readonly TemplateRow[]];

/** By task, as the sheet has them. A task without attributes has no row there that could be left out: it stays in its place. */
function groupsOf(sheet: ReadSheet, known: Template | undefined): readonly TaskGroup[] {
  const groups: TaskGroup[] = [...Map.groupBy(sheet.rows, ({ task }) => task)];
  const placeOfTask = (name: string | undefined) => groups.findIndex(([task]) => task === name);
  for (const [index, { name, attributes }] of (known?.tasks ?? []).entries()) {
    if (attributes.length > 0 || placeOfTask(name) !== -1) continue;
    const before = placeOfTask(known?.tasks[index - 1]?.name);
    groups.splice(index > 0 && before === -1 ? groups.length : before + 1, 0, [name, []]);
  }
  return groups;
}

function taskOf(
  name: string,
  rows: readonly TemplateRow[],
  known: Template | undefined,
  sheet: ReadSheet,
  errors: ImportError[],
): TemplateTaskInput {
  const own = known?.tasks.find((task) => task.name === name);
  const attributes = rows.map((row) => attributeOf(row, own, sheet, errors));
  if (own === undefined) return { name, attributes };
  const { id, description, weight, licenceLevel, outcomes, howTo } = own;
  return { id, name, description, weight, licenceLevel, outcomes, howTo, attributes };
}

function attributeOf(
  row: TemplateRow,
  task: TemplateTask | undefined,
  sheet: ReadSheet,
  errors: ImportError[],
): TemplateAttributeInput {
  const own = task?.attributes.find(({ name }) => name === row.attribute);
  const dataType = DATA_TYPES.find((type) => type === row.dataType);
  if (dataType === undefined)
    errors.push(errorAt(sheet, row.row, 'dataType', `"${row.dataType}" is none of ${DATA_TYPES.join(', ')}.`));
  const successCriteria = criterionJson(row, own && criterionToJson(own.criterion));
  if (successCriteria === undefined) {
    const example = 'write for instance {"operator": ">=", "value": 100}';
    errors.push(errorAt(sheet, row.row, 'successCriteria', `The criterion is no JSON; ${example}.`));
  }
  return {
    ...(own && { id: own.id }),
    name: row.attribute,
    dataType: dataType ?? ('STRING' satisfies DataType),
    isRequired: row.isRequired ?? own?.isRequired ?? true,
    successCriteria,
  };
}

function criterionJson({ successCriteria }: TemplateRow, own: unknown): unknown {
  if (successCriteria === '') return own;
  try {
    return JSON.parse(successCriteria) as unknown;
  } catch {
    return undefined;
  }
}

const COLUMN_OF: Readonly<Record<string, TemplateColumn>> = {
  name: 'attribute',
  dataType: 'dataType',
  successCriteria: 'successCriteria',
};

function placeOf(
  path: string,
  message: string,
  groups: readonly (readonly TemplateRow[])[],
  sheet: ReadSheet,
): ImportError {
  const [, , task, , attribute, field] = path.split('/');
  const rows = groups[Number(task)];
  const row = rows?.[Number(attribute ?? 0)] ?? rows?.[0];
  const column = COLUMN_OF[field ?? ''] ?? 'task';
  return errorAt(sheet, row?.row ?? 1, column, `${message[0]?.toUpperCase()}${message.slice(1)}.`);
}

function errorAt(sheet: ReadSheet, row: number, column: TemplateColumn, reason: string): ImportError {
  const { header, cell } = templateCell(sheet, row, column);
  return { sheet: sheet.sheet, row, column: header, cell, reason, code: 'invalid_template' };
}
