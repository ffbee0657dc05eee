/** People and programs that send operations of adoption to a running server, and what they begin with. */
import { readFileSync } from 'node:fs';
import { type OperationDefinitionNode, parse } from 'graphql';
import { OPERATOR, type OwnServer, startOwnServer } from './own-server.fixture.ts';

const text = readFileSync(new URL('../../conformance/graphql/adoption.graphql', import.meta.url), 'utf8');
/** The operations of the source letter for letter, one by one, by name. */
export const SOURCE: Readonly<Record<string, string>> = Object.fromEntries(
  parse(text).definitions.map((definition) => [
    (definition as OperationDefinitionNode).name?.value,
    text.slice(definition.loc?.start, definition.loc?.end),
  ]),
);
export const PLAN_OPERATION = SOURCE.GetAdoptionPlanTelemetry!;
export const IMPORT = SOURCE.ImportCustomerTelemetry!;

export type Failure = { readonly message: string; readonly extensions: { readonly code: string } };
export type Reply = {
  readonly status: number;
  readonly text: string;
  readonly data: never;
  readonly errors: readonly Failure[];
  readonly headers: Headers;
};
export type Person = { readonly url: string; readonly headers: Readonly<Record<string, string>> };

const attribute = (name: string, dataType: string, successCriteria: unknown) => ({
  name,
  dataType,
  successCriteria,
  isRequired: true,
});
const TEMPLATE = {
  tasks: [
    {
      name: 'Enable SSO',
      attributes: [
        attribute('sso_enabled', 'BOOLEAN', { operator: 'equals', value: true }),
        attribute('provider_configured', 'BOOLEAN', { operator: 'equals', value: true }),
      ],
    },
    {
      name: 'User Training',
      attributes: [
        attribute('users_trained', 'NUMBER', { operator: '>=', value: 100 }),
        attribute('completion_rate', 'PERCENTAGE', { operator: '>=', value: 80 }),
      ],
    },
  ],
};

/** Of one key; ten times as many may come at once. */
export const REQUESTS_PER_SECOND = 5;

export type Made = { readonly customerId: string; readonly planId: string };

/** A server with a template of two tasks, and two customers who have a plan of it. */
export type AdoptionServer = {
  readonly own: OwnServer;
  readonly url: string;
  readonly owner: Person;
  readonly productId: string;
  readonly contoso: Made;
  readonly fabrikam: Made;
  /** Another customer with a plan of the template. */
  assign(name: string, tenantId?: string): Promise<Made>;
};

export async function startAdoptionServer(): Promise<AdoptionServer> {
  const own = await startOwnServer({
    UPTAKE_REQUESTS_PER_SECOND_LIMIT: String(REQUESTS_PER_SECOND),
    // As it is where nobody sets it: how soon an event is counted is measured with it.
    TELEMETRY_FLUSH_INTERVAL: '1000',
  });
  const url = `http://127.0.0.1:${own.server.port}`;
  const owner = await signIn(url, OPERATOR.email, OPERATOR.password);
  const { products } = await act<{ products: { id: string }[] }>(owner, '{ products { id } }');
  const productId = products[0]!.id;
  const save =
    'mutation ($id: ID!, $template: TemplateInput!) { saveTemplate(productId: $id, template: $template) { version } }';
  await act(owner, save, { id: productId, template: TEMPLATE });
  const assign = async (name: string, tenantId?: string): Promise<Made> => {
    const create = 'mutation ($input: CustomerInput!) { createCustomer(input: $input) { id } }';
    const created = await act<{ createCustomer: { id: string } }>(owner, create, { input: { name, tenantId } });
    const customerId = created.createCustomer.id;
    const give = 'mutation ($input: AssignProductInput!) { assignProduct(input: $input) { id } }';
    const given = await act<{ assignProduct: { id: string } }>(owner, give, { input: { customerId, productId } });
    return { customerId, planId: given.assignProduct.id };
  };
  const [contoso, fabrikam] = [await assign('Contoso München'), await assign('Fabrikam')];
  return { own, url, owner, productId, contoso, fabrikam, assign };
}

export async function signIn(url: string, email: string, password: string): Promise<Person> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (response.status !== 200) throw new Error(`signing in was answered ${response.status}: ${await response.text()}`);
  const cookie = response.headers.getSetCookie().map((each) => each.split(';')[0]);
  return { url, headers: { origin: url, cookie: cookie.join('; ') } };
}

async function send({ url, headers }: Person, body: NonNullable<RequestInit['body']>, type?: string): Promise<Reply> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
    body,
  });
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(text);
  return { status: response.status, text, data: data as never, errors, headers: response.headers };
}

export function ask(person: Person, query: string, variables: unknown = {}): Promise<Reply> {
  return send(person, JSON.stringify({ query, variables }), 'application/json');
}

/** The data, where nothing went wrong. */
export async function act<Data>(person: Person, query: string, variables: unknown = {}): Promise<Data> {
  const { data, errors, text } = await ask(person, query, variables);
  if (errors.length > 0) throw new Error(text);
  return data;
}

export function upload(person: Person, query: string, adoptionPlanId: string, file: Uint8Array): Promise<Reply> {
  const form = new FormData();
  form.set('operations', JSON.stringify({ query, variables: { adoptionPlanId, file: null } }));
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  form.set('0', new Blob([new Uint8Array(file)]), 'values.xlsx');
  return send(person, form);
}

/** The workbook of a plan as somebody gets it who may. */
export async function exported(person: Person, planId: string): Promise<Uint8Array> {
  const variables = { adoptionPlanId: planId };
  const { exportAdoptionPlanTelemetry: file } = await act<{ exportAdoptionPlanTelemetry: { url: string } }>(
    person,
    SOURCE.ExportAdoptionPlanTelemetry!,
    variables,
  );
  return fetched(person, file.url);
}

/** Without key or session, as a link in a mail. The test server's own address is another than the one it tells. */
export async function fetched({ url }: Person, link: string): Promise<Uint8Array> {
  const response = await fetch(new URL(new URL(link, url).pathname, url));
  if (response.status !== 200) throw new Error(`the file was answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
