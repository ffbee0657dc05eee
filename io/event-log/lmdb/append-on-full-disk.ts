/**
 * A process for the full-disk test, run under a file size limit: appends until it is refused, consumes, appends on. Prints
 * what happened as one line of JSON.
 */
import { drain, newIds } from '../event-rows.fixture.ts';
import { LogUnavailable } from '../port.ts';
import { openLmdbEventLog } from './open.ts';

const [directory] = process.argv.slice(2);
const log = await openLmdbEventLog({
  directory: directory!,
  maxBytes: 2 ** 30,
  duplicateWindowMs: 7 * 86_400_000,
  nowMs: Date.now,
});
const consumer = log.consumer('writer', 'oldest');
const append = (ids: readonly string[]) =>
  log.append({
    workspaceId: 'workspace-1',
    dedupeScope: 'production/server',
    events: ids.map((eventId) => ({ eventId, row: JSON.stringify([eventId, 'x'.repeat(8_000)]) })),
  });

const accepted: string[] = [];
let refused: string[] = [];
let refusal = '';
while (refusal === '') {
  const ids = newIds(8);
  try {
    await append(ids);
    accepted.push(...ids);
  } catch (error) {
    refusal = error instanceof LogUnavailable ? error.reason : String(error);
    refused = ids;
  }
}
const kept = await drain(consumer);
const again = await append(refused);
const keptAfter = await drain(consumer);
await log.close();

const inLog = new Set([...kept, ...keptAfter]);
process.stdout.write(
  `\n${JSON.stringify({
    refusal,
    lost: [...accepted, ...refused].filter((id) => !inLog.has(id)).length,
    doubled: kept.length + keptAfter.length - inLog.size,
    duplicatesOfRefused: again.duplicates.length,
  })}\n`,
);
