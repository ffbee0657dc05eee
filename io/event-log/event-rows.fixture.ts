/** Events whose rows carry their own id, for tests that count what came out of the log. */
import { randomUUID } from 'node:crypto';
import type { AppendBatch, Claim, Consumer } from './port.ts';

export function eventsOf(ids: readonly string[]): AppendBatch['events'] {
  return ids.map((eventId) => ({ eventId, row: JSON.stringify([eventId, 'project_created']) }));
}

/** Event ids of a claim, in order, as the rows carry them. */
export function idsOf(claim: Pick<Claim, 'records'>): string[] {
  return claim.records.flatMap(({ rows }) =>
    Buffer.from(rows)
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((row) => (JSON.parse(row) as [string])[0]),
  );
}

export function newIds(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

/** Reads everything there is and confirms it. */
export async function drain(consumer: Consumer): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const claim = await consumer.claim({ maxEvents: 1_000, maxBytes: 1_000_000 });
    if (!claim) return ids;
    ids.push(...idsOf(claim));
    await consumer.confirm(claim.token);
  }
}
