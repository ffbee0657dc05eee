/** A whole event schema for tests that are about a part of it. */
import type { EventSchema } from './event-schema.ts';

export function schemaOf(part: Partial<EventSchema> = {}): EventSchema {
  return {
    event_name: 'project_created',
    version: 1,
    state: 'active',
    owner: 'projects-team',
    description: 'A project was created.',
    feature_area: 'projects',
    pii_class: 'none',
    data_sensitivity: 'internal',
    properties: { type: 'object', properties: {} },
    ...part,
  };
}
