/** REST for taking JSON Schemas of older drafts into the tracking plan: a look first, then drafts of new events. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type InputError, Problem } from '@uptake/domain/contract';
import {
  draftFromJsonSchema,
  type EventSchema,
  type LintFinding,
  parseEventSchema,
} from '@uptake/domain/tracking-plan';
import { type Static, Type } from 'typebox';
import type { AccessReadModel } from '../../access/read-model.ts';
import type { ProductScope } from '../read-model.ts';
import { editorOf, productOf } from './routes.ts';
import type { Editor, Registry } from './service.ts';
import * as wire from './wire.ts';

const closed = { additionalProperties: false } as const;
const MOST_FILES = 100;

const ImportBody = Type.Object(
  {
    files: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 300, description: 'As the file is called.' }),
          event_name: Type.Optional(
            Type.String({ maxLength: 200, description: 'What the file is called, without `.json`, where absent.' }),
          ),
          schema: Type.Unknown({
            description: 'A JSON Schema of draft 04, 06, 07 or 2019-09 that describes the properties of the event.',
          }),
        },
        closed,
      ),
      { minItems: 1, maxItems: MOST_FILES },
    ),
    apply: Type.Optional(
      Type.Boolean({ description: 'Keep the drafts; only say what would become of the files otherwise.' }),
    ),
  },
  closed,
);
const Note = Type.Object({ path: Type.String(), message: Type.String() });
const ImportReply = Type.Object({
  results: Type.Array(
    Type.Object({
      file: Type.String(),
      event_name: Type.String(),
      state: Type.Enum(['ready', 'refused', 'drafted']),
      schema: Type.Union([Type.Unknown(), Type.Null()], { description: 'The draft; null where it is refused.' }),
      errors: Type.Array(Note, { description: 'Why it is refused, with places in this file of the request.' }),
      warnings: Type.Array(Note, { description: 'What could not be carried over: the draft admits more there.' }),
      advice: Type.Array(Note, { description: 'What lint would have before it is put into force.' }),
    }),
  ),
});

type File = Static<typeof ImportBody>['files'][number];
type Result = Static<typeof ImportReply>['results'][number];

export type ImportRoutesDependencies = {
  readonly registry: Pick<Registry, 'list' | 'register'>;
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf'>;
};

export function importRoutes({ registry, access }: ImportRoutesDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/api/v1/schemas/import',
      {
        schema: {
          tags: ['govern'],
          summary:
            'Take JSON Schemas of older drafts into the plan as drafts, all of them or none; without `apply` only look',
          querystring: wire.ProductQuery,
          body: ImportBody,
          response: { 200: ImportReply, 201: ImportReply },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request, reply) => {
        const principal = await access.authenticateRequest(request, {
          allow: ['member', 'secret_key'],
          scope: 'write',
        });
        const product = await productOf(access, principal, request.query.product_id);
        const planned = new Set((await registry.list(product)).map(({ row }) => row.eventName));
        const results = readFiles(request.body.files, planned);
        if (request.body.apply !== true) return { results };
        refuseUnlessAllReady(results);
        for (const result of results) await draft(product, result, editorOf(principal));
        return reply.status(201).send({ results });
      },
    );
  };

  /** Whoever plans the event in the same moment goes first; what is said of the file then is that. */
  async function draft(product: ProductScope, result: Result, editor: Editor): Promise<void> {
    try {
      await registry.register(product, result.event_name, { schema: result.schema }, editor);
      result.state = 'drafted';
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
      Object.assign(result, { state: 'refused', schema: null });
      result.errors.push({ path: '/event_name', message: error.detail });
    }
  }
}

function readFiles(files: readonly File[], planned: ReadonlySet<string>): Result[] {
  const fileOf = new Map<string, string>();
  return files.map((file) => {
    const eventName = file.event_name ?? file.name.replace(/^.*[/\\]/, '').replace(/\.(?:schema\.)?json$/i, '');
    const { document, warnings, findings } = draftFromJsonSchema(eventName, file.schema);
    const errors = notes(findings, 'error');
    const other = fileOf.get(eventName);
    if (other !== undefined)
      errors.push({ path: '/event_name', message: `"${eventName}" comes from ${other} already.` });
    if (planned.has(eventName)) {
      const message = `"${eventName}" is planned already; a change of it is the next version of its schema.`;
      errors.push({ path: '/event_name', message });
    }
    fileOf.set(eventName, file.name);
    const isReady = errors.length === 0;
    return {
      file: file.name,
      event_name: eventName,
      state: isReady ? 'ready' : 'refused',
      // With what parsing writes out, so that the look shows what is kept.
      schema: isReady ? (parseEventSchema(document) as EventSchema) : null,
      errors,
      warnings: warnings.map(({ path, message }) => ({ path: `/schema${path}`, message })),
      advice: notes(findings, 'warning'),
    };
  });
}

function notes(findings: readonly LintFinding[], severity: LintFinding['severity']): InputError[] {
  return findings.filter((each) => each.severity === severity).map(({ path, message }) => ({ path, message }));
}

/** Half an import would leave its author to find out which half. */
function refuseUnlessAllReady(results: readonly Result[]): void {
  const errors = results.flatMap((result, index) =>
    result.errors.map(({ path, message }) => ({
      path: `/files/${index}${path}`,
      message: `${result.file}: ${message}`,
    })),
  );
  const [first] = errors;
  if (first === undefined) return;
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new Problem('invalid_schema', `${first.path}: ${first.message}${others} Nothing was imported.`, { errors });
}
