/** Who may have how many files under way, each of them held in memory whole from its first byte until it is dealt with. */
import { type Principal, Problem } from '@uptake/domain/contract';

export type UploadPlaces = {
  /** Returns what gives the place back, at most once. Throws `rate_limited` when there is none, or none for this asker. */
  take(principal: Principal): () => void;
};

/** `perAsker` of the `total`: one person, or one key, does not keep all others waiting. */
export function createUploadPlaces({ total, perAsker }: { total: number; perAsker: number }): UploadPlaces {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take(principal) {
      const asker = principal.kind === 'member' ? principal.userId : principal.keyId;
      const own = taken.get(asker) ?? 0;
      if (own >= perAsker)
        throw new Problem('rate_limited', 'Other files of yours are under way.', { retryAfterSeconds: 2 });
      if (all >= total) throw new Problem('rate_limited', 'Other files are under way.', { retryAfterSeconds: 1 });
      taken.set(asker, own + 1);
      all += 1;
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        all -= 1;
        const left = taken.get(asker)! - 1;
        if (left === 0) taken.delete(asker);
        else taken.set(asker, left);
      };
    },
  };
}
