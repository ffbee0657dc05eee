/** What the body of a webhook says: values as a push has them, or whatever a sender sends, read by a mapping. */
import { type InputError, Problem } from '@uptake/domain/contract';
import { InputReader } from '@uptake/domain/insights';
import { type Static, Type } from 'typebox';
import { Check, Errors } from 'typebox/value';
import type { SourceRow } from '../map-rows.ts';
import { parseJson } from './json-document.ts';
import { checkMapping, checkPath, type JsonMapping, readRows } from './json-mapping.ts';
import { type Json, select } from './json-path.ts';
import { Notices } from './notices.ts';
import { checkSignature, type SenderSignature } from './sender-signature.ts';

/** In names of the wire: this is the JSON document that is kept. */
export type WebhookConfig = {
  readonly signature?: SenderSignature;
  readonly mapping?: JsonMapping;
  /** Which messages are meant: senders tell of much, and call a refusal a failure. */
  readonly when?: { readonly path: string; readonly in: readonly string[] };
};

export type ReadBody =
  | { readonly kind: 'rows'; readonly rows: readonly SourceRow[]; readonly notices: readonly string[] }
  /** Of no concern to this source. */
  | { readonly kind: 'other'; readonly reason: string };

const MAX_KINDS = 50;
const KIND_LENGTH = 200;
const SHOWN_ERRORS = 20;
const MAX_VALUES = 10_000;

const PushBody = Type.Object({
  values: Type.Array(
    Type.Object(
      {
        task: Type.Optional(Type.String()),
        attribute: Type.String(),
        value: Type.Unknown(),
        day: Type.Optional(Type.String()),
        notes: Type.Optional(Type.String()),
      },
      { additionalProperties: false },
    ),
    { minItems: 1, maxItems: MAX_VALUES },
  ),
});

export function wrongWebhookConfig(given: unknown): readonly InputError[] {
  const reader = new InputReader();
  const config = reader.object(given, '', ['signature', 'mapping', 'when'], []);
  if (config?.signature !== undefined) checkSignature(reader, config.signature, '/signature');
  if (config?.mapping !== undefined) checkMapping(reader, config.mapping, '/mapping');
  if (config?.when === undefined) return reader.errors;
  if (config.mapping === undefined) reader.refuse('/mapping', 'is required beside `when`');
  const when = reader.object(config.when, '/when', ['path', 'in'], ['path', 'in']);
  if (when === undefined) return reader.errors;
  checkPath(reader, when.path, '/when/path');
  for (const [index, kind] of reader.list(when.in, '/when/in', 1, MAX_KINDS).entries())
    reader.text(kind, `/when/in/${index}`, KIND_LENGTH, 1);
  return reader.errors;
}

/** Throws `Problem` with the places in the body where nothing can be read, and never with what stands there. */
export function readWebhookBody({ mapping, when }: WebhookConfig, body: Uint8Array): ReadBody {
  const document = parseJson(body);
  if (document === undefined) throw new Problem('invalid_json', 'The body of the webhook is no JSON to be read.');
  if (mapping === undefined) return { kind: 'rows', rows: pushed(document), notices: [] };
  if (when !== undefined && !isMeant(document, when))
    return { kind: 'other', reason: `${when.path} is not one of ${when.in.join(', ')}; nothing was read.` };
  const notices = new Notices();
  const rows = readRows(document, mapping, notices);
  if (rows.length === 0) throw nothingFound(mapping, notices);
  return { kind: 'rows', rows, notices: notices.list() };
}

function pushed(document: Json): Static<typeof PushBody>['values'] {
  if (Check(PushBody, document)) return document.values;
  const { values } = document as { readonly values?: unknown };
  // Every entry would have its own mistake.
  if (Array.isArray(values) && values.length > MAX_VALUES)
    throw new Problem('invalid_request', `The body has more than ${MAX_VALUES} values; send them in several messages.`);
  const errors = [...Errors(PushBody, document)]
    .slice(0, SHOWN_ERRORS)
    .map(({ instancePath, message }) => ({ path: instancePath, message }));
  const shape = '{"values": [{"attribute": "users_trained", "value": 45}]}';
  throw new Problem('invalid_request', `The body has another shape than ${shape}; give the source a mapping.`, {
    errors,
  });
}

function isMeant(document: Json, { path, in: kinds }: NonNullable<WebhookConfig['when']>): boolean {
  const found = select(document, path);
  return found.length === 1 && typeof found[0] === 'string' && kinds.includes(found[0]);
}

function nothingFound(mapping: JsonMapping, notices: Notices): Problem {
  const errors: readonly InputError[] =
    mapping.kind === 'values'
      ? mapping.values.map(({ path, attribute }) => ({ path, message: `leads to no value for "${attribute}"` }))
      : [{ path: mapping.rows, message: 'leads to no row with an attribute and a value' }];
  const detail = ['Nothing is where the mapping looks for it.', ...notices.list()].join(' ');
  return new Problem('invalid_request', detail, { errors: errors.slice(0, SHOWN_ERRORS) });
}
