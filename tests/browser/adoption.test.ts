/** What a customer success manager does: template, plan, workbook, recommendation, undo, sync; and how the screens hold up. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { edit } from '@uptake/capabilities/adoption/workbook/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ServerProcess, scratchDirectory, startServerProcess } from '../server-process/index.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, expectLoaded, openPage, signIn } from './console-page.ts';

const directory = scratchDirectory();
const files = scratchDirectory();
let server: ServerProcess;
let browser: Browser;
let page: Page;
let complaints: string[];
let plan: string;
const base = () => `${server.url}/w/default/adoption`;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServerProcess(directory.path), launchChromium()]);
  ({ page, complaints } = await openPage(browser));
  page.setDefaultTimeout(20_000);
  await page.goto(base());
  await signIn(page);
  await page.getByText('No customer has a plan yet').waitFor();
}, 60_000);

beforeEach(() => {
  complaints.length = 0;
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  directory.remove();
  files.remove();
});

const planAt = (tab: string) => `${plan}?tab=${tab}`;
const dialog = () => page.getByRole('dialog');
const task = (name: string) => page.getByRole('article', { name });

/** The workbook a button makes, changed as a person would in their spreadsheet, and where it lies. */
async function filled(values: Readonly<Record<string, string | number | boolean>>, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export Template' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^contoso-.*-telemetry\.xlsx$/);
  const bytes = await edit(await readFile(await download.path()), ({ fill }) => {
    for (const [attribute, value] of Object.entries(values)) fill(attribute, value);
  });
  const path = join(files.path, name);
  await writeFile(path, bytes);
  return path;
}

async function addAttribute(name: string, type: string): Promise<void> {
  await page.getByRole('button', { name: 'Add an attribute' }).click();
  const added = page.getByRole('list', { name: 'Telemetry attributes' }).getByRole('listitem').last();
  await added.getByLabel('Attribute').fill(name);
  await added.getByLabel('Type').selectOption(type);
}

test('a template is built from tasks and criteria that read back as sentences', async () => {
  await page.goto(`${base()}/templates`);
  await page.getByRole('list', { name: 'Templates' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Add a task' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Enable SSO');
  await addAttribute('sso_enabled', 'BOOLEAN');
  await page.getByText('sso_enabled must be true').waitFor();

  await page.getByRole('button', { name: 'Add a task' }).click();
  await page.getByLabel('Name', { exact: true }).fill('User Training');
  await addAttribute('users_trained', 'NUMBER');
  await page.getByLabel('Value', { exact: true }).fill('100');
  await page.getByLabel('In which time').selectOption('days');
  await page.getByText('users_trained must be at least 100 in the last 30 days').waitFor();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog().getByLabel('What changed, and why').fill('First version');
  await dialog().getByRole('button', { name: 'Save', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('Version 1,').waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('a product is assigned to a new customer, and their plan starts with the template', async () => {
  await page.goto(base());
  await page.getByRole('button', { name: 'Assign a product' }).first().click();
  await dialog()
    .getByRole('button', { name: /^Customer/ })
    .click();
  await page.getByRole('combobox', { name: 'Search: Customer' }).fill('Contoso');
  await page.getByRole('option', { name: 'New customer “Contoso”' }).click();
  await dialog().getByRole('button', { name: 'Assign', exact: true }).click();
  await page.getByRole('navigation', { name: 'Plan' }).waitFor();
  const tabs = await page.getByRole('navigation', { name: 'Plan' }).getByRole('link').allTextContents();
  expect(tabs).toEqual(['Overview', 'Tasks', 'Telemetry', 'History']);
  plan = page.url().replace(/\?.*/, '');

  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await task('Enable SSO').getByText('Telemetry: 0/1 Met (0%)').waitFor();
  await task('User Training')
    .getByRole('button', { name: /^Change/ })
    .click();
  await dialog().getByLabel('Status', { exact: true }).selectOption('IN_PROGRESS');
  await dialog().getByLabel('Note').fill('Kick-off was today');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().waitFor({ state: 'detached' });
  await task('User Training').getByText('IN_PROGRESS').waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('a filled workbook is looked at, applied, and its recommendation applied', async () => {
  await page.getByRole('link', { name: 'Telemetry', exact: true }).click();
  await page.getByText('Manual', { exact: true }).waitFor();
  const workbook = await filled({ sso_enabled: true, users_trained: 45 }, 'contoso.xlsx');
  await page.getByRole('button', { name: 'Update Telemetry' }).click();
  await dialog().getByLabel('Workbook file').setInputFiles(workbook);
  const changes = dialog().getByRole('table', { name: 'Changes by task' });
  await changes
    .getByRole('row', { name: /Enable SSO/ })
    .getByText('100%')
    .waitFor();
  await expectAccessible(page);
  await dialog().getByRole('button', { name: 'Apply', exact: true }).click();
  await dialog().getByRole('heading', { name: 'Telemetry is updated' }).waitFor();
  await dialog().getByRole('button', { name: 'Done' }).click();

  const byStatus = page.getByRole('list', { name: 'Tasks by Telemetry Status' });
  await byStatus
    .getByRole('link', { name: /Enable SSO/ })
    .getByText('100% Met')
    .waitFor();
  await byStatus
    .getByRole('link', { name: /User Training/ })
    .getByText('0% Met')
    .waitFor();
  await byStatus.getByRole('link', { name: /Enable SSO/ }).click();
  const sso = task('Enable SSO');
  await sso.getByText('Telemetry: 1/1 Met (100%)').waitFor();
  await sso.getByText('sso_enabled: true').waitFor();
  await sso.getByText(/^Last updated: \d{4}-\d\d-\d\d \(via Excel\)$/).waitFor();
  await sso.getByText('AUTO-COMPLETE THIS TASK').waitFor();
  await sso.getByRole('button', { name: /^Apply Recommendation/ }).click();
  await sso.getByText('DONE', { exact: true }).waitFor();
  await expect.poll(() => sso.getByRole('button', { name: /^Apply Recommendation/ }).count()).toBe(0);
  expect(complaints).toEqual([]);
}, 60_000);

test('a cell that cannot be read is named, and the file is to be had with it marked', async () => {
  await page.getByRole('link', { name: 'Telemetry', exact: true }).click();
  const workbook = await filled({ users_trained: 'about a hundred' }, 'contoso-wrong.xlsx');
  await page.getByRole('button', { name: 'Update Telemetry' }).click();
  await dialog().getByLabel('Workbook file').setInputFiles(workbook);
  const errors = dialog().getByRole('region', { name: 'Cells that could not be read' });
  await errors.getByText('Telemetry_Values · F', { exact: false }).waitFor();
  const [marked] = await Promise.all([
    page.waitForEvent('download'),
    errors.getByRole('link', { name: /Download the workbook/ }).click(),
  ]);
  expect((await readFile(await marked.path())).subarray(0, 2).toString()).toBe('PK');
  await dialog().getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'Update Telemetry' }).click();
  await dialog()
    .getByLabel('Workbook file')
    .setInputFiles({ name: 'values.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b') });
  await dialog().getByRole('alert').getByText('values.csv is no .xlsx workbook').waitFor();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  expect(complaints).toEqual([]);
}, 60_000);

test('an import is taken back: its values are gone and the plan is judged anew', async () => {
  const imports = page.getByRole('list', { name: 'Imports' });
  await imports.getByRole('button', { name: /^Undo/ }).click();
  await dialog().getByRole('button', { name: 'Undo this import' }).click();
  await dialog().waitFor({ state: 'detached' });
  await imports.getByText(/^taken back/).waitFor();
  const byStatus = page.getByRole('list', { name: 'Tasks by Telemetry Status' });
  await byStatus
    .getByRole('link', { name: /Enable SSO/ })
    .getByText('0% Met')
    .waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('a changed template is offered to the plan change by change', async () => {
  await page.goto(`${base()}/templates`);
  await page.getByRole('list', { name: 'Templates' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Add a task' }).click();
  await page.getByLabel('Name', { exact: true }).fill('API Integration');
  await addAttribute('api_calls', 'NUMBER');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog().getByRole('button', { name: 'Save', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });

  await page.goto(planAt('telemetry'));
  await page.getByRole('button', { name: 'Review changes' }).click();
  await dialog().getByRole('list', { name: 'Changes' }).getByText('API Integration').first().waitFor();
  await dialog()
    .getByRole('button', { name: /^Take over/ })
    .click();
  await dialog().waitFor({ state: 'detached' });
  const byStatus = page.getByRole('list', { name: 'Tasks by Telemetry Status' });
  await byStatus.getByRole('link', { name: /API Integration/ }).waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Review changes' }).count()).toBe(0);
  await page.getByRole('link', { name: 'History', exact: true }).click();
  await page.getByText('Kick-off was today').waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('values recorded by hand are drawn as a line against their criterion', async () => {
  await page.goto(planAt('tasks'));
  const training = task('User Training');
  await training.getByRole('button', { name: /^View Details/ }).click();
  for (const [value, day] of [
    ['40', '2026-01-05'],
    ['110', undefined],
  ] as const) {
    await training.getByRole('button', { name: /^Record/ }).click();
    await dialog().getByLabel('Value').fill(value);
    if (day !== undefined) await dialog().getByLabel('Day').fill(day);
    await dialog().getByRole('button', { name: 'Record', exact: true }).click();
    await dialog().waitFor({ state: 'detached' });
  }
  await training.getByRole('img', { name: /^users_trained over \d+ days, against .*100/ }).waitFor();
  await training.getByText('(via hand)', { exact: false }).waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('yes and no are drawn as a history, and progress by hand stands beside that by telemetry', async () => {
  await page.goto(planAt('tasks'));
  const sso = task('Enable SSO');
  await sso.getByRole('button', { name: /^View Details/ }).click();
  for (const [value, day] of [
    ['false', '2026-01-05'],
    ['true', '2026-02-01'],
  ] as const) {
    await sso.getByRole('button', { name: /^Record/ }).click();
    await dialog().getByLabel('Value').selectOption(value);
    await dialog().getByLabel('Day').fill(day);
    await dialog().getByRole('button', { name: 'Record', exact: true }).click();
    await dialog().waitFor({ state: 'detached' });
  }
  const stretches = sso.getByRole('list', { name: 'sso_enabled: on and off' }).getByRole('listitem');
  await expect
    .poll(() => stretches.allTextContents())
    .toEqual(expect.arrayContaining(['false from 2026-01-05', 'true from 2026-02-01']));
  await sso.getByRole('img', { name: '100% of the required criteria met' }).waitFor();

  const tabs = page.getByRole('navigation', { name: 'Plan' });
  await tabs.getByRole('link', { name: 'Overview' }).click();
  for (const way of ['Manual Status', 'Telemetry', 'Combined'])
    await page.getByRole('progressbar', { name: way }).waitFor();
  await tabs.getByRole('link', { name: 'History' }).click();
  await page.getByText('sso_enabled', { exact: false }).first().waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('plans are acted on together, and the notices of a plan are signed', async () => {
  await page.goto(base());
  await page.getByLabel('Choose all plans shown').check();
  const chosen = page.getByRole('region', { name: 'Chosen plans' });
  await chosen.getByText('1 plan chosen').waitFor();
  await chosen.getByRole('button', { name: 'Do with them' }).click();
  await page.getByRole('menuitem', { name: 'Set the due date…' }).click();
  await dialog().getByLabel('Due').fill('2027-03-31');
  await expectAccessible(page);
  await dialog().getByRole('button', { name: 'Set', exact: true }).click();
  await dialog().getByRole('heading', { name: '1 plan changed' }).waitFor();
  await dialog().getByRole('button', { name: 'Done' }).click();

  await page.goto(planAt('telemetry'));
  await page.getByText('due 31 Mar 2027').waitFor();
  await page.getByRole('button', { name: 'Configure' }).click();
  await dialog()
    .getByLabel(/^At 25, 50, 75 and 100 %/)
    .uncheck();
  await dialog().getByRole('button', { name: 'New signing secret…' }).click();
  await dialog().getByRole('button', { name: 'Make a new secret' }).click();
  expect(await dialog().getByRole('textbox', { name: 'Signing secret' }).inputValue()).toMatch(/^whsec_/);
  await expectAccessible(page);
  await dialog().getByRole('button', { name: 'Save', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Configure' }).click();
  expect(
    await dialog()
      .getByLabel(/^At 25, 50, 75 and 100 %/)
      .isChecked(),
  ).toBe(false);
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  expect(complaints).toEqual([]);
}, 60_000);

test('every screen is accessible, dark and on a phone too, and nothing scrolls sideways', async () => {
  await page.goto(base());
  for (const address of [
    base(),
    `${base()}/customers`,
    `${base()}/templates`,
    plan,
    `${plan}?tab=tasks`,
    `${plan}?tab=telemetry`,
    `${plan}?tab=history`,
  ]) {
    await page.goto(address);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectLoaded(page);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
    expect(await page.evaluate('document.documentElement.scrollWidth'), address).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  }
  expect(complaints).toEqual([]);
}, 90_000);

test('an admin of a customer sees the plans of that customer, and nothing else of the product', async () => {
  await page.goto(`${server.url}/w/default/settings/members`);
  await page.getByRole('button', { name: /^Add/ }).first().click();
  await dialog().getByLabel('Email').fill('cora@contoso.example');
  await dialog().getByLabel('Name').fill('Cora');
  await dialog().getByLabel('Role').selectOption('customer_admin');
  await dialog().getByRole('button', { name: 'Add', exact: true }).click();
  const password = await dialog()
    .getByRole('textbox', { name: /^Password of/ })
    .inputValue();
  await dialog().getByRole('button', { name: 'I have copied it' }).click();

  await page.goto(`${base()}/customers`);
  await page.getByRole('link', { name: /^Contoso/ }).click();
  await page.getByRole('button', { name: /^Admins/ }).click();
  await page.getByRole('option', { name: /Cora/ }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('list', { name: 'Admins of this customer' }).getByText('cora@contoso.example').waitFor();

  const context = await browser.newContext();
  const cora = await context.newPage();
  await cora.goto(server.url);
  await cora.getByLabel('Email').fill('cora@contoso.example');
  await cora.getByLabel('Password').fill(password);
  await cora.getByRole('button', { name: 'Sign in' }).click();
  await cora.getByRole('table', { name: 'Plans' }).getByRole('link', { name: 'Contoso' }).click();
  await cora.getByRole('link', { name: 'Telemetry', exact: true }).click();
  await cora.getByRole('button', { name: 'Update Telemetry' }).waitFor();
  const navigation = await cora.getByRole('navigation', { name: 'Main' }).first().getByRole('link').allTextContents();
  expect(navigation).toEqual(['Adoption']);
  await context.close();
  expect(complaints).toEqual([]);
}, 60_000);
