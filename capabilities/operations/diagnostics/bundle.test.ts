import { scrubText } from '@uptake/domain/privacy';
import { createLogger, createMetrics, keepRecentProblems } from '@uptake/io/observability';
import { expect, test } from 'vitest';
import { countersOf, makeBundle } from './bundle.ts';

/** What must never leave with a bundle, wherever it came from. */
const CANARIES = {
  email: 'ada.canary@example.com',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeS0wMTIzNDU2Nzg5',
  card: '4111 1111 1111 1111',
  address: '203.0.113.77',
};

test('no personal text and no secret of the log, the checks or the stores is in a bundle', () => {
  const recent = keepRecentProblems(10, { write: () => {} });
  const logger = createLogger({ level: 'warn', scrub: scrubText, destination: recent.destination });
  for (const canary of Object.values(CANARIES)) {
    logger.warn({ password: canary, note: `sent by ${canary}` }, `failed for ${canary}`);
    logger.error({ error: new Error(`refused: ${canary}`, { cause: new Error(canary) }) }, 'unexpected failure');
  }
  const bundle = makeBundle(
    {
      nowMs: Date.UTC(2026, 10, 21),
      versions: { uptake: '1.0.0' },
      settings: [],
      health: { checks: { event_store: { ok: false, detail: `cannot reach ${CANARIES.address}` } } },
      stores: { event_store: { unavailable: `refused by ${CANARIES.email}` } },
      exposition: '',
      jobs: [],
      // A line that was cut off is no JSON, and is scrubbed all the same.
      recentProblems: [...recent.lines(), `{"level":40,"msg":"token ${CANARIES.jwt}`],
    },
    scrubText,
  );
  const text = JSON.stringify(bundle);
  for (const [what, canary] of Object.entries(CANARIES))
    expect({ [what]: text.includes(canary) }).toEqual({ [what]: false });
  expect(bundle.recent_problems).toHaveLength(9);
  expect(text).toContain('unexpected failure');
});

test('counters are named with their labels; of histograms the count and the sum are left', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.counter('uptake_events_total', 'x', ['result']).add(3, { result: 'accepted' });
  metrics.histogram('uptake_seconds', 'x').observe(0.5);
  expect(countersOf((await metrics.exposition()).body)).toEqual({
    'uptake_events_total{result="accepted"}': 3,
    uptake_seconds_sum: 0.5,
    uptake_seconds_count: 1,
  });
});
