/** Sources of a plan as a person sets them up: forms, their test against a system that answers, secrets shown once. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SECRET_KEY, type ServerProcess, scratchDirectory, startServerProcess } from '../server-process/index.ts';
import { launchChromium } from './chromium.ts';
import { expectAccessible, openPage, signIn } from './console-page.ts';

const directory = scratchDirectory();
/** A system of the customer, which a source asks. */
const metrics: Server = createServer((request, response) => {
  const isKnown = request.headers.authorization === 'Bearer s3cret-token';
  response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
  response.end(isKnown ? JSON.stringify(METRICS) : '{}');
});
const METRICS = {
  data: {
    metrics: [
      { name: 'users_trained', current: { 'at-noon': 60 } },
      { name: 'sso_enabled', current: { 'at-noon': 'yes' } },
    ],
  },
};
let server: ServerProcess;
let browser: Browser;
let page: Page;
let complaints: string[];
let planId: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => metrics.listen(0, '127.0.0.1', resolve));
  const environment = { UPTAKE_OUTBOUND_ALLOW: '127.0.0.1' };
  [server, browser] = await Promise.all([startServerProcess(directory.path, environment), launchChromium()]);
  planId = await assignedPlan();
  ({ page, complaints } = await openPage(browser));
  page.setDefaultTimeout(20_000);
  await page.goto(`${server.url}/w/default/adoption`);
  await signIn(page);
  await page.getByRole('table', { name: 'Plans' }).waitFor();
}, 60_000);

beforeEach(() => {
  complaints.length = 0;
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  metrics.close();
  directory.remove();
});

async function graph<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

/** The plan of a customer without a tenant, with two attributes. */
async function assignedPlan(): Promise<string> {
  const attribute = (name: string, dataType: string, successCriteria: object) => ({
    name,
    dataType,
    successCriteria,
    isRequired: true,
  });
  const tasks = [
    { name: 'Enable SSO', attributes: [attribute('sso_enabled', 'BOOLEAN', { operator: 'equals', value: true })] },
    { name: 'User Training', attributes: [attribute('users_trained', 'NUMBER', { operator: '>=', value: 100 })] },
  ];
  const { products } = await graph<{ products: { id: string }[] }>('{ products { id } }');
  const productId = products[0]!.id;
  await graph(
    'mutation ($id: ID!, $template: TemplateInput!) { saveTemplate(productId: $id, template: $template) { version } }',
    {
      id: productId,
      template: { tasks },
    },
  );
  const { createCustomer } = await graph<{ createCustomer: { id: string } }>(
    'mutation { createCustomer(input: { name: "Contoso" }) { id } }',
  );
  const { assignProduct } = await graph<{ assignProduct: { id: string } }>(
    'mutation ($input: AssignProductInput!) { assignProduct(input: $input) { id } }',
    { input: { customerId: createCustomer.id, productId } },
  );
  return assignProduct.id;
}

const dialog = () => page.getByRole('dialog');

async function addSource(kind: string, name: string): Promise<void> {
  await page.goto(`${server.url}/w/default/adoption/plans/${planId}?tab=telemetry`);
  await page.getByRole('button', { name: 'Add a source' }).click();
  await dialog().getByLabel('Kind').first().selectOption(kind);
  await dialog().getByLabel('Name', { exact: true }).fill(name);
}

const sources = () => page.getByRole('list', { name: 'Sources' });
const tested = () => dialog().getByRole('region', { name: 'Result of the test' });

test('an API is set up by its form: what the server refuses stands beside its field, and places are pointed at', async () => {
  await addSource('API_POLLING', 'Metrics');
  const { port } = metrics.address() as AddressInfo;
  await dialog().getByLabel('URL').fill(`http://127.0.0.1:${port}/{{account}}`);
  await dialog().getByLabel('Kind').last().selectOption('bearer');
  await dialog().getByLabel('Token').fill('s3cret-token');
  await dialog().getByRole('button', { name: 'Test' }).click();
  await dialog().getByText('knows only {{tenant_id}} and {{day}} in braces').waitFor();
  const url = dialog().getByLabel('URL');
  await expect.poll(() => page.evaluate('document.activeElement?.dataset.place')).toBe('/url');
  expect(await url.getAttribute('aria-invalid')).toBe('true');

  await url.fill(`http://127.0.0.1:${port}/metrics`);
  await dialog().getByRole('button', { name: 'Test' }).click();
  await tested().getByText('No values found').waitFor();
  const sample = dialog().getByRole('group', { name: 'Sample' });
  await dialog().getByLabel('Attribute', { exact: true }).focus();
  await sample.getByRole('button', { name: 'name "users_trained"' }).click();
  await dialog().getByLabel('Value', { exact: true }).focus();
  await sample.getByRole('button', { name: 'at-noon 60' }).click();
  expect(await dialog().getByLabel('Rows', { exact: true }).inputValue()).toBe('$.data.metrics[*]');
  expect(await dialog().getByLabel('Value', { exact: true }).inputValue()).toBe("$.current['at-noon']");
  await dialog().getByRole('button', { name: 'Test' }).click();
  await tested().getByText('2 values found, 1 refused').waitFor();
  const rows = tested().getByRole('table', { name: 'Rows and what they become' });
  expect(
    await rows
      .getByRole('row', { name: /users_trained/ })
      .getByRole('cell')
      .allTextContents(),
  ).toContain('60');
  await rows
    .getByRole('row', { name: /sso_enabled/ })
    .getByText('✗', { exact: false })
    .waitFor();
  await expectAccessible(page);
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().waitFor({ state: 'detached' });
  await sources().getByRole('button', { name: 'Run now Metrics' }).click();
  await sources().getByText('succeeded').waitFor();

  await sources().getByRole('button', { name: 'Change Metrics' }).click();
  await dialog().getByText('Some are kept', { exact: false }).waitFor();
  await dialog().getByRole('radio', { name: 'As JSON' }).click();
  const json = JSON.parse(await dialog().getByLabel('Configuration as JSON').inputValue()) as unknown;
  expect(json).toMatchObject({ auth: { kind: 'bearer' }, mapping: { rows: '$.data.metrics[*]' } });
  expect(JSON.stringify(json)).not.toContain('s3cret');
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  expect(complaints).toEqual([]);
}, 60_000);

test('a webhook shows its secret once, reads a pasted message by its mapping, and gets another secret', async () => {
  await addSource('WEBHOOK', 'Billing');
  await dialog().getByRole('radio', { name: 'By a mapping' }).click();
  await dialog().getByRole('radio', { name: 'Single places' }).click();
  await dialog().getByLabel('Attribute', { exact: true }).selectOption({ label: 'User Training · users_trained' });
  await dialog().getByLabel('Try it with a message').fill('{"object": {"seats": 70}}');
  await dialog().getByRole('group', { name: 'Sample' }).getByRole('button', { name: 'seats 70' }).click();
  expect(await dialog().getByLabel('Path', { exact: true }).inputValue()).toBe('$.object.seats');
  await dialog().getByRole('button', { name: 'Test' }).click();
  await tested().getByText('1 value found, none refused').waitFor();
  await expectAccessible(page);
  await dialog().getByRole('button', { name: 'Save' }).click();
  const secret = dialog().getByRole('textbox', { name: 'Secret', exact: true });
  const first = await secret.inputValue();
  expect(first).toMatch(/^whsec_/);
  await dialog().getByRole('button', { name: 'I have copied it' }).click();
  await dialog().waitFor({ state: 'detached' });
  expect(await page.content()).not.toContain(first);

  await sources().getByRole('button', { name: 'New secret for Billing' }).click();
  await expectAccessible(page);
  await dialog().getByRole('button', { name: 'Make a new secret' }).click();
  await dialog().getByText('The one before it holds until', { exact: false }).waitFor();
  expect(await secret.inputValue()).not.toBe(first);
  await dialog().getByRole('button', { name: 'I have copied it' }).click();
  await sources().getByText('The secret before this one holds until', { exact: false }).waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('events, a push and a database are set up by their forms, on a phone too', async () => {
  await addSource('BINDING', 'Logins');
  await dialog().getByLabel('Attribute it fills').selectOption({ label: 'User Training · users_trained' });
  await dialog().getByLabel('Event').fill('sso_login');
  await dialog().getByLabel('Measure').selectOption('Different users');
  await dialog().getByRole('button', { name: 'Test' }).click();
  await tested().getByText('has no tenant id', { exact: false }).waitFor();
  await expectAccessible(page);
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().waitFor({ state: 'detached' });
  await sources().getByRole('button', { name: 'Change Logins' }).waitFor();

  await addSource('API_PUSH', 'Scripts');
  await dialog().getByText('Idempotency-Key', { exact: false }).first().waitFor();
  await dialog().getByRole('button', { name: 'Fill in an example' }).click();
  await dialog().getByRole('button', { name: 'Test' }).click();
  await tested().getByText('1 value found, none refused').waitFor();
  await dialog().getByRole('button', { name: 'Cancel' }).click();

  await addSource('DATABASE', 'Warehouse');
  await dialog().getByLabel('Host').fill('10.9.9.9');
  await dialog().getByLabel('Database', { exact: true }).fill('analytics');
  await dialog().getByLabel('User name').fill('reader');
  await dialog().getByLabel('Password').fill('reader-password');
  await dialog().getByRole('button', { name: 'Test' }).click();
  await tested().getByText('✗', { exact: false }).waitFor();
  for (const kind of ['DATABASE', 'API_POLLING', 'WEBHOOK', 'BINDING', 'API_PUSH']) {
    await dialog().getByLabel('Kind').first().selectOption(kind);
    await page.setViewportSize({ width: 390, height: 844 });
    const overhang =
      '(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector("[role=dialog]"))';
    // The dialog takes a moment to its new size.
    await expect.poll(() => page.evaluate(overhang), { message: kind }).toBe(0);
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  expect(complaints).toEqual([]);
}, 60_000);
