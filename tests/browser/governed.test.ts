/** What a privacy officer and an engineer do together: watch, plan, enforce, see what is refused, mend it, bring it back. */
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  startServerProcess,
  WRITE_KEY,
} from '../server-process/index.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, expectLoaded, openPage, signIn } from './console-page.ts';

const directory = scratchDirectory();
let server: ServerProcess;
let browser: Browser;
let page: Page;
let complaints: string[];
const base = () => `${server.url}/w/default/p/app/production`;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServerProcess(directory.path, { TELEMETRY_FLUSH_INTERVAL: '100' }),
    launchChromium(),
  ]);
  ({ page, complaints } = await openPage(browser));
  await page.goto(base());
  await signIn(page);
  await page.getByRole('heading', { name: 'Send your first event' }).waitFor();
}, 60_000);

beforeEach(() => {
  complaints.length = 0;
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  directory.remove();
});

type Answer = { accepted: number; rejected: number };

async function send(count: number, properties: Record<string, unknown>): Promise<Answer> {
  const events = Array.from({ length: count }, () => ({
    event_id: randomUUID(),
    event_name: 'invoice_paid',
    event_type: 'outcome',
    tenant_id: 'acme',
    user_id: 'u-1',
    feature_area: 'billing',
    app_version: '2.0.0',
    properties,
  }));
  const reply = await fetch(`${server.url}/api/v1/telemetry/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  return (await reply.json()) as Answer;
}

async function counted(): Promise<number> {
  const reply = await fetch(`${server.url}/api/v1/telemetry/analytics?event_name=invoice_paid`, {
    headers: { authorization: `Bearer ${SECRET_KEY}` },
  });
  return ((await reply.json()) as { total_events: number }).total_events;
}

const confirm = async (name: string) => {
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
};

test('observe, draft the plan, enforce, reject, mend, replay: every event is counted once', async () => {
  // What comes is watched first.
  expect(await send(120, { amount: 12.5, method: 'card' })).toMatchObject({ accepted: 120, rejected: 0 });
  await expect.poll(counted, { timeout: 15_000 }).toBe(120);

  await page.goto(`${base()}/plan?view=observed`);
  await page.getByRole('link', { name: 'invoice_paid' }).click();
  await page.getByLabel('What it means').fill('An invoice was paid.');
  await page.getByLabel('Owner').fill('billing-team');
  await page.getByRole('list', { name: 'Properties seen' }).getByText('method', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Take this draft' }).click();

  await page.getByRole('button', { name: 'Put into force' }).click();
  await confirm('Put into force');
  await page.getByText('active', { exact: true }).first().waitFor();

  await page.goto(`${base()}/collection`);
  await page.getByLabel(/^Enforce/).click();
  await page.getByText('Everything of the last 30 days would have been taken.').waitFor();
  await confirm('Change');
  await expect.poll(() => page.getByLabel(/^Enforce/).isChecked()).toBe(true);

  // A release calls the amount otherwise, and is refused.
  await expect
    .poll(() => send(1, { total: 3, method: 'card' }), { timeout: 10_000 })
    .toMatchObject({ accepted: 0, rejected: 1 });
  const before = await counted();
  expect(await send(39, { total: 3, method: 'card' })).toMatchObject({ accepted: 0, rejected: 39 });

  await page.goto(`${base()}/dead-letters`);
  const causes = page.getByRole('table', { name: 'Causes' });
  await expect
    .poll(
      async () => {
        await page.reload();
        await causes.waitFor();
        // Letters and the counts of who sent them are written apart; both are waited for.
        return causes.getByRole('row').nth(1).getByRole('cell').allTextContents();
      },
      { timeout: 20_000, interval: 500 },
    )
    .toEqual(expect.arrayContaining(['40', expect.stringContaining('version 2.0.0')]));
  // The causes can be narrowed, and the address says so.
  await page.getByRole('button', { name: 'Version: any' }).click();
  await page.getByRole('option', { name: '2.0.0' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('app_version')).toBe('2.0.0');
  await page.getByRole('button', { name: 'Source: any' }).click();
  await page.getByRole('option', { name: 'client' }).click();
  await page.getByRole('button', { name: 'Received: any' }).click();
  await page.getByRole('dialog', { name: 'Received' }).getByLabel('From').fill('2020-01-01');
  await page.getByRole('dialog', { name: 'Received' }).getByLabel('To').fill('2020-01-31');
  await page.getByRole('button', { name: 'Use these days' }).click();
  await page.getByText('No cause of this kind').waitFor();
  await page.getByRole('button', { name: 'Received: 2020-01-01 to 2020-01-31' }).click();
  await page.getByRole('button', { name: 'Last hour' }).click();
  await causes.waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Received: last hour' }).waitFor();
  expect(new URL(page.url()).search).toBe('?source=client&app_version=2.0.0&received=1h');
  await page.getByRole('link', { name: 'invoice_paid' }).first().click();
  await page.getByRole('list', { name: 'Letters' }).getByText('"method": "card"').first().waitFor();
  await expectAccessible(page);

  // It is mended in words, looked at, and brought back.
  await page.getByLabel('Property or field').fill('total');
  await page.getByLabel('Its new name').fill('amount');
  await page.getByRole('button', { name: 'Add this step' }).click();
  await page.getByText('Move total to amount').waitFor();
  await page.getByRole('button', { name: 'Look at what would come of it' }).click();
  await page.getByText('40 would be accepted').waitFor();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Bring back…' }).click();
  await confirm('Bring back');
  await page.getByRole('list', { name: 'Replays' }).getByText('40 brought back').waitFor({ timeout: 20_000 });
  await page.getByRole('list', { name: 'Replays' }).getByText('done', { exact: true }).waitFor();
  await expect.poll(counted, { timeout: 15_000 }).toBe(before + 40);

  // What is there can be seen in Explore, and there is nothing left to mend.
  await page.goto(`${base()}/explore?s=invoice_paid:total&last=24.hour&interval=hour&chart=bar`);
  const total = page.getByRole('table', { name: 'Series and their totals' }).getByRole('cell').last();
  await expect.poll(() => total.textContent()).toBe('160');
  await page.goto(`${base()}/dead-letters?state=open`);
  await page.getByText('No cause of this kind').waitFor();
  expect(complaints).toEqual([]);
}, 90_000);

test.each([
  ['plan', 'Tracking plan', 'Planned events'],
  ['collection', 'Collection', undefined],
  ['dead-letters', 'Dead letters', 'Causes'],
  ['privacy', 'Privacy', undefined],
  ['budget', 'Budget', undefined],
])(
  'the screen %s loads and is accessible, dark and on a phone too',
  async (path, heading, table) => {
    await page.goto(`${base()}/${path}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    if (table !== undefined) await page.getByRole('table', { name: table }).waitFor();
    await expectLoaded(page);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    expect(complaints).toEqual([]);
  },
  60_000,
);

test.each([
  ['governance/approvals', 'Approvals'],
  ['governance/retention', 'Retention'],
  ['governance/erasure', 'Erasure'],
  ['governance/audit', 'Audit log'],
  ['reports', 'Reports'],
  ['settings/members', 'Members'],
  ['settings/keys', 'Keys'],
  ['settings/products', 'Products'],
  ['system', 'System'],
])(
  'the screen %s loads and is accessible',
  async (path, heading) => {
    await page.goto(`${server.url}/w/default/${path}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await expectLoaded(page);
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  },
  60_000,
);

test('privacy choices hold after a reload, and say what they bring about', async () => {
  await page.goto(`${base()}/privacy`);
  await page.getByLabel('Add to properties never kept').fill('badge_no');
  await page.getByRole('button', { name: 'Take out' }).first().click();
  await page.getByText('badge_no', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Link them…' }).click();
  await page.getByRole('dialog').getByText('Say so in your privacy notice').waitFor();
  await confirm('Link');
  await page.reload();
  await page.getByText('They are linked since').waitFor();
  await page.getByText('badge_no', { exact: true }).waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('thresholds of quality are changed, and hold after a reload', async () => {
  await page.goto(`${base()}/dead-letters?period=1h`);
  await page.getByText('40 events; at most 1%').waitFor();
  await page.getByRole('button', { name: 'Thresholds' }).click();
  await page.getByLabel('Refused events, percent').fill('2.5');
  await confirm('Save');
  await page.getByText('40 events; at most 2.5%').waitFor();
  await page.reload();
  await page.getByText('40 events; at most 2.5%').waitFor();
  await page.getByText('Reasons, findings and the figures of every interval').click();
  await page.getByRole('region', { name: 'Why events were not accepted' }).getByText('40').waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
}, 60_000);

test('a budget is set, and its screen says what it does to which flow', async () => {
  await page.goto(`${base()}/budget`);
  await page.getByRole('button', { name: 'Set a budget' }).click();
  await page.getByLabel('Events a day').fill('50000');
  await confirm('Set budget');
  await page.getByText('50,000').waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
}, 60_000);

test('a report is kept from Explore and can be opened', async () => {
  await page.goto(`${base()}/explore?s=invoice_paid:total&last=24.hour&interval=hour&chart=bar`);
  await page.getByRole('button', { name: 'Save as report' }).click();
  await page.getByRole('dialog').getByLabel('Title').fill('Invoices of the day');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').getByText('The report is kept').waitFor();
  await page.goto(`${server.url}/w/default/reports`);
  await page.getByRole('link', { name: /Invoices of the day/ }).click();
  await page.getByRole('heading', { name: 'Invoices of the day' }).waitFor();
  await expectLoaded(page);
  await page.getByText('160').first().waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
}, 60_000);

test('who asks to see one person waits for a second one', async () => {
  await page.goto(`${server.url}/w/default/governance/approvals`);
  await page.getByRole('button', { name: 'Ask for approval' }).first().click();
  await page.getByLabel('User id').fill('u-1');
  await page.getByLabel('Why').fill('Ticket 4711: the invoice was paid twice');
  await confirm('Ask');
  const waiting = page.getByRole('list', { name: 'Waiting for a decision' });
  await waiting.getByText('Ticket 4711').waitFor();
  expect(await waiting.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
}, 60_000);

test('what is older than it may be is removed when asked, and the run says that nothing older is left', async () => {
  await page.goto(`${server.url}/w/default/governance/retention`);
  await page.getByRole('button', { name: 'Remove now' }).click();
  await page.getByRole('dialog').getByText('Nothing is older than it may be').waitFor();
  await confirm('Remove');
  await page.getByRole('list', { name: 'Runs' }).getByText('nothing older left').waitFor({ timeout: 20_000 });
  await expectAccessible(page);
  expect(complaints).toEqual([]);
}, 60_000);

test('one person is erased: the screen says how far it is, hands out a certificate, and the count is lower', async () => {
  await page.goto(`${server.url}/w/default/governance/erasure`);
  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  await page.getByLabel('User id').fill('u-1');
  const erase = page.getByRole('dialog').getByRole('button', { name: 'Erase for good' });
  expect(await erase.isDisabled()).toBe(true);
  await page.getByLabel('The same id again, to be sure').fill('u-1');
  await confirm('Erase for good');
  const done = page.getByRole('list', { name: 'Erasures' }).getByRole('link', { name: 'Certificate' });
  await done.waitFor({ timeout: 40_000 });
  await expectAccessible(page);
  expect(await counted()).toBe(0);
  expect(complaints).toEqual([]);
}, 90_000);

test('an answer that was counted from sampled events says so, and how far off it may be', async () => {
  // A hundred that were kept at one in four, as an export of a budgeted environment holds them.
  const events = Array.from({ length: 100 }, (_, index) => ({
    event_id: randomUUID(),
    event_name: 'invoice_paid',
    event_type: 'outcome',
    tenant_id: 'acme',
    user_id: `customer ${index}`,
    properties: { amount: 12.5, method: 'card' },
    weight: 4,
  }));
  const reply = await fetch(`${server.url}/api/v1/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  expect(await reply.json()).toMatchObject({ accepted: 100 });
  await expect.poll(counted, { timeout: 15_000 }).toBe(400);
  await page.goto(`${base()}/explore?s=invoice_paid:total&last=24.hour&interval=hour&chart=bar`);
  const total = page.getByRole('table', { name: 'Series and their totals' }).getByRole('cell').last();
  // √(100 · 4 · 3) = 34.6 is the standard error, and 1.96 of it the margin.
  await expect.poll(() => total.textContent()).toBe('400 ± 68');
  await page.getByText('sampled', { exact: true }).waitFor();
  await page.getByRole('img', { name: /invoice_paid.*400/ }).waitFor();
  await expectAccessible(page);
  await page.goto(base());
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.getByText('sampled', { exact: true }).waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('the audit log names what was done here and proves to be as it was written', async () => {
  await page.goto(`${server.url}/w/default/governance/audit`);
  const entries = page.getByRole('list', { name: 'Entries' });
  for (const action of ['privacy.changed', 'budget.changed', 'dead_letters.read']) {
    await entries.getByText(action).first().waitFor();
  }
  await page.getByRole('button', { name: 'Check the chain' }).click();
  await page.getByText('each as it was written').waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
}, 60_000);

test('a member is added, with a password that is shown once and that they change', async () => {
  await page.goto(`${server.url}/w/default/settings/members`);
  await page.getByRole('button', { name: 'Add member' }).click();
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByLabel('Name').fill('Ada');
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
  const password = await page.getByRole('textbox', { name: /^Password of/ }).inputValue();
  expect(password.length).toBeGreaterThanOrEqual(12);
  await expectAccessible(page);
  await confirm('I have copied it');
  await page.getByRole('list', { name: 'Members' }).getByText('ada@example.com').waitFor();
  expect(complaints).toEqual([]);

  // Whoever handed it over knows it, so it is changed first of all.
  const ada = await openPage(browser);
  await ada.page.goto(server.url);
  await signIn(ada.page, password, 'ada@example.com');
  await ada.page.getByRole('button', { name: 'Account and theme' }).click();
  await ada.page.getByRole('menuitem', { name: 'Change password' }).click();
  const dialog = ada.page.getByRole('dialog');
  await dialog.getByLabel('Present password').fill(password);
  await dialog.getByLabel('New password', { exact: true }).fill('a horse and a battery');
  await dialog.getByLabel('New password again').fill('a horse and a batery');
  await dialog.getByRole('button', { name: 'Change', exact: true }).click();
  await dialog.getByText('This is not the same as the one above.').waitFor();
  await dialog.getByLabel('New password again').fill('a horse and a battery');
  await dialog.getByRole('button', { name: 'Change', exact: true }).click();
  await ada.page.getByText('The password is changed').waitFor();
  await expectAccessible(ada.page);
  await ada.page.context().clearCookies();
  await ada.page.goto(server.url);
  await signIn(ada.page, 'a horse and a battery', 'ada@example.com');
  await ada.page.waitForURL(/\/w\/default/);
}, 60_000);
