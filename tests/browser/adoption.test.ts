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
const base = () => `${server.url}/w/default/adoption`;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServerProcess(directory.path), launchChromium()]);
  ({ page, complaints } = await openPage(browser));
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
  const plan = page.url();
  await page.goto(`${base()}/templates`);
  await page.getByRole('list', { name: 'Templates' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Add a task' }).click();
  await page.getByLabel('Name', { exact: true }).fill('API Integration');
  await addAttribute('api_calls', 'NUMBER');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog().getByRole('button', { name: 'Save', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });

  await page.goto(plan);
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

test('every screen is accessible, dark and on a phone too, and nothing scrolls sideways', async () => {
  await page.goto(base());
  const href = await page.getByRole('table', { name: 'Plans' }).getByRole('link').first().getAttribute('href');
  const plan = `${server.url}${href}`;
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
