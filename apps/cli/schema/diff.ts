/** `uptake schema diff`. */
import { describeDiff, diffPlans } from './plan-diff.ts';
import { connect, faultlessSchemas, type RemoteOptions } from './remote.ts';

export type DiffOptions = RemoteOptions & { readonly failOn: 'never' | 'breaking' | 'any'; readonly json?: true };

/** Whether there is no difference of the kind that was asked about. */
export async function diffSchemas(options: DiffOptions): Promise<boolean> {
  const local = faultlessSchemas(options.dir);
  const diffs = diffPlans(local, await (await connect(options)).list());
  if (options.json === true) {
    const events = diffs.map(({ eventName, kind, changes }) => ({ event_name: eventName, kind, changes }));
    process.stdout.write(`${JSON.stringify({ events }, null, 2)}\n`);
  } else {
    process.stdout.write(describeDiff(diffs));
  }
  if (options.failOn === 'never') return true;
  return diffs.every(({ kind }) => kind === 'same' || (options.failOn === 'breaking' && kind !== 'breaking'));
}
