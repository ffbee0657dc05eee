/** An erasure step by step. Each step may be run again after a crash; what it found is written down before the next begins. */
import type { EventStore } from '@uptake/io/event-store';
import type { Certificate, Signer } from './certificate.ts';
import type { DataHolder } from './holders.ts';
import { STEPS, type StepName } from './step-names.ts';
import { type DoneStep, type ErasureRow, type ErasureStore, erasureOfRow, subjectOfRow } from './store.ts';

const MAX_ROUNDS = 5;
/** For how long the engine keeps files that were replaced, for those still reading them. */
const OLD_FILES_MS = 10 * 60_000;

const LIMITS_OF_PERSONS = [
  'Hourly aggregates of hours whose events had expired before the erasure hold counts and sketches only; no pseudonym can be read from them.',
  'Backups made before the erasure still hold the rows until they expire; apply the erasure again after restoring one.',
  'Events sent after the erasure are stored as those of a new person would be.',
] as const;

export type ErasureDependencies = {
  readonly store: ErasureStore;
  readonly eventStore: Pick<EventStore, 'upkeep'>;
  readonly holders: readonly DataHolder[];
  /** Resolves once everything accepted before the call can be queried. */
  readonly drained: () => Promise<void>;
  readonly signer: Signer;
  readonly nowMs: () => number;
  /** Told after each step is written down; a test kills the process there. */
  readonly onStep?: (step: StepName) => void;
};

/** Goes on where the erasure stands, up to its end. Throws where it cannot; what was done stays done. */
export async function runErasure(
  row: ErasureRow,
  dependencies: ErasureDependencies,
  signal?: AbortSignal,
): Promise<void> {
  const { store, nowMs, onStep } = dependencies;
  if (row.state === 'done') return;
  const steps: DoneStep[] = [...row.steps];
  let { rounds } = row;
  for (;;) {
    signal?.throwIfAborted();
    const name = nextStep(steps, rounds);
    if (name === 'certify') break;
    const found = await runStep(name, row, dependencies);
    steps.push({ name, round: rounds, finished_at: new Date(nowMs()).toISOString(), found });
    if (name === 'verify' && sum(found) > 0) {
      rounds += 1;
      if (rounds >= MAX_ROUNDS) {
        throw new Error(
          'events of the subject come in faster than they are erased: stop their source, and start the erasure again',
        );
      }
    }
    await store.progress(row, steps, rounds);
    onStep?.(name);
  }
  await dependencies.eventStore.upkeep.finishErasure(erasureOfRow(row));
  const atMs = nowMs();
  await store.finish(row, steps, dependencies.signer.sign(certificateOf(row, steps, atMs)), atMs);
  onStep?.('certify');
}

/** The first step that the present round has not done; `drain` and `count` belong to the first round alone. */
function nextStep(steps: readonly DoneStep[], round: number): StepName {
  const done = new Set(steps.filter((step) => step.round === round).map(({ name }) => name));
  if (round > 0) {
    done.add('drain');
    done.add('count');
  }
  return STEPS.find((name) => !done.has(name))!;
}

async function runStep(
  name: Exclude<StepName, 'certify'>,
  row: ErasureRow,
  { eventStore, holders, drained }: ErasureDependencies,
): Promise<Record<string, number>> {
  const { upkeep } = eventStore;
  const erasure = erasureOfRow(row);
  const { workspaceId } = row;
  const subject = subjectOfRow(row);
  switch (name) {
    case 'drain':
      await drained();
      return {};
    case 'count':
      return { ...toRecord(await upkeep.countSubject(workspaceId, subject)), ...(await countHolders()) };
    case 'prepare':
      await upkeep.prepareErasure(erasure);
      return {};
    case 'erase_rows':
      return toRecord(await upkeep.eraseRows(erasure));
    case 'rebuild_aggregates':
      return { events_hourly: await upkeep.rebuildAggregates(erasure) };
    case 'erase_documents':
      for (const holder of holders) await holder.erase(workspaceId, subject);
      return {};
    case 'write_out':
      await upkeep.writeOutRemoved();
      return {};
    case 'verify':
      return { ...toRecord(await upkeep.remainingRows(erasure)), ...(await countHolders()) };
  }

  async function countHolders(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const holder of holders) counts[holder.name] = await holder.count(workspaceId, subject);
    return counts;
  }
}

function certificateOf(row: ErasureRow, steps: readonly DoneStep[], atMs: number): Certificate {
  const before = steps.find(({ name }) => name === 'count')?.found ?? {};
  const verification = steps.findLast(({ name }) => name === 'verify')!;
  const after = verification.found;
  const stores = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return {
    format: 'uptake-erasure-certificate/1',
    erasure_id: row.id,
    workspace_id: row.workspaceId,
    subject: { kind: row.subjectKind, sha256: row.subjectFingerprints },
    requested_at: row.requestedAt.toISOString(),
    finished_at: new Date(atMs).toISOString(),
    stores: stores.map((store) => ({ store, before: before[store] ?? 0, after: after[store] ?? 0 })),
    verification: { asked_at: verification.finished_at, remaining: sum(after) },
    files_deleted_by: new Date(atMs + OLD_FILES_MS).toISOString(),
    limits: row.subjectKind === 'person' ? LIMITS_OF_PERSONS : LIMITS_OF_PERSONS.slice(1),
  };
}

function toRecord(counts: readonly { readonly table: string; readonly rows: number }[]): Record<string, number> {
  return Object.fromEntries(counts.map(({ table, rows }) => [table, rows]));
}

function sum(found: Readonly<Record<string, number>>): number {
  return Object.values(found).reduce((total, rows) => total + rows, 0);
}
