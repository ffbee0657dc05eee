/**
 * Takes exported events in again so that they count as they did: the weight a budget gave them is theirs still. A weight is a
 * claim about events nobody sees, hence it is for keys that may do everything, never for those that stand in public code.
 */
import { hasScope, Problem } from '@uptake/domain/contract';
import type { ClientHints, RequestContext, Sender } from './batch.ts';

type Authenticate = (key: string | undefined, remoteAddress: string) => Sender | Promise<Sender>;

/** The same for importing: throws `forbidden` where the key may only send. */
export function importerOf(authenticate: Authenticate): Authenticate {
  const checked = (sender: Sender): Sender => {
    if (sender.kind === 'secret_key' && hasScope(sender.scopes, 'admin')) return sender;
    throw new Problem(
      'forbidden',
      'Exported events are imported with a secret key of the scope "admin": they say how many events each stands for.',
    );
  };
  return (key, remoteAddress) => {
    const sender = authenticate(key, remoteAddress);
    return sender instanceof Promise ? sender.then(checked) : checked(sender);
  };
}

/** The machine that imports is not the one it happened on, and says nothing of the person. */
const NO_CLIENT: ClientHints = { browserFamily: '', osFamily: '', deviceType: '', country: '' };

/**
 * Events without what is no field of the envelope, and what the pipeline is to know of them instead. By which version of a
 * schema an event was judged elsewhere is of no matter here: it is judged by the plan there is.
 */
export function exported(
  lines: readonly unknown[],
  request: RequestContext,
): { readonly events: readonly unknown[]; readonly request: RequestContext } {
  const weights: unknown[] = new Array(lines.length);
  const events = lines.map((line, index) => {
    if (typeof line !== 'object' || line === null || Array.isArray(line)) return line;
    const { weight, schema_version: _, ...event } = line as Record<string, unknown>;
    weights[index] = weight;
    return event;
  });
  return { events, request: { ...request, traceId: '', client: NO_CLIENT, hasOptOutSignal: false, weights } };
}
