/** How the events doors are described in OpenAPI. The decoder is what judges a body, so none of this runs for a request. */
import { envelopeJsonSchema, LIMITS } from '@uptake/domain/contract';

const { $schema: _, ...envelope } = envelopeJsonSchema();

/** Named, so that a description refers to it instead of repeating it. */
export const EVENT_SCHEMA = { $id: 'Event', ...envelope };
/** As an export writes it. */
export const IMPORTED_EVENT_SCHEMA = {
  ...EVENT_SCHEMA,
  $id: 'ExportedEvent',
  properties: {
    ...(envelope.properties as object),
    weight: { type: 'number', minimum: 0, maximum: 100, description: 'How many events it stands for; 1 where absent.' },
    schema_version: { type: 'integer', minimum: 0, description: 'Of where it comes from; here it is judged anew.' },
  },
};

const TOTAL = { type: 'integer' };
const RECEIPT = {
  type: 'object',
  properties: {
    index: { type: 'integer', description: 'Place of the event in the batch.' },
    event_id: { type: ['string', 'null'] },
    result: { type: 'string', enum: ['accepted', 'duplicate', 'rejected', 'sampled', 'dropped'] },
    reason: { type: 'string' },
    path: { type: 'string', description: 'JSON pointer into the event.' },
    detail: { type: 'string' },
  },
};

export function documentation(summary: string, { $id }: { readonly $id: string } = EVENT_SCHEMA): object {
  const event = { $ref: `${$id}#` };
  return {
    tags: ['collect'],
    summary,
    querystring: { type: 'object', properties: { receipts: { type: 'string', enum: ['full'] } } },
    body: {
      anyOf: [
        {
          type: 'object',
          required: ['events'],
          properties: {
            events: { type: 'array', maxItems: LIMITS.eventsPerBatch, items: event },
            sent_at: { type: 'string', format: 'date-time' },
            writeKey: { type: 'string' },
          },
        },
        { type: 'array', maxItems: LIMITS.eventsPerBatch, items: event },
        event,
      ],
    },
    response: {
      200: {
        type: 'object',
        properties: {
          accepted: TOTAL,
          duplicates: TOTAL,
          rejected: TOTAL,
          sampled: TOTAL,
          dropped: { ...TOTAL, description: 'Only where there are any.' },
          results: { type: 'array', items: RECEIPT },
        },
      },
    },
  };
}

export function acceptAnything(): () => boolean {
  return () => true;
}
