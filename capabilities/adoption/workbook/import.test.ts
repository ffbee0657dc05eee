import { describe, expect, test } from 'vitest';
import {
  exportPlan,
  exportTemplate,
  importPlanWorkbook,
  markErrors,
  type WorkbookImport,
  type WorkbookPlan,
} from './index.ts';
import { attribute, column, type Editor, edit, NOW_MS, PLAN, TEMPLATE, TODAY, task } from './workbook.fixture.ts';

const { bytes } = await exportPlan(PLAN, NOW_MS, TODAY);

async function importFile(file: Uint8Array, plan: WorkbookPlan = PLAN) {
  const result = await importPlanWorkbook(file, plan, TODAY);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusal));
  return result;
}

const filled = async (change: (editor: Editor) => void) => importFile(await edit(bytes, change));
const valuesOf = (result: Extract<WorkbookImport, { kind: 'read' }>) =>
  Object.fromEntries(result.values.map(({ attributeId, value }) => [attributeId, value]));
const errorsOf = (result: Extract<WorkbookImport, { kind: 'read' }>) =>
  result.errors.map(({ cell, code }) => `${cell} ${code}`);

describe('a filled workbook', () => {
  test('reads back untouched as the values it was exported with', async () => {
    const result = await importFile(bytes);
    expect(valuesOf(result)).toEqual({ sso_enabled: true, users_trained: 130, completion_rate: 85, plan_name: 'free' });
    expect(result).toMatchObject({ errors: [], notices: [], rowCount: 6, unfilledCount: 2 });
  });

  test('gives a value of every type, with its day, its notes and its place', async () => {
    const result = await filled(({ fill, set }) => {
      fill('sso_enabled', 'No');
      fill('provider_configured', 1);
      fill('users_trained', '45.5');
      fill('completion_rate', '75 %');
      fill('plan_name', ' enterprise ');
      fill('go_live', '2026-12-01');
      set(3, column('Date'), '2026-11-18');
      set(3, column('Notes'), '  Growing daily ');
    });
    expect(valuesOf(result)).toEqual({
      sso_enabled: false,
      provider_configured: true,
      users_trained: 45.5,
      completion_rate: 75,
      plan_name: 'enterprise',
      go_live: '2026-12-01',
    });
    expect(result.errors).toEqual([]);
    expect(result.values[2]).toEqual({
      taskId: 't2',
      attributeId: 'users_trained',
      value: 45.5,
      day: TODAY - 3,
      notes: 'Growing daily',
      sheet: 'Telemetry_Values',
      row: 4,
    });
  });

  test('takes 75% as a spreadsheet stores it, and a share of a percent as it was exported', async () => {
    const percent = { style: { numFmt: '0%' } };
    expect(valuesOf(await filled(({ fill }) => fill('completion_rate', 0.75, percent)))).toMatchObject({
      completion_rate: 75,
    });
    const half = attribute('completion_rate', 'PERCENTAGE', { operator: '>=', value: 80 }, 0.07);
    const plan = { ...PLAN, tasks: [task('t', 'T', 'IN_PROGRESS', [half])] };
    const exported = await exportPlan(plan, NOW_MS, TODAY);
    expect(valuesOf(await importFile(exported.bytes, plan))).toEqual({ completion_rate: 0.07 });
  });

  test('counts a value without a date for today', async () => {
    const result = await filled(({ set }) => set(3, column('Date'), null));
    expect(result.values.find(({ attributeId }) => attributeId === 'users_trained')?.day).toBe(TODAY);
  });

  test('names every cell that cannot be read, why, and what to do', async () => {
    const result = await filled(({ fill, set }) => {
      fill('sso_enabled', 'ja');
      fill('users_trained', '1.234,5');
      fill('completion_rate', 0.75);
      fill('plan_name', '=cmd|calc');
      fill('go_live', '18.10.2025');
      set(2, column('Current Value'), '#REF!', { type: 'error' });
    });
    expect(errorsOf(result).sort()).toEqual([
      'F2 not_a_boolean',
      'F3 error_in_cell',
      'F4 ambiguous_number',
      'F5 ambiguous_percentage',
      'F6 formula_like_text',
      'F7 ambiguous_date',
    ]);
    expect(result.values).toEqual([]);
    expect(result.errors[0]).toEqual({
      code: 'not_a_boolean',
      sheet: 'Telemetry_Values',
      row: 2,
      column: 'Current Value',
      cell: 'F2',
      reason: '"ja" is neither yes nor no.',
      remedy: 'Write true or false, yes or no, 1 or 0. If yes is meant, write yes.',
    });
  });

  test('refuses formulas, whatever they would give, in every column it reads', async () => {
    const result = await filled(({ fill, set }) => {
      fill('users_trained', 150, { formula: 'SUM(A1:A9)', type: 'formula' });
      set(4, column('Date'), null, { formula: 'TODAY()', type: 'formula' });
      set(5, column('Notes'), null, { formula: 'HYPERLINK("http://evil.example")', type: 'formula' });
      set(6, column('Task Name'), null, { formula: 'B2', type: 'formula' });
    });
    expect(errorsOf(result)).toEqual([
      'F4 formula_in_cell',
      'G5 formula_in_cell',
      'H6 formula_in_cell',
      'B7 formula_in_cell',
    ]);
  });

  test('refuses a day that has not come, and a date that is none', async () => {
    const result = await filled(({ set }) => {
      set(1, column('Date'), '2026-11-22');
      set(3, column('Date'), '2026-11-23');
      set(4, column('Date'), 'yesterday');
    });
    expect(errorsOf(result)).toEqual(['G4 date_in_future', 'G5 not_a_date']);
    expect(result.values[0]).toMatchObject({ attributeId: 'sso_enabled', day: TODAY + 1 });
  });
});

describe('the structure of a workbook', () => {
  test('may have its columns moved and a title above them', async () => {
    const file = await edit(bytes, ({ sheet }) => {
      const order = [8, 5, 2, 1, 6, 3, 4, 7, 0];
      sheet.rows = [['Our telemetry'], [], ...sheet.rows.map((row) => order.map((index) => row[index] ?? null))];
      sheet.cells = new Map();
      sheet.freezePane = { rows: 3 };
    });
    const result = await importFile(file);
    expect(valuesOf(result)).toEqual({ sso_enabled: true, users_trained: 130, completion_rate: 85, plan_name: 'free' });
    expect(result.values[0]?.row).toBe(4);
  });

  test.each([
    [
      'a renamed column',
      ({ set }: Editor) => set(0, column('Current Value'), 'Value now'),
      'column_missing',
      /is it now called "Value now"/,
    ],
    [
      'a column twice',
      ({ set }: Editor) => set(0, column('Notes'), 'current  VALUE'),
      'column_twice',
      /"Current Value" stands in F and H/,
    ],
    [
      'no header',
      ({ sheet }: Editor) => {
        sheet.rows.shift();
        sheet.cells = new Map();
      },
      'header_missing',
      /headers is missing/,
    ],
    [
      'a merged header',
      ({ sheet }: Editor) => {
        sheet.merges = [{ startRow: 0, endRow: 0, startCol: 1, endCol: 2 }];
      },
      'header_merged',
      /merged/,
    ],
    [
      'another name',
      ({ sheet }: Editor) => {
        sheet.name = 'Sheet1';
      },
      'sheet_missing',
      /the sheets are "Instructions", "Sheet1", "Task_Summary"/,
    ],
  ])('is refused with %s, which is named', async (_, change, code, reason) => {
    const result = await importPlanWorkbook(await edit(bytes, change), PLAN, TODAY);
    expect(result).toMatchObject({ kind: 'refused', refusal: { code } });
    if (result.kind === 'refused') expect(result.refusal.reason).toMatch(reason);
  });

  test('may have other sheets, blank rows and other columns', async () => {
    const file = await edit(bytes, ({ sheet, set }, workbook) => {
      set(0, 10, 'My own column');
      set(12, 10, 'a remark far below');
      sheet.rows.splice(3, 0, []);
      sheet.cells = new Map();
      workbook.sheets.push({ name: 'Scratch', rows: [['anything']] });
    });
    expect(await importFile(file)).toMatchObject({ errors: [], rowCount: 6, values: { length: 4 } });
  });

  test('refuses the rows of merged cells and reads the others', async () => {
    const result = await filled(({ sheet }) => {
      sheet.merges = [{ startRow: 1, endRow: 2, startCol: 5, endCol: 5 }];
    });
    expect(errorsOf(result)).toEqual(['F2 merged_cells', 'F3 merged_cells']);
    expect(result.values).toHaveLength(3);
  });
});

describe('rows against the plan', () => {
  test('name a task or an attribute that the plan does not have', async () => {
    const result = await filled(({ set }) => {
      set(1, column('Task Name'), 'Enable SAML');
      set(3, column('Attribute Name'), 'users_onboarded');
      set(4, column('Attribute Name'), null);
    });
    expect(errorsOf(result)).toEqual(['B2 task_unknown', 'C4 attribute_unknown', 'C5 name_missing']);
  });

  test('with another data type are refused', async () => {
    const result = await filled(({ set }) => set(3, column('Data Type'), 'STRING'));
    expect(result.errors).toMatchObject([
      { cell: 'D4', code: 'data_type_changed', reason: 'The plan says NUMBER, the file "STRING".' },
    ]);
  });

  test('that contradict each other are both refused, and the same twice is one', async () => {
    const again =
      (value: unknown) =>
      ({ sheet, set }: Editor) => {
        const row = sheet.rows.length;
        sheet.rows.push([...(sheet.rows[3] ?? [])]);
        set(row, column('Current Value'), value as number);
      };
    const contradicted = await filled(again(131));
    expect(errorsOf(contradicted)).toEqual(['F4 duplicate_row', 'F8 duplicate_row']);
    expect(valuesOf(contradicted)).not.toHaveProperty('users_trained');
    expect(contradicted.errors[0]?.reason).toBe(
      'Row 8 of Telemetry_Values has another value for the same attribute and day.',
    );
    const same = await filled(again(130));
    expect(same.errors).toEqual([]);
    expect(same.values.filter(({ attributeId }) => attributeId === 'users_trained')).toHaveLength(1);
  });

  test('for several days are several values', async () => {
    const result = await filled(({ sheet, set }) => {
      sheet.rows.push([...(sheet.rows[3] ?? [])]);
      set(7, column('Date'), '2026-11-20');
      set(7, column('Current Value'), 120);
    });
    expect(
      result.values.filter(({ attributeId }) => attributeId === 'users_trained').map(({ day, value }) => [day, value]),
    ).toEqual([
      [TODAY, 130],
      [TODAY - 1, 120],
    ]);
  });

  test('of tasks with the same name are told apart by their number', async () => {
    const twice = (id: string, value: number) =>
      task(id, 'Training', 'IN_PROGRESS', [
        { ...attribute('users', 'NUMBER', { operator: '>=', value: 1 }, value), id: `${id}-users` },
      ]);
    const plan = { ...PLAN, tasks: [twice('a', 10), twice('b', 20)] };
    const exported = await exportPlan(plan, NOW_MS, TODAY);
    expect(valuesOf(await importFile(exported.bytes, plan))).toEqual({ 'a-users': 10, 'b-users': 20 });
    const unnumbered = await edit(exported.bytes, ({ set }) => set(1, column('Task Seq'), null));
    expect(errorsOf(await importFile(unnumbered, plan))).toEqual(['B2 attribute_ambiguous']);
  });
});

describe('where a workbook comes from', () => {
  test('another plan is refused, even with the same names', async () => {
    expect(await importPlanWorkbook(bytes, { ...PLAN, planId: 'another' }, TODAY)).toMatchObject({
      refusal: { code: 'other_plan' },
    });
  });

  test('before a sync is said, and rows that no longer fit say so', async () => {
    const tasks = PLAN.tasks.map((own) => (own.id === 't2' ? { ...own, name: 'User enablement' } : own));
    const result = await importFile(bytes, { ...PLAN, snapshotVersion: 5, tasks });
    expect(result.notices).toEqual([{ code: 'exported_before_sync', fileVersion: 3, planVersion: 5 }]);
    expect(result.errors.map(({ code, remedy }) => [code, remedy])).toEqual(
      Array(2).fill([
        'task_unknown',
        'The plan was synchronised with its template since this file was exported; export it again.',
      ]),
    );
    expect(valuesOf(result)).toEqual({ sso_enabled: true, plan_name: 'free' });
  });

  test('a program that drops it leaves the names to go by', async () => {
    const file = await edit(bytes, (_, workbook) => {
      workbook.properties = {};
    });
    expect((await importFile(file)).notices).toEqual([{ code: 'origin_unknown' }]);
  });

  test("the product's template, filled, is taken with its daily values", async () => {
    const template = await exportTemplate(TEMPLATE, NOW_MS, TODAY);
    const file = await edit(
      template.bytes,
      ({ sheet, set }) => {
        sheet.rows.push([...(sheet.rows[3] ?? [])]);
        set(3, 4, 90);
        set(7, 4, 110);
        set(7, 0, '2026-11-20');
      },
      'Daily Values',
    );
    const result = await importFile(file);
    expect(result.values.map(({ attributeId, value, day, sheet }) => [attributeId, value, day, sheet])).toEqual([
      ['users_trained', 90, TODAY, 'Daily Values'],
      ['users_trained', 110, TODAY - 1, 'Daily Values'],
    ]);
    expect(await importPlanWorkbook(file, { ...PLAN, productId: 'another' }, TODAY)).toMatchObject({
      refusal: { code: 'other_product' },
    });
  });
});

test('a workbook comes back with its refused cells marked and everything else as it was', async () => {
  const file = await edit(bytes, ({ fill }) => {
    fill('sso_enabled', 'ja');
    fill('users_trained', 140);
  });
  const { errors } = await importFile(file);
  const marked = await markErrors(file, errors);
  await edit(marked, ({ sheet }) => {
    expect(sheet.cells?.get('1,5')?.comment?.text).toBe(
      '"ja" is neither yes nor no. Write true or false, yes or no, 1 or 0. If yes is meant, write yes.',
    );
    expect(sheet.cells?.get('1,5')?.style?.fill).toMatchObject({ fgColor: { rgb: 'FDA29B' } });
    expect([...(sheet.cells?.values() ?? [])].filter(({ comment }) => comment !== undefined)).toHaveLength(1);
    expect(sheet.dataValidations).toHaveLength(6);
    expect(sheet.protection?.sheet).toBe(true);
  });
  const mended = await edit(marked, ({ fill }) => fill('sso_enabled', 'yes'));
  const result = await importFile(mended);
  expect(result.errors).toEqual([]);
  expect(valuesOf(result)).toMatchObject({ sso_enabled: true, users_trained: 140 });
});
