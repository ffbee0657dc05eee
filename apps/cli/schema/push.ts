/** `uptake schema push`. */
import { Problem } from '@uptake/domain/contract';
import { describeDiff, diffPlans } from './plan-diff.ts';
import { connect, faultlessSchemas, type RemoteOptions } from './remote.ts';
import type { ChangeNotes } from './server-plan.ts';

export type PushOptions = RemoteOptions & ChangeNotes & { readonly dryRun?: true };

/**
 * Whether the server took every schema that differs. One that it refuses keeps no other from being pushed; each is a change
 * of its own, so pushing again goes on with what is left.
 */
export async function pushSchemas(options: PushOptions): Promise<boolean> {
  const local = faultlessSchemas(options.dir);
  const plan = await connect(options);
  const differing = diffPlans(local, await plan.list()).filter(({ kind }) => kind !== 'same' && kind !== 'absent');
  if (options.dryRun === true || differing.length === 0) {
    process.stdout.write(describeDiff(differing));
    return true;
  }
  let refused = 0;
  for (const { eventName, kind, to } of differing) {
    try {
      await plan.put(to!, options);
      process.stdout.write(`✓ ${eventName}  version ${to!.version}, ${to!.state} (${kind})\n`);
    } catch (error) {
      // Anything but a refusal of this schema will meet the next one as well.
      if (!(error instanceof Problem) || !REFUSALS.has(error.code)) throw error;
      refused++;
      process.stdout.write(`✗ ${eventName}  ${error.code}: ${error.detail}\n`);
    }
  }
  process.stderr.write(`${differing.length - refused} pushed, ${refused} refused.\n`);
  return refused === 0;
}

const REFUSALS: ReadonlySet<string> = new Set(['invalid_schema', 'breaking_change', 'conflict']);
