/** Asks plainly first, and once more for estimates where the answer holds sampled events. */
import type { Reading } from './sampled-measures.ts';

export type SampledReader = {
  /** `read` is called once, and a second time only for the first answer of a workspace that turns out sampled. */
  read<Answer extends { readonly isSampled: boolean }>(
    workspaceId: string,
    read: (reading: Reading) => Promise<Answer>,
  ): Promise<Answer>;
};

/** Workspaces remembered as sampled; what is forgotten costs one more question. */
const MOST_REMEMBERED = 1_000;

export function createSampledReader(): SampledReader {
  const sampled = new Set<string>();
  return {
    async read(workspaceId, read) {
      if (sampled.has(workspaceId)) return read('sampled');
      const plain = await read('plain');
      if (!plain.isSampled) return plain;
      if (sampled.size >= MOST_REMEMBERED) sampled.clear();
      sampled.add(workspaceId);
      return read('sampled');
    },
  };
}
