/** The system page: counts in the window that the address names, for operators, with no way to a single event. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADMIN,
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  startServerProcess,
} from '../server-process/index.ts';
import { launchChromium } from './chromium.ts';

const directory = scratchDirectory();
let server: ServerProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServerProcess(directory.path, { TELEMETRY_FLUSH_INTERVAL: '100' }),
    launchChromium(),
  ]);
  page = await browser.newPage();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  directory.remove();
});

async function signIn(on: Page, email: string, password: string): Promise<void> {
  await on.getByLabel('Email').fill(email);
  await on.getByLabel('Password').fill(password);
  await on.getByRole('button', { name: 'Sign in' }).click();
}

const windowOf = () => new URL(page.url()).searchParams.get('window');
const chosen = (name: string) => page.getByRole('radio', { name }).getAttribute('aria-checked');

test('operators see counts per family, and the address holds the window through sign-in, choice and reload', async () => {
  await page.goto(`${server.url}/system?window=7d`);
  await signIn(page, ADMIN.email, ADMIN.password);
  await page.getByText('Active workspaces').waitFor();
  expect(windowOf()).toBe('7d');
  expect(await chosen('Last 7 days')).toBe('true');
  for (const family of ['Onboarding checkpoints completed', 'Support diagnostics opened', 'Review packs requested']) {
    await page.getByText(family).waitFor();
  }
  await page.getByRole('radio', { name: 'Last 30 days' }).click();
  await expect.poll(windowOf).toBe('30d');
  await page.reload();
  await page.getByText('Active workspaces').waitFor();
  expect(await chosen('Last 30 days')).toBe('true');
});

test('no count leads to an event, and whoever is no operator is told whom to ask', async () => {
  const links = page.getByRole('main').locator('dl a, dl button');
  expect(await links.count()).toBe(0);
  const made = await page.evaluate(async () => {
    const body = JSON.stringify({ email: 'viewer@example.com', name: 'Vi', role: 'viewer' });
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch('/api/v1/members', { method: 'POST', headers, body });
    return (await reply.json()) as { password: string };
  });
  const other = await browser.newPage();
  await other.goto(`${server.url}/system`);
  await signIn(other, 'viewer@example.com', made.password);
  await other.getByText('For operators of this installation').waitFor();
  expect(await other.getByText('Active workspaces').count()).toBe(0);
  const asked = await fetch(`${server.url}/api/v1/system/usage`, {
    headers: { authorization: `Bearer ${SECRET_KEY}` },
  });
  expect(asked.status).toBe(403);
});

test('the pages of the API ask in the session of who is signed in, GraphQL in the workspace that is chosen', async () => {
  await page.goto(`${server.url}/graphql`);
  await page.getByLabel('Workspace').selectOption({ label: 'Default' });
  await page.getByRole('button', { name: 'Run' }).click();
  await page.getByText(/^200 in [\s\S]*"plans": 0/).waitFor();
  await page.goto(`${server.url}/docs`);
  await page.getByRole('heading', { name: 'Uptake', exact: false }).first().waitFor();
  await page.getByRole('link', { name: 'dead letters' }).waitFor();
});
