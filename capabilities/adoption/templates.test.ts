/** Templates from files, and version by version: a workbook as it was exported and edited, JSON, and what cannot be read. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Opened, openAdoption, TEMPLATE } from './adoption.fixture.ts';
import type { TemplateInput } from './port.ts';
import { edit } from './workbook/workbook.fixture.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openAdoption();
  await save(TEMPLATE, undefined);
});
afterAll(() => opened.remove());

const newest = async () => (await opened.service.templatesOf(opened.admin, [opened.productId])).get(opened.productId)!;
const save = (template: TemplateInput, basedOnVersion: number | undefined, changeNote?: string) =>
  opened.service.saveTemplate(opened.admin, opened.productId, template, { basedOnVersion, changeNote });
/** Puts back what the tests begin with. */
const reset = async () => save(TEMPLATE, (await newest()).version);

const ATTRIBUTES = 'Telemetry Attributes';
type Row = readonly (string | number | boolean | null)[];
/** The exported workbook, with the rows below the headers of its attributes changed; a row begins with the task and the attribute. */
async function workbook(change: (rows: readonly Row[], headers: Row) => readonly Row[]): Promise<Buffer> {
  const { url } = await opened.service.exportTelemetryTemplate(opened.admin, opened.productId);
  const { rawPayload } = await opened.app.inject({ method: 'GET', url: new URL(url).pathname });
  const bytes = await edit(
    rawPayload,
    ({ sheet, set }) => {
      const header = sheet.rows.findIndex((cells) => cells.includes('Attribute Name'));
      const before = sheet.rows.slice(header + 1) as readonly Row[];
      const after = change(before, sheet.rows[header] as Row);
      for (let row = 0; row < Math.max(before.length, after.length); row++) {
        const cells = after[row] ?? [];
        for (let column = 0; column < Math.max(cells.length, before[row]?.length ?? 0); column++)
          set(header + 1 + row, column, cells[column] ?? null);
      }
    },
    ATTRIBUTES,
  );
  return Buffer.from(bytes);
}
const with_ = (row: Row, headers: Row, header: string, value: string) =>
  row.map((cell, column) => (headers[column] === header ? value : cell));

async function importFile(bytes: Buffer, apply = true, name = 'template.xlsx') {
  const basedOnVersion = (await newest()).version;
  const options = { basedOnVersion, apply };
  return opened.service.importTemplate(opened.admin, opened.productId, { name, bytes }, options);
}
const importJson = (json: unknown, apply = true) =>
  importFile(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)), apply, 'template.json');

describe('a template from a workbook', () => {
  test('that was exported and not changed changes nothing and makes no version', async () => {
    const before = await newest();
    const done = await importFile(await workbook((rows) => rows));
    expect(done).toMatchObject({ applied: true, changes: [], errors: [] });
    expect(await newest()).toEqual(before);
  });

  test('changes what was changed in it and nothing else, and only looks where it is asked to', async () => {
    const before = await newest();
    const file = await workbook((rows, headers) => [
      ...rows.map((row) =>
        row.includes('users_trained')
          ? with_(row, headers, 'Success Criteria', '{"operator": ">=", "value": 50}')
          : row,
      ),
      headers.map(
        (header) =>
          ({
            'Task Name': 'Go live',
            'Attribute Name': 'go_live',
            'Data Type': 'date',
            'Success Criteria': '{"operator": "before", "value": "2027-01-01"}',
          })[String(header)] ?? null,
      ),
    ]);
    const looked = await importFile(file, false);
    expect(looked).toMatchObject({ applied: false, template: undefined, errors: [] });
    expect(looked.changes.map(({ kind }) => kind)).toEqual(['attribute_changed', 'task_added']);
    expect(await newest()).toEqual(before);

    const done = await importFile(file);
    expect(done).toMatchObject({ applied: true, errors: [] });
    expect(done.template).toMatchObject({ version: before.version + 1, changeNote: 'Imported from template.xlsx' });
    const after = await newest();
    expect(after.tasks.map(({ name }) => name)).toEqual([...before.tasks.map(({ name }) => name), 'Go live']);
    // What the sheet has no column for, and a task without attributes, stay.
    const [sso, training, kickOff] = after.tasks;
    expect(sso).toEqual(before.tasks[0]);
    expect(kickOff).toMatchObject({ id: before.tasks[2]!.id, name: 'Kick-off' });
    expect(training?.attributes.map(({ id }) => id)).toEqual(before.tasks[1]!.attributes.map(({ id }) => id));
    expect(training?.attributes[0]?.successCriteria).toEqual({ operator: '>=', value: 50 });
    await reset();
  });

  test('names every cell that cannot be read, and keeps nothing', async () => {
    const before = await newest();
    const file = await workbook((rows, headers) => [
      with_(rows[0]!, headers, 'Data Type', 'LOGICAL'),
      with_(rows[1]!, headers, 'Success Criteria', '>= 100'),
      with_(rows[2]!, headers, 'Success Criteria', '{"operator": "contains", "value": "x"}'),
      ...rows.slice(3),
    ]);
    const done = await importFile(file);
    expect(done.applied).toBe(false);
    expect(done.errors).toMatchObject([
      { sheet: ATTRIBUTES, column: 'Data Type', reason: expect.stringContaining('LOGICAL') },
      { sheet: ATTRIBUTES, column: 'Success Criteria', reason: expect.stringContaining('no JSON') },
    ]);
    expect(done.errors.every(({ row, cell }) => row > 1 && cell?.endsWith(String(row)))).toBe(true);

    const unfit = await importFile(
      await workbook((rows, headers) =>
        rows.map((row) =>
          row.includes('users_trained')
            ? with_(row, headers, 'Success Criteria', '{"operator": "contains", "value": "x"}')
            : row,
        ),
      ),
    );
    expect(unfit.errors).toMatchObject([{ column: 'Success Criteria', reason: expect.stringContaining('contains') }]);
    const twins = await importFile(await workbook((rows) => [...rows, rows[0]!]));
    expect(twins.errors).toMatchObject([{ column: 'Attribute Name', reason: expect.stringContaining('twice') }]);
    expect(await newest()).toEqual(before);
  });

  test('without its sheet, or that is none, is refused with what to do', async () => {
    const { plan } = await opened.assigned('Customer');
    const noSheet = await importFile(await opened.filled(plan.id, { users_trained: 1 }));
    expect(noSheet).toMatchObject({ applied: false, errors: [{ code: 'sheet_missing' }] });
    expect(await importFile(Buffer.from('Task;Attribute\n'))).toMatchObject({ applied: false, errors: [{ row: 0 }] });
    expect((await importFile(Buffer.alloc(0))).applied).toBe(false);
  });
});

describe('a template from JSON', () => {
  const plain: TemplateInput = {
    tasks: [
      {
        name: 'Größe prüfen',
        attributes: [{ name: 'size', dataType: 'NUMBER', successCriteria: { operator: '>', value: 1 } }],
      },
    ],
  };

  test('is the template the graph would take, with a byte order mark or without', async () => {
    const done = await importJson(`\uFEFF${JSON.stringify(plain)}`);
    expect(done).toMatchObject({ applied: true, errors: [] });
    expect((await newest()).tasks).toMatchObject(plain.tasks);
    await reset();
  });

  test.each([
    ['cut off', '{"tasks": [', 'no JSON'],
    ['another shape', { tasks: {} }, '/tasks'],
    ['a field nobody reads', { tasks: [{ ...plain.tasks[0], colour: 'red' }] }, '/tasks/0'],
    [
      'another data type',
      { tasks: [{ name: 'T', attributes: [{ name: 'a', dataType: 'INT', successCriteria: {} }] }] },
      '/tasks/0/attributes/0/dataType',
    ],
    [
      'a criterion that does not fit',
      { tasks: [{ name: 'T', attributes: [{ name: 'a', dataType: 'BOOLEAN', successCriteria: { operator: '>' } }] }] },
      '/tasks/0/attributes/0/successCriteria',
    ],
    ['a million entries that are none', `{"tasks": [${'1,'.repeat(1_000_000)}1]}`, '/tasks has more entries'],
    [
      'a million links',
      `{"tasks": [{"name": "T", "attributes": [], "howTo": [${'1,'.repeat(1_000_000)}1]}]}`,
      '/tasks/0/howTo has more entries',
    ],
    ['two tasks of one name', { tasks: [plain.tasks[0], plain.tasks[0]] }, '/tasks/1/name'],
    ['a name that is a formula', { tasks: [{ name: '=1+1', attributes: [] }] }, '/tasks/0/name'],
  ])('with %s is refused with its place, and nothing is kept', async (_, json, place) => {
    const before = await newest();
    const done = await importJson(json);
    expect(done).toMatchObject({ applied: false, template: undefined, changes: [] });
    expect(done.errors.map(({ reason }) => reason).join('\n')).toContain(place);
    expect(await newest()).toEqual(before);
  });
});

describe('versions of a template', () => {
  test('are kept with who made them and why, newest first, and of two made from one the second is told', async () => {
    const { version } = await newest();
    const first = save({ tasks: [{ name: 'First', attributes: [] }] }, version, ' By the first ');
    const second = save({ tasks: [{ name: 'Second', attributes: [] }] }, version, 'By the second');
    const done = await Promise.allSettled([first, second]);
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(done[1]).toMatchObject({ reason: { code: 'conflict', detail: expect.stringContaining(`${version + 1}`) } });
    const json = Buffer.from('{"tasks": []}');
    const late = { basedOnVersion: version, apply: true };
    await expect(
      opened.service.importTemplate(opened.admin, opened.productId, { name: 'late.json', bytes: json }, late),
    ).rejects.toMatchObject({ code: 'conflict' });

    const versions = (await opened.service.templateVersionsOf(opened.admin, [opened.productId])).get(opened.productId)!;
    expect(versions.slice(0, 2)).toMatchObject([
      { version: version + 1, changeNote: 'By the first', taskCount: 1, attributeCount: 0 },
      { version },
    ]);
    expect(versions[0]!.publishedBy).toBeTruthy();
    expect(versions.map((each) => each.version)).toEqual(versions.map((_, index) => version + 1 - index));
    await reset();
  });
});
