/**
 * A process for the crash test: opens a log, appends the batches its parent sends and reports each answer, until it is
 * killed. Consumes now and then without confirming, so that claims are open when it dies.
 */
import { createHash } from 'node:crypto';
import { eventsOf } from '../event-rows.fixture.ts';
import { openLmdbEventLog } from './open.ts';

export type ToChild = { readonly batch: number; readonly ids: readonly string[] };
export type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'acknowledged'; readonly batch: number }
  | { readonly kind: 'claimed'; readonly token: string; readonly digest: string };

const [directory] = process.argv.slice(2);
const log = await openLmdbEventLog(
  { directory: directory!, maxBytes: 2 ** 30, duplicateWindowMs: 7 * 86_400_000, nowMs: Date.now },
  { tableIds: 256, mergeFanIn: 2 },
);
const consumer = log.consumer('writer', 'oldest');
const tell = (message: FromChild) => process.send?.(message);

process.on('message', async ({ batch, ids }: ToChild) => {
  await log.append({ workspaceId: 'workspace-1', dedupeScope: 'production/server', events: eventsOf(ids) });
  tell({ kind: 'acknowledged', batch });
  if (batch % 7 !== 0) return;
  const claim = await consumer.claim({ maxEvents: 200, maxBytes: 1_000_000 });
  if (!claim) return;
  const digest = createHash('sha256');
  for (const record of claim.records) digest.update(record.rows);
  tell({ kind: 'claimed', token: claim.token, digest: digest.digest('hex') });
});
tell({ kind: 'ready' });
