/**
 * People counted over a rotation of their pseudonyms: whether an answer does that, from what it is read where environments
 * link their pseudonyms, and what to say where they do not.
 */

import type { Source, Span } from '@uptake/domain/insights';
import { crossesRotation, ROTATION_DAYS, rotationOf, rotationStartMs } from '@uptake/domain/privacy';

export type Bridge = { readonly sinceMs: number; readonly days: number };

/** Asked only where it matters, so that all other answers cost what they did. */
export type BridgedEnvironments = {
  /** Of the environments in question: all of a workspace, or one. */
  readonly environmentIds: readonly string[];
  readonly bridges: ReadonlyMap<string, Bridge>;
};

export type Counting = {
  readonly source: Source;
  /** A person may count once for each rotation within a period. */
  readonly crossesRotation: boolean;
  /** In words, for whoever reads the number; `null` where nothing is to be said. */
  readonly explanation: string | null;
};

const DAY_MS = 86_400_000;

export async function countingOver(
  spans: readonly Span[],
  source: Source,
  nowMs: number,
  environments: () => Promise<BridgedEnvironments>,
): Promise<Counting> {
  const crossed = spans.filter((span) => crossesRotation(span.fromMs, span.toMs));
  if (crossed.length === 0) return { source, crossesRotation: false, explanation: null };
  // The sketches of the aggregates were made of pseudonyms, and cannot be taken apart again.
  if (source === 'hourly')
    return unlinked(source, crossed, 'The hourly aggregates, which answer for this long ago, count pseudonyms.');
  const { environmentIds, bridges } = await environments();
  const own = environmentIds.map((id) => bridges.get(id));
  if (own.every((bridge) => bridge === undefined)) {
    return unlinked(source, crossed, 'Switch the bridge of the environment on to count people once from then on.');
  }
  const fromMs = Math.min(...crossed.map((span) => span.fromMs));
  const isCovered = own.every(
    (bridge) => bridge !== undefined && bridge.sinceMs <= fromMs && nowMs - bridge.days * DAY_MS <= fromMs,
  );
  if (isCovered) return { source: 'linked', crossesRotation: false, explanation: null };
  return unlinked(
    'linked',
    crossed,
    'The bridge links only what it was on for, and not in every environment asked for.',
  );
}

function unlinked(source: Source, crossed: readonly Span[], why: string): Counting {
  const dates = [...new Set(crossed.flatMap(bordersWithin))].sort();
  const explanation = `Pseudonyms change every ${ROTATION_DAYS} days, within this period on ${dates.join(', ')} (UTC): whoever was active before and after counts once for each. ${why}`;
  return { source, crossesRotation: true, explanation };
}

function bordersWithin({ fromMs, toMs }: Span): string[] {
  const borders: string[] = [];
  for (let rotation = rotationOf(fromMs) + 1; rotationStartMs(rotation) < toMs; rotation++) {
    borders.push(new Date(rotationStartMs(rotation)).toISOString().slice(0, 10));
  }
  return borders;
}
