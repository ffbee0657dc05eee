/** What collecting does for a replay, as this room asks for it: the function itself is handed in where all is wired. */
import type { EventResult, Reason } from '@uptake/domain/contract';
import type { CollectingEnvironment } from '../../access/read-model.ts';
import type { ProductPlan } from '../read-model.ts';
import type { StoredAlready } from './stored.query.ts';

export type ReplayedLetter = {
  readonly letterId: string;
  readonly event: unknown;
  /** What in the event is a pseudonym already. */
  readonly pseudonyms: ReadonlySet<string>;
  readonly receivedAtMs: number;
  readonly defaultSource: 'client' | 'server';
  readonly sentAtMs: number | undefined;
  readonly consent: string | undefined;
  readonly traceId: string;
  readonly client: {
    readonly browserFamily: string;
    readonly osFamily: string;
    readonly deviceType: string;
    readonly country: string;
    readonly region: string;
  };
};

export type ReplayVerdict = {
  readonly letterId: string;
  readonly result: EventResult;
  readonly reason: Reason | '';
  readonly path: string;
  readonly detail: string;
};

/**
 * Judges letters as events are judged, and appends what passes unless the mode is `validate`. `beforeAppend` is told which
 * repeat what was there before; handed back as `known` after a crash, the verdicts are the same again.
 */
export type Replay = (
  scope: CollectingEnvironment,
  letters: readonly ReplayedLetter[],
  options: {
    readonly mode: 'store' | 'validate';
    readonly plan?: ProductPlan | undefined;
    readonly beforeAppend?: ((repeats: readonly string[]) => Promise<void>) | undefined;
    readonly known?: ReadonlySet<string> | undefined;
    readonly storedAlready?: StoredAlready | undefined;
  },
) => Promise<readonly ReplayVerdict[]>;
