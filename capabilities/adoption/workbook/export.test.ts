import type { Sheet, Workbook } from 'hucre';
import { readXlsx } from 'hucre/xlsx';
import { describe, expect, test } from 'vitest';
import { exportPlan, exportTemplate, planFileName, templateFileName } from './index.ts';
import { attribute, NOW_MS, PLAN, TEMPLATE, TODAY, task } from './workbook.fixture.ts';

const plan = await exportPlan(PLAN, NOW_MS, TODAY);
const template = await exportTemplate(TEMPLATE, NOW_MS, TODAY);

const read = (bytes: Uint8Array): Promise<Workbook> => readXlsx(bytes, { readStyles: true });

function sheetOf(workbook: Workbook, name: string): Sheet {
  const sheet = workbook.sheets.find((candidate) => candidate.name === name);
  if (sheet === undefined) throw new Error(`no sheet ${name}`);
  return sheet;
}

const isLocked = (sheet: Sheet, row: number, column: number) =>
  sheet.cells?.get(`${row},${column}`)?.style?.protection?.locked !== false;
const VALUES = [
  'Task Seq',
  'Task Name',
  'Attribute Name',
  'Data Type',
  'Success Criteria (Info)',
  'Current Value',
  'Date',
  'Notes',
  'Is Met (Read-Only)',
];

describe("the customer's copy", () => {
  test('has the sheets of the contract, in its order, and opens on the values', async () => {
    const workbook = await read(plan.bytes);
    expect(workbook.sheets.map(({ name }) => name)).toEqual(['Instructions', 'Telemetry_Values', 'Task_Summary']);
    expect(workbook.activeSheet).toBe(1);
  });

  test('has one row per attribute with current values, what is met and the day of the export', async () => {
    const { rows } = sheetOf(await read(plan.bytes), 'Telemetry_Values');
    const today = new Date('2026-11-21T00:00:00Z');
    expect(rows).toEqual([
      VALUES,
      [1, 'Enable SSO', 'sso_enabled', 'BOOLEAN', 'Must be true', true, today, null, 'Yes'],
      [1, 'Enable SSO', 'provider_configured', 'BOOLEAN', 'Must be true', null, today, null, 'Will compute'],
      [2, 'User Training', 'users_trained', 'NUMBER', '>= 100', 130, today, null, 'Yes'],
      [2, 'User Training', 'completion_rate', 'PERCENTAGE', '>= 80', 85, today, null, 'Yes'],
      [3, 'Go live', 'plan_name', 'STRING', 'Must be text starting with "enter"', 'free', today, null, 'No'],
      [3, 'Go live', 'go_live', 'DATE', 'Must be before 2026-12-31', null, today, null, 'Will compute'],
    ]);
  });

  test('sums up every task and recommends AUTO-DONE where its status would move', async () => {
    const { rows } = sheetOf(await read(plan.bytes), 'Task_Summary');
    expect(rows).toEqual([
      ['Task Name', 'Total Attributes', 'Attributes Met', 'Completion %', 'Current Status', 'Recommended Status'],
      ['Enable SSO', 2, 1, 0.5, 'IN_PROGRESS', 'Keep as is'],
      ['User Training', 2, 2, 1, 'IN_PROGRESS', 'AUTO-DONE'],
      ['Go live', 2, 0, 0, 'NOT_STARTED', 'Keep as is'],
      ['Kick-off', 0, 0, 'No required attributes', 'DONE', 'Keep as is'],
    ]);
  });

  test('names customer, product, plan and day in its instructions, in the words of the contract', async () => {
    const lines = sheetOf(await read(plan.bytes), 'Instructions').rows.map(([line]) => line ?? '');
    expect(lines).toEqual([
      'DAP Customer Telemetry Import Template',
      '',
      'Customer: Müller & Söhne GmbH',
      'Product: Secure Access',
      'Adoption Plan: Rollout 2026',
      'Generated: 2026-11-21',
      '',
      'Instructions:',
      '1. DO NOT modify the structure of this file',
      '2. Fill in the "Current Value" column with actual values',
      '3. Update the "Date" column (defaults to today)',
      '4. Add optional notes in the "Notes" column',
      '5. Save the file and upload via DAP\'s "Update Telemetry" feature',
      '',
      'Data Types:',
      '- BOOLEAN: Use true/false or yes/no or 1/0',
      '- NUMBER: Enter numeric values (e.g., 150, 45.5)',
      '- PERCENTAGE: Enter values 0-100 (e.g., 75 for 75%)',
      '- STRING: Enter text values',
      '- DATE: Use YYYY-MM-DD format',
      '',
      'Success Criteria:',
      'Each attribute has predefined success criteria.',
      'After import, the system will automatically evaluate if criteria are met.',
    ]);
  });

  test('is locked but for value, date and notes, and its header stays in sight', async () => {
    const sheet = sheetOf(await read(plan.bytes), 'Telemetry_Values');
    expect(sheet.protection?.sheet).toBe(true);
    expect(sheet.freezePane).toEqual({ rows: 1 });
    for (let row = 0; row <= 6; row += 1) {
      const open = VALUES.filter((_, column) => !isLocked(sheet, row, column));
      expect(open, `row ${row + 1}`).toEqual(row === 0 ? [] : ['Current Value', 'Date', 'Notes']);
    }
  });

  test('checks every value cell by its type while it is filled', async () => {
    const { dataValidations = [] } = sheetOf(await read(plan.bytes), 'Telemetry_Values');
    expect(dataValidations.map(({ type, range }) => [range, type])).toEqual([
      ['F2:F3', 'list'],
      ['F4:F4', 'decimal'],
      ['F5:F5', 'decimal'],
      ['F6:F6', 'textLength'],
      ['F7:F7', 'date'],
      ['G2:G7', 'date'],
    ]);
    expect(dataValidations[0]?.values).toEqual(['true', 'false', 'yes', 'no', '1', '0']);
    expect(dataValidations[2]).toMatchObject({ formula1: '0', formula2: '100', errorStyle: 'stop' });
  });

  test('says in its properties for which plan and snapshot it was made, and counts what is in it', async () => {
    expect((await read(plan.bytes)).properties?.custom).toEqual({
      UptakeKind: 'adoption_plan',
      UptakeFor: PLAN.planId,
      UptakeVersion: 3,
    });
    expect([plan.taskCount, plan.attributeCount]).toEqual([4, 6]);
  });
});

describe("a product's template", () => {
  test('has three more sheets', async () => {
    const workbook = await read(template.bytes);
    expect(workbook.sheets.map(({ name }) => name)).toEqual([
      'Instructions',
      'Telemetry_Values',
      'Task_Summary',
      'Telemetry Attributes',
      'Sample Values',
      'Daily Values',
    ]);
    expect(
      sheetOf(workbook, 'Telemetry_Values')
        .rows.slice(1)
        .every((row) => row[5] === null),
    ).toBe(true);
  });

  test('lists the attributes with their criteria as JSON, as the contract shows it', async () => {
    const { rows } = sheetOf(await read(template.bytes), 'Telemetry Attributes');
    expect(rows[0]).toEqual([
      'Task Name',
      'Attribute Name',
      'Data Type',
      'Success Criteria',
      'Current Value',
      'Last Updated',
      'Notes',
    ]);
    expect(rows[1]?.slice(0, 4)).toEqual([
      'Enable SSO',
      'sso_enabled',
      'BOOLEAN',
      '{"operator": "equals", "value": true}',
    ]);
    expect(rows[3]?.[3]).toBe('{"operator": ">=", "value": 100}');
  });

  test('gives an example that meets every criterion', async () => {
    const { rows } = sheetOf(await read(template.bytes), 'Sample Values');
    expect(rows.slice(1).map((row) => row[3])).toEqual([
      true,
      true,
      100,
      80,
      'enter',
      new Date('2026-12-30T00:00:00Z'),
    ]);
  });

  test('takes daily values in rows that may be added', async () => {
    const sheet = sheetOf(await read(template.bytes), 'Daily Values');
    expect(sheet.rows[0]).toEqual(['Date', 'Task Name', 'Attribute Name', 'Data Type', 'Value', 'Notes']);
    expect(sheet.rows).toHaveLength(7);
    expect(sheet.protection).toBeUndefined();
  });
});

test.each([
  ['Müller & Söhne GmbH', 'Secure Access', 'müller-söhne-gmbh-secure-access-telemetry.xlsx'],
  ['../../etc/passwd', 'C:\\x', 'etc-passwd-c-x-telemetry.xlsx'],
  ['株式会社サンプル', 'プロダクト', '株式会社サンプル-プロダクト-telemetry.xlsx'],
  ['///', '', 'customer-product-telemetry.xlsx'],
  ['a'.repeat(300), 'b', `${'a'.repeat(60)}-b-telemetry.xlsx`],
])('the file of %s and %s is called %s', (customer, product, name) => {
  expect(planFileName(customer, product)).toBe(name);
});

test('the template of a product is named after it', () => {
  expect(templateFileName('Secure Access 2.0')).toBe('secure-access-2-0-telemetry-template.xlsx');
});

test('names that look like formulas are written as text', async () => {
  const name = '=HYPERLINK("http://evil.example","click")';
  const own = {
    ...PLAN,
    tasks: [task('t', name, 'IN_PROGRESS', [attribute('+A1', 'NUMBER', { operator: '>=', value: 1 })])],
  };
  const sheet = sheetOf(await read((await exportPlan(own, NOW_MS, TODAY)).bytes), 'Telemetry_Values');
  expect(sheet.rows[1]?.slice(1, 3)).toEqual([name, '+A1']);
  expect([...(sheet.cells?.values() ?? [])].filter(({ formula }) => formula !== undefined)).toEqual([]);
});
