/** A tracking plan for the events the load generator sends: every property listed, with the checks people write. */
import { compilePlan, parseEventSchema, type TrackingPlan } from '@uptake/domain/tracking-plan';
import { LOAD_EVENT_NAMES } from '../events-door/load.ts';

const PROPERTIES = {
  template_id: { type: 'string', pattern: '^tpl-[0-9]{1,4}$', maxLength: 40, description: 'The template.' },
  prepopulated: { type: 'boolean', description: 'Whether fields were filled in.' },
  time_to_first_paint_ms: { type: 'integer', minimum: 0, maximum: 600_000, description: 'Until something showed.' },
  member_count: { type: 'integer', minimum: 0, maximum: 100_000, description: 'Members of the project.' },
  creation_path: { enum: ['blank', 'template', 'import'], description: 'How it was created.' },
  plan: { enum: ['free', 'business', 'enterprise'], description: 'The plan of the customer.' },
  duration_ms: { type: 'integer', minimum: 0, maximum: 86_400_000, description: 'How long it took.' },
};

export function planOfLoad(): TrackingPlan {
  return compilePlan(
    LOAD_EVENT_NAMES.map((event_name) => {
      const schema = parseEventSchema({
        event_name,
        version: 1,
        state: 'active',
        owner: 'bench',
        description: 'An event of the load generator.',
        feature_area: 'projects',
        event_type: 'action',
        pii_class: 'low',
        data_sensitivity: 'internal',
        properties: { type: 'object', properties: PROPERTIES, required: ['plan'], additionalProperties: false },
      });
      if (Array.isArray(schema)) throw new Error(JSON.stringify(schema));
      return schema as Exclude<typeof schema, readonly unknown[]>;
    }),
  );
}
