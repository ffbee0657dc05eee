/** What differs between the schemas of a repository and those of a server. */
import { type Change, compareVersions, type EventSchema } from '@uptake/domain/tracking-plan';

export type EventDiff = {
  readonly eventName: string;
  /** `absent`: planned on the server, without a file here. `state`: the same but for its state. */
  readonly kind: 'new' | 'same' | 'state' | 'compatible' | 'breaking' | 'absent';
  readonly changes: readonly Change[];
  readonly from: EventSchema | undefined;
  readonly to: EventSchema | undefined;
};

/** In the order of names. */
export function diffPlans(
  local: readonly EventSchema[],
  planned: ReadonlyMap<string, EventSchema>,
): readonly EventDiff[] {
  const names = new Set([...local.map(({ event_name }) => event_name), ...planned.keys()]);
  return [...names].sort().map((eventName) => {
    const to = local.find(({ event_name }) => event_name === eventName);
    const from = planned.get(eventName);
    if (to === undefined || from === undefined) {
      return { eventName, kind: to === undefined ? 'absent' : 'new', changes: [], from, to };
    }
    const { kind, changes } = compareVersions(from, to);
    // Nobody relies on a draft.
    const weight = kind === 'breaking' && from.state === 'draft' ? 'compatible' : kind;
    if (weight !== 'none') return { eventName, kind: weight, changes, from, to };
    return { eventName, kind: from.state === to.state ? 'same' : 'state', changes, from, to };
  });
}

/** A line for each event that differs, and one for each of its changes; breaking ones are marked. */
export function describeDiff(diffs: readonly EventDiff[]): string {
  const lines = diffs.filter(({ kind }) => kind !== 'same').flatMap(describeEvent);
  return lines.length === 0 ? 'No difference.\n' : `${lines.join('\n')}\n`;
}

function describeEvent({ eventName, kind, changes, from, to }: EventDiff): string[] {
  switch (kind) {
    case 'new':
      return [`+ ${eventName}  new, version ${to?.version}, ${to?.state}`];
    case 'absent':
      return [`? ${eventName}  on the server alone (${from?.state}); "uptake schema pull" fetches it`];
    case 'state':
      return [`~ ${eventName}  ${from?.state} → ${to?.state}`];
    case 'same':
      return [];
    default: {
      const wanted = (from?.version ?? 0) + 1;
      const isNumbered = to?.version === wanted;
      const number = isNumbered ? `version ${from?.version} → ${wanted}` : `give it "version": ${wanted} to push it`;
      const state = from?.state === to?.state ? '' : `, ${from?.state} → ${to?.state}`;
      const mark = kind === 'breaking' ? '!' : '~';
      return [
        `${mark} ${eventName}  ${kind}, ${number}${state}`,
        ...changes.map(
          (change) =>
            `  ${change.kind === 'breaking' ? '! breaking  ' : '  compatible'} ${change.rule} ${change.path} ${change.message}`,
        ),
      ];
    }
  }
}
