/** Decides event by event, by one look-up and one hash, what a budget keeps and with which weight. */
import type { Event } from '../contract/index.ts';
import { uniformOf } from './hash.ts';
import { isInPanel } from './panel.ts';
import { type Context, classOf, Flow, NOTHING_FAVOURED, PROTECTED, type SavedStratum, Stratum } from './strata.ts';

/** Weight of the event where it is kept; -1 where it is not. */
export type Decision = number;
export const NOT_KEPT: Decision = -1;

/** Beyond these a flow or a tenant is not told apart, so that no sender can fill the memory. */
const MOST_FLOWS = 5_000;
const MOST_TENANTS = 200_000;
const OTHER = '';

export type SamplerOptions = {
  /** 32 bits that no sender knows. */
  readonly seed: number;
  readonly samplesOutcomes: boolean;
  /** Events a minute that may be kept for certain, so that made-up tenants cannot spend a budget. */
  readonly certainPerMinute: number;
  readonly saved?: readonly SavedStratum[];
};

export class Sampler {
  context: Context = NOTHING_FAVOURED;
  readonly #seed: number;
  readonly #samplesOutcomes: boolean;
  readonly #certainPerMinute: number;
  readonly #flows = new Map<string, Map<string, Flow>>();
  #flowCount = 0;
  #tenants = 0;
  #certain = 0;
  /** Events of one request are mostly of few flows. */
  #last: Flow | undefined;

  constructor(options: SamplerOptions) {
    this.#seed = options.seed;
    this.#samplesOutcomes = options.samplesOutcomes;
    this.#certainPerMinute = options.certainPerMinute;
    for (const saved of options.saved ?? []) {
      this.#flowOf(saved.eventName, saved.featureArea).strata[saved.class] = new Stratum(saved);
    }
  }

  /** Decides and counts. User and session are pseudonyms. */
  decide(event: Event): Decision {
    const flow = this.#flowOf(event.eventName, event.featureArea);
    const which = classOf(event, this.context, this.#samplesOutcomes);
    const stratum = flow.stratum(which);
    stratum.newlyOffered++;
    if (event.eventType === 'error') stratum.newlyErrors++;
    if (which === PROTECTED || stratum.weight === 1) {
      stratum.newlyKept++;
      return 1;
    }
    if (this.#isCertain(flow, event)) {
      stratum.newlyCertain++;
      stratum.newlyKept++;
      return 1;
    }
    const weight = this.#draw(event, stratum.weight);
    if (weight !== NOT_KEPT) stratum.newlyKept++;
    return weight;
  }

  /** What `decide` would say, with nothing counted: certainty is left out, since it would be used up. */
  foresee(event: Event): Decision {
    const flow = this.#flows.get(event.eventName)?.get(event.featureArea);
    const which = classOf(event, this.context, this.#samplesOutcomes);
    const weight = flow?.strata[which]?.weight ?? 1;
    return which === PROTECTED || weight === 1 ? 1 : this.#draw(event, weight);
  }

  /** Whether a kept event comes of a flow that is throttled and that nothing favours: its payload may be shaped. */
  isStable(event: Event): boolean {
    const which = classOf(event, this.context, this.#samplesOutcomes);
    return which === 0 && (this.#flows.get(event.eventName)?.get(event.featureArea)?.strata[0]?.weight ?? 1) > 1;
  }

  *flows(): Iterable<Flow> {
    for (const byArea of this.#flows.values()) yield* byArea.values();
  }

  /** Once a minute: what was counted goes into the hours. */
  turn(nowMs: number): void {
    this.#certain = 0;
    for (const flow of this.flows()) for (const stratum of flow.strata) stratum?.turn(nowMs);
  }

  save(nowMs: number): readonly SavedStratum[] {
    this.turn(nowMs);
    return [...this.flows()].flatMap((flow) =>
      flow.strata.flatMap((stratum, which) => (stratum === undefined ? [] : [savedOf(flow, which, stratum)])),
    );
  }

  #draw(event: Event, weight: number): Decision {
    if (uniformOf(event.eventId, this.#seed) * weight < 1) return weight;
    return isInPanel(event.userId, event.sessionId) ? 0 : NOT_KEPT;
  }

  #isCertain(flow: Flow, { tenantId, timestampMs }: Event): boolean {
    if (tenantId === '' || this.#certain >= this.#certainPerMinute) return false;
    if (!flow.isFirstOfTenant(tenantId, timestampMs)) return false;
    this.#certain++;
    if (++this.#tenants > MOST_TENANTS) this.#forgetTenants();
    return true;
  }

  #forgetTenants(): void {
    this.#tenants = 0;
    for (const flow of this.flows()) flow.forgetTenants();
  }

  #flowOf(eventName: string, featureArea: string): Flow {
    const last = this.#last;
    if (last !== undefined && last.eventName === eventName && last.featureArea === featureArea) return last;
    let byArea = this.#flows.get(eventName);
    let flow = byArea?.get(featureArea);
    if (flow === undefined) {
      if (this.#flowCount >= MOST_FLOWS && eventName !== OTHER) return this.#flowOf(OTHER, OTHER);
      flow = new Flow(eventName, featureArea);
      if (byArea === undefined) {
        byArea = new Map();
        this.#flows.set(eventName, byArea);
      }
      byArea.set(featureArea, flow);
      this.#flowCount++;
    }
    this.#last = flow;
    return flow;
  }
}

function savedOf(flow: Flow, which: number, stratum: Stratum): SavedStratum {
  const { newest, hours } = stratum.offered.toJSON();
  return {
    eventName: flow.eventName,
    featureArea: flow.featureArea,
    class: which,
    weight: stratum.weight,
    newest,
    offered: hours,
    certain: stratum.certain.toJSON().hours,
    kept: stratum.kept.toJSON().hours,
  };
}
