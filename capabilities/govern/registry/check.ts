/** A dry run: what lint says of schemas, and what they would change in the plan. */
import { compareVersions, lintEventSchema, parseEventSchema } from '@uptake/domain/tracking-plan';
import type { Static } from 'typebox';
import type { PlannedEvent } from './store.ts';
import { currentSchema } from './versions.ts';
import { type CheckReply, toChanges } from './wire.ts';

export function checkSchemas(
  documents: readonly unknown[],
  planned: readonly PlannedEvent[],
): Static<typeof CheckReply>['results'] {
  const byName = new Map(planned.map((event) => [event.row.eventName, event]));
  return documents.map((document) => {
    const findings = lintEventSchema(document).map(({ rule, severity, path, message }) => ({
      rule,
      severity,
      path,
      message,
    }));
    const schema = parseEventSchema(document);
    if (Array.isArray(schema)) return { event_name: nameOf(document), findings, change: null, current_version: null };
    const present = byName.get(schema.event_name);
    if (present === undefined) {
      return { event_name: schema.event_name, findings, change: null, current_version: null };
    }
    const current = currentSchema(present);
    const change = toChanges(compareVersions(current, schema));
    return { event_name: schema.event_name, findings, change, current_version: current.version };
  });
}

function nameOf(document: unknown): string | null {
  const name = (document as { event_name?: unknown } | null)?.event_name;
  return typeof name === 'string' ? name.slice(0, 200) : null;
}
