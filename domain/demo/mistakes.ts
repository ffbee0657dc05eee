/**
 * What an outdated program of the demo's customers goes on sending although the tracking plan says otherwise: the command
 * line of Documents says `pages` where `page_count` was agreed, and dates some of its events in the future.
 */
import type { IncomingEvent } from './incoming-event.ts';
import { createRandom } from './random.ts';
import { DEMO_TENANTS, type DemoProductSlug } from './tenants.ts';

export const DEMO_MISTAKES = {
  productSlug: 'documents' satisfies DemoProductSlug,
  appVersion: '2.8.0',
  /** Letters of a day's worth of traffic; few enough to read, enough to count. */
  events: 240,
} as const;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A day of such events up to `endMs`. The same seed gives the same events, so that sending them again changes nothing. */
export function demoMistakes({
  seed,
  endMs,
}: {
  readonly seed: number;
  readonly endMs: number;
}): readonly IncomingEvent[] {
  const random = createRandom(seed);
  const tenants = DEMO_TENANTS.slice(0, 6);
  return Array.from({ length: DEMO_MISTAKES.events }, (_, index): IncomingEvent => {
    const isAhead = index % 8 === 7;
    const atMs = isAhead ? endMs + 30 * HOUR_MS : endMs - Math.floor(random.unit() * DAY_MS);
    return {
      event_id: random.uuid(),
      event_name: 'document_downloaded',
      event_type: 'outcome',
      timestamp: new Date(atMs).toISOString(),
      source: 'client',
      platform: 'cli',
      app_version: DEMO_MISTAKES.appVersion,
      tenant_id: random.pick(tenants).id,
      feature_area: 'editor',
      surface: 'download_command',
      properties: isAhead
        ? { format: 'pdf', page_count: random.integer(1, 30) }
        : { format: random.pick(['pdf', 'docx']), pages: random.integer(1, 30) },
    };
  });
}
