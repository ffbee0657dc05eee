/** How the events doors are described in OpenAPI. The decoder is what judges a body, so none of this runs for a request. */
import { envelopeJsonSchema, LIMITS } from '@uptake/domain/contract';

const { $schema: _, ...envelope } = envelopeJsonSchema();

/** Named, so that a description refers to it instead of repeating it. */
export const EVENT_SCHEMA = { $id: 'Event', ...envelope };
const EVENT = { $ref: 'Event#' };

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

export function documentation(summary: string): object {
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
            events: { type: 'array', maxItems: LIMITS.eventsPerBatch, items: EVENT },
            sent_at: { type: 'string', format: 'date-time' },
            writeKey: { type: 'string' },
          },
        },
        { type: 'array', maxItems: LIMITS.eventsPerBatch, items: EVENT },
        EVENT,
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
