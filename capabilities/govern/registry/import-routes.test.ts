import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestRegistry, type Reply, schemaOf, type TestRegistry } from './registry.fixture.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await openTestRegistry();
}, 120_000);
afterAll(() => registry.close());

let eventName: string;
let serial = 0;
beforeEach(() => {
  eventName = `seat_added_${++serial}`;
});

type Note = { readonly path: string; readonly message: string };
type Result = {
  readonly file: string;
  readonly event_name: string;
  readonly state: string;
  readonly schema: { readonly properties: object } | null;
  readonly errors: readonly Note[];
  readonly warnings: readonly Note[];
  readonly advice: readonly Note[];
};

const draft04 = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  definitions: { plan: { type: 'string', maxLength: 20, 'x-pii-class': 'low' } },
  properties: {
    seats: { type: 'integer', minimum: 0, exclusiveMinimum: true },
    plan: { $ref: '#/definitions/plan' },
    pair: { type: 'array', items: [{ type: 'boolean' }, { type: 'boolean' }] },
  },
  required: ['seats'],
};
const fileOf = (schema: unknown, name = `${eventName}.schema.json`) => ({ name, schema });
const post = (files: readonly object[], apply?: boolean, asker = registry.analyst): Promise<Reply> =>
  registry.ask(asker, 'POST', '/api/v1/schemas/import', { files, ...(apply !== undefined && { apply }) });
const resultsOf = ({ body }: Reply) => (body as { results: Result[] }).results;
const kept = async (name: string) => (await registry.ask(registry.owner, 'GET', `/api/v1/schemas/${name}`)).status;

describe('importing a schema of an older draft', () => {
  test('is looked at first: the draft that would be made, and nothing is kept', async () => {
    const reply = await post([fileOf(draft04)]);
    expect(reply.status).toBe(200);
    expect(resultsOf(reply)).toMatchObject([
      {
        file: `${eventName}.schema.json`,
        event_name: eventName,
        state: 'ready',
        errors: [],
        warnings: [],
        schema: {
          version: 1,
          state: 'draft',
          pii_class: 'low',
          properties: {
            properties: { seats: { type: 'integer', exclusiveMinimum: 0 }, pair: { prefixItems: [{}, {}] } },
            additionalProperties: false,
          },
        },
      },
    ]);
    expect(resultsOf(reply)[0]!.advice.map(({ path }) => path)).toContain('/owner');
    expect(await kept(eventName)).toBe(404);
  });

  test('makes a draft that an analyst may edit, and no event is judged by it yet', async () => {
    const reply = await post([fileOf(draft04)], true);
    expect(reply.status).toBe(201);
    expect(resultsOf(reply)).toMatchObject([{ event_name: eventName, state: 'drafted' }]);
    const { body } = await registry.ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}`);
    expect((body as { schema: object }).schema).toEqual(resultsOf(reply)[0]!.schema);
    expect((body as { schema: object }).schema).toMatchObject({ state: 'draft', version: 1 });
  });

  test('says what it could not carry over, with the place in the file', async () => {
    const schema = { ...draft04, dependencies: { seats: ['plan'] }, patternProperties: { '^x': {} } };
    const [result] = resultsOf(await post([fileOf(schema)]));
    expect(result!.state).toBe('ready');
    expect(result!.warnings.map(({ path }) => path)).toEqual(['/schema/dependencies', '/schema/patternProperties']);
  });

  test('takes all files or none: one that is refused is named, with its place, and keeps the others out', async () => {
    const other = `${eventName}_other`;
    const bad = {
      type: 'object',
      definitions: { a: { type: 'text' } },
      properties: { a: { $ref: '#/definitions/a' } },
    };
    const files = [fileOf(draft04), fileOf(bad, `exports/${other}.json`)];
    const { status, body } = await post(files, true);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid_schema',
      detail: expect.stringContaining(`exports/${other}.json`),
      errors: [
        { path: '/files/1/schema/definitions/a/type', message: expect.stringContaining(`exports/${other}.json`) },
      ],
    });
    expect([await kept(eventName), await kept(other)]).toEqual([404, 404]);
  });

  test('makes no second schema of an event, be it planned already or in two files', async () => {
    await registry.ask(registry.owner, 'PUT', `/api/v1/schemas/${eventName}`, { schema: schemaOf(eventName) });
    const [planned, first, second] = resultsOf(
      await post([fileOf(draft04), fileOf(draft04, 'twin.json'), { ...fileOf(draft04, 'b.json'), event_name: 'twin' }]),
    );
    expect(planned!.errors).toMatchObject([
      { path: '/event_name', message: expect.stringContaining('planned already') },
    ]);
    expect(first!.state).toBe('ready');
    expect(second!.errors).toMatchObject([{ path: '/event_name', message: expect.stringContaining('twin.json') }]);
  });

  test('of two people who import one event at once, one makes it and the other is told', async () => {
    const replies = await Promise.all([post([fileOf(draft04)], true), post([fileOf(draft04)], true, registry.admin)]);
    const states = replies.map((reply) => (reply.status === 201 ? resultsOf(reply)[0]!.state : String(reply.status)));
    expect(states.filter((state) => state === 'drafted')).toHaveLength(1);
    expect(['refused', '400']).toContain(states.find((state) => state !== 'drafted'));
  });

  test('is for those who may draft, and no other workspace’s product can be named', async () => {
    expect((await post([fileOf(draft04)], true, await registry.keyOf(['read']))).status).toBe(403);
    expect((await post([fileOf(draft04)], true, await registry.keyOf(['write']))).status).toBe(201);
    const path = `/api/v1/schemas/import?product_id=${registry.own.productId}`;
    const files = [fileOf(draft04, `${eventName}_foreign.json`)];
    expect((await registry.ask(registry.foreign, 'POST', path, { files, apply: true })).status).toBe(404);
  });
});

describe('an older schema that cannot be kept is refused with the place in the file', () => {
  const inProperties = (a: unknown) => ({ type: 'object', properties: { a } });
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`p${at}`, { type: 'null' }]));

  test.each([
    ['a remote reference', inProperties({ $ref: 'https://example.test/a.json' }), '/schema/properties/a'],
    [
      'a recursive reference',
      {
        type: 'object',
        definitions: { node: { type: 'object', properties: { next: { $ref: '#/definitions/node' } } } },
        properties: { a: { $ref: '#/definitions/node' } },
      },
      '/schema/definitions/node',
    ],
    [
      'a catastrophic pattern',
      inProperties({ type: 'string', maxLength: 9, pattern: '^(a+)+$' }),
      '/schema/properties/a/pattern',
    ],
    ['10,000 properties', { type: 'object', properties: many }, '/schema/properties'],
    ['a contradictory enum', inProperties({ type: 'integer', enum: [1, 'two'] }), '/schema/properties/a/enum/1'],
    [
      'names that differ by case alone',
      { type: 'object', properties: { seats: { type: 'integer' }, Seats: { type: 'integer' } } },
      '/schema/properties/Seats',
    ],
    [
      'a required property that is not described',
      { ...inProperties({ type: 'null' }), required: ['b'] },
      '/schema/required/0',
    ],
    ['an open object', { type: 'object', additionalProperties: true }, '/schema/additionalProperties'],
    ['no schema at all', [1, 2], '/schema'],
  ])('%s', async (_, schema, path) => {
    const [result] = resultsOf(await post([fileOf(schema)]));
    expect(result).toMatchObject({ state: 'refused', schema: null });
    expect(result!.errors.map((each) => each.path)).toContain(path);
    expect((await post([fileOf(schema)], true)).status).toBe(400);
    expect(await kept(eventName)).toBe(404);
  });

  test('a file name that is no event name', async () => {
    for (const name of ['Seat Added.json', 'SEAT_ADDED.json', '.json']) {
      const [result] = resultsOf(await post([fileOf(draft04, name)]));
      expect(result).toMatchObject({ state: 'refused', errors: [{ path: '/event_name' }] });
    }
  });
});
