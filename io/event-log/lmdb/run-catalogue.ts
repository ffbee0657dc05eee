/** The duplicate check's durable side: which runs exist, and the ids no run holds yet. */
import { FINGERPRINT_WORDS } from '../duplicates/fingerprint.ts';
import { acceptedAt, RecentIds } from '../duplicates/recent-ids.ts';
import type { RunCatalogue, RunEntry } from '../duplicates/runs.ts';
import { decodeFingerprints } from './group-commit.ts';
import { type Storage, transact } from './storage.ts';

/** Keys deleted in one transaction: keeps the commits that appends wait for short. */
const DELETE_KEYS = 500;

export function createRunCatalogue(storage: Storage): RunCatalogue {
  const { state, fingerprints } = storage;
  return {
    list() {
      return [...state.getRange({ start: ['run', 0], end: ['run', Number.MAX_SAFE_INTEGER] })].map(
        ({ value }) => value as RunEntry,
      );
    },
    async replace(removed, added) {
      await transact(storage, () => [
        ...removed.map((entry) => state.remove(['run', entry.number])),
        ...(added ? [state.put(['run', added.number], added)] : []),
      ]);
    },
    async forgetTable(generation) {
      const keys = [...fingerprints.getKeys({ start: [generation, 0], end: [generation + 1, 0] })];
      for (let from = 0; from < keys.length; from += DELETE_KEYS) {
        const some = keys.slice(from, from + DELETE_KEYS);
        await transact(storage, () => some.map((key) => fingerprints.remove(key)));
      }
    },
  };
}

type Group = ReturnType<typeof decodeFingerprints>;

/** The tables whose ids no run holds yet, oldest first, rebuilt from the copies that were committed with the records. */
export async function restoreTables(storage: Storage, catalogue: RunCatalogue, tableIds: number) {
  const lastInRuns = Math.max(0, ...catalogue.list().map((entry) => entry.toGeneration));
  // A crash between the catalogue's commit and the deletion of the copies leaves some behind.
  for (const generation of generations(storage)) {
    if (generation <= lastInRuns) await catalogue.forgetTable(generation);
  }
  let nextGroup = 0;
  const groups = new Map<number, Group[]>();
  for (const { key, value } of storage.fingerprints.getRange()) {
    const [generation, group] = key;
    nextGroup = Math.max(nextGroup, group + 1);
    const list = groups.get(generation);
    if (list) list.push(decodeFingerprints(value));
    else groups.set(generation, [decodeFingerprints(value)]);
  }
  const tables = [...groups].map(([generation, list]) => restoreTable(generation, list, tableIds));
  return { tables, nextGroup, nextGeneration: Math.max(lastInRuns, tables.at(-1)?.generation ?? 0) + 1 };
}

function generations(storage: Storage): Set<number> {
  return new Set([...storage.fingerprints.getKeys()].map((key) => key[0]));
}

function restoreTable(generation: number, groups: readonly Group[], tableIds: number): RecentIds {
  const ids = groups.reduce((sum, group) => sum + group.fingerprints.length / FINGERPRINT_WORDS, 0);
  const table = new RecentIds(generation, Math.max(tableIds, 2 ** Math.ceil(Math.log2(ids))));
  for (const { second, fingerprints } of groups) {
    const state = acceptedAt(second * 1000);
    for (let at = 0; at < fingerprints.length; at += FINGERPRINT_WORDS) {
      const slot = table.find(fingerprints, at);
      if (slot < 0) table.occupy(~slot, fingerprints, at, state);
      else table.setState(slot, state);
    }
  }
  return table;
}
