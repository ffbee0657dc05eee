/** What a newcomer does, in a real Chromium: sign in, make a key, send events from a page of their own, see them on the chart. */
import { createServer, type Server } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, scratchDirectory, startServerProcess } from '../server-process/index.ts';
import { launchChromium } from './chromium.ts';
import { openPage, signIn } from './console-page.ts';

const directory = scratchDirectory();
let server: ServerProcess;
let browser: Browser;
let shop: { readonly url: string; readonly close: () => void };

/** A customer's own page on another origin: sends one event by fetch and a batch by beacon, as their users would. */
function customerPage(telemetryUrl: string): Promise<{ url: string; close: () => void }> {
  const html = `<!doctype html><title>Shop</title><button>Buy</button><output></output><script>
    const key = new URLSearchParams(location.search).get('key');
    document.querySelector('button').onclick = async () => {
      const events = (n) => Array.from({ length: n }, () => ({ event_id: crypto.randomUUID(), event_name: 'order_placed', event_type: 'outcome',
        tenant_id: 'acme', user_id: 'ada@example.com', session_id: 's-1', feature_area: 'checkout', properties: { total: 12.5 } }));
      const reply = await fetch('${telemetryUrl}/api/v1/telemetry/events', { method: 'POST',
        headers: { authorization: 'Bearer ' + key, 'content-type': 'application/json' }, body: JSON.stringify(events(1)[0]) });
      const sent = navigator.sendBeacon('${telemetryUrl}/api/v1/telemetry/events', JSON.stringify({ writeKey: key, events: events(4) }));
      document.querySelector('output').textContent = (await reply.json()).accepted + ' accepted, beacon ' + sent;
    };
  </script>`;
  const http: Server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
  return new Promise((resolve) =>
    http.listen(0, '127.0.0.1', () => {
      const { port } = http.address() as { port: number };
      resolve({ url: `http://127.0.0.1:${port}`, close: () => http.close() });
    }),
  );
}

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServerProcess(directory.path, { TELEMETRY_FLUSH_INTERVAL: '100' }, { isFirst: true }),
    launchChromium(),
  ]);
  shop = await customerPage(server.url);
}, 60_000);

afterAll(async () => {
  shop?.close();
  await browser?.close();
  await server?.stop();
  directory.remove();
});

test('a newcomer signs in, makes a write key, sends events from their own page and sees them on the chart', async () => {
  const { page, complaints } = await openPage(browser);
  await page.goto(`${server.url}/w/default/p/app/production`);

  // The address is kept through the sign-in, and a wrong password is answered in words.
  await signIn(page, 'not the password');
  await page
    .getByRole('alert')
    .getByText(/do not match/)
    .waitFor();
  await signIn(page);

  await page.getByRole('heading', { name: 'Send your first event' }).waitFor();
  await page.getByRole('link', { name: 'Explore' }).click();
  await page.getByText('No events yet').waitFor();
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('button', { name: 'Create write key' }).click();
  const writeKey = await page.getByRole('textbox', { name: 'Write key' }).inputValue();
  expect(writeKey).toMatch(/^upk_w_\w{20,}$/);
  await page.getByText('Connected', { exact: true }).waitFor();

  const customer = await openPage(browser);
  await customer.page.goto(`${shop.url}/?key=${writeKey}`);
  await customer.page.getByRole('button', { name: 'Buy' }).click();
  await customer.page.getByText('1 accepted, beacon true').waitFor();

  await page.getByText('It arrived').waitFor();
  await page.getByText('order_placed at').waitFor();
  const arrival = await page.locator('main').textContent();
  expect(arrival).toContain('acme');
  expect(arrival).not.toContain('ada@example.com');

  await page.getByRole('link', { name: 'See it in Explore' }).click();
  const total = page.getByRole('table', { name: 'Series and their totals' });
  await expect
    .poll(
      async () => {
        await page.reload();
        await total.waitFor();
        return total.getByRole('cell').last().textContent();
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBe('5');
  await page
    .getByRole('img', { name: /order_placed/ })
    .locator('svg path')
    .first()
    .waitFor({ state: 'attached' });

  expect([...complaints, ...customer.complaints]).toEqual([]);
}, 90_000);

test('an exploration is shared by its address: another person sees the same question', async () => {
  const { page, complaints } = await openPage(browser);
  await page.goto(
    `${server.url}/w/default/p/app/production/explore?s=order_placed:unique:tenant&by=field.feature_area&last=24.hour&interval=hour&chart=bar`,
  );
  await signIn(page);
  await page.getByRole('table', { name: 'Series and their totals' }).getByText('checkout').waitFor();
  expect(new URL(page.url()).searchParams.get('by')).toBe('field.feature_area');
  expect(complaints).toEqual([]);
}, 60_000);

test('nothing of the console scrolls sideways on a phone', async () => {
  const { page } = await openPage(browser);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(server.url);
  await signIn(page);
  await page.waitForURL(/\/w\/default\/p\//);
  for (const path of ['', '/live', '/explore', '/send-events']) {
    await page.goto(`${server.url}/w/default/p/app/production${path}`);
    await page.locator('h1').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  }
  // What has no place in the bar is in its menu.
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Dead letters' }).click();
  await page.getByRole('heading', { level: 1, name: 'Dead letters' }).waitFor();
}, 60_000);
