/** LibreOffice as the independent reader: it opens what is exported, and what it saves is read. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { exportPlan, exportTemplate, importPlanWorkbook } from './index.ts';
import { NOW_MS, PLAN, TEMPLATE, TODAY } from './workbook.fixture.ts';

const directory = mkdtempSync(join(tmpdir(), 'uptake-libreoffice-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Every sheet as CSV: comma, quotes, UTF-8, cells as they are shown. */
const ALL_SHEETS_AS_CSV = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1';

function convert(file: string, to: string): void {
  const profile = `-env:UserInstallation=${pathToFileURL(join(directory, 'profile')).href}`;
  try {
    execFileSync('soffice', [profile, '--headless', '--convert-to', to, '--outdir', join(directory, 'out'), file], {
      stdio: 'pipe',
      timeout: 50_000,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('LibreOffice Calc is needed for this test: apt-get install libreoffice-calc-nogui', {
      cause: error,
    });
  }
}

function written(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

const converted = (name: string): string => readFileSync(join(directory, 'out', name), 'utf8');

const plan = await exportPlan(PLAN, NOW_MS, TODAY);

test('LibreOffice shows the values and the summary of the customer’s copy', () => {
  convert(written('shown.xlsx', plan.bytes), ALL_SHEETS_AS_CSV);
  expect(converted('shown-Telemetry_Values.csv').split('\n').slice(0, 4)).toEqual([
    'Task Seq,Task Name,Attribute Name,Data Type,Success Criteria (Info),Current Value,Date,Notes,Is Met (Read-Only)',
    '1,Enable SSO,sso_enabled,BOOLEAN,Must be true,TRUE,2026-11-21,,Yes',
    '1,Enable SSO,provider_configured,BOOLEAN,Must be true,,2026-11-21,,Will compute',
    '2,User Training,users_trained,NUMBER,>= 100,130,2026-11-21,,Yes',
  ]);
  expect(converted('shown-Task_Summary.csv').split('\n').slice(1, 5)).toEqual([
    'Enable SSO,2,1,50%,IN_PROGRESS,Keep as is',
    'User Training,2,2,100%,IN_PROGRESS,AUTO-DONE',
    'Go live,2,0,0%,NOT_STARTED,Keep as is',
    'Kick-off,0,0,No required attributes,DONE,Keep as is',
  ]);
});

test('LibreOffice opens all six sheets of a template', async () => {
  const template = await exportTemplate(TEMPLATE, NOW_MS, TODAY);
  convert(written('template.xlsx', template.bytes), ALL_SHEETS_AS_CSV);
  const sheets = readdirSync(join(directory, 'out')).filter((name) => name.startsWith('template-'));
  expect(sheets.sort()).toEqual([
    'template-Daily Values.csv',
    'template-Instructions.csv',
    'template-Sample Values.csv',
    'template-Task_Summary.csv',
    'template-Telemetry Attributes.csv',
    'template-Telemetry_Values.csv',
  ]);
  expect(converted('template-Sample Values.csv')).toContain('User Training,completion_rate,PERCENTAGE,80,>= 80');
});

test('a file edited and saved by LibreOffice is imported, and still knows its plan', async () => {
  convert(written('edited.xlsx', plan.bytes), 'fods');
  const flat = converted('edited.fods');
  // The cell of users_trained, as a person would have changed it.
  const edited = flat.replace(
    /office:value="130"([^>]*>\s*<text:p>)130</,
    (_, between) => `office:value="95.5"${between}95.5<`,
  );
  expect(edited).not.toBe(flat);
  convert(written('saved.fods', Buffer.from(edited)), 'xlsx');
  const saved = readFileSync(join(directory, 'out', 'saved.xlsx'));
  const result = await importPlanWorkbook(saved, PLAN, TODAY);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusal));
  expect(Object.fromEntries(result.values.map(({ attributeId, value }) => [attributeId, value]))).toEqual({
    sso_enabled: true,
    users_trained: 95.5,
    completion_rate: 85,
    plan_name: 'free',
  });
  expect(result).toMatchObject({ errors: [], notices: [] });
  expect(await importPlanWorkbook(saved, { ...PLAN, planId: 'another' }, TODAY)).toMatchObject({
    refusal: { code: 'other_plan' },
  });
});

test('LibreOffice keeps the locks and checks of the cells', () => {
  convert(written('locked.xlsx', plan.bytes), 'fods');
  const flat = converted('locked.fods');
  expect(flat.match(/<table:table [^>]*table:protected="true"/g)).toHaveLength(3);
  expect(flat.match(/<table:content-validation /g)?.length).toBeGreaterThanOrEqual(6);
  expect(flat).toContain('cell-content-is-decimal-number() and cell-content-is-between(0,100)');
});
