/** Wires privacy: keys of pseudonyms, the bridge over their rotations, and what environments say about both. */
import type { EnvironmentPrivacy, Principal } from '@uptake/domain/contract';
import type { Pseudonyms } from '@uptake/domain/privacy';
import type { EventStore } from '@uptake/io/event-store';
import type { Secrets } from '@uptake/io/secrets';
import type { FastifyPluginAsync } from 'fastify';
import type { Static } from 'typebox';
import { type BridgeNote, bridgeContext, createBridges } from './bridge.ts';
import { createPseudonymKeys, type PseudonymKeysDependencies } from './pseudonym-keys.ts';
import { type PrivacyRoutesDependencies, privacyRoutes } from './routes.ts';
import { createPrivacyStore, type PrivacySettings, type PrivacyStore } from './store.ts';
import type { PrivacyBody } from './wire.ts';

export type PrivacyOptions = PseudonymKeysDependencies &
  Pick<PrivacyRoutesDependencies, 'access' | 'countrySources'> & {
    readonly eventStore: Pick<EventStore, 'links'>;
    readonly secrets: Pick<Secrets, 'encrypt' | 'decrypt'>;
  };

export type Privacy = {
  readonly routes: FastifyPluginAsync;
  readonly pseudonyms: Pseudonyms;
  /** For the pipeline: `undefined` where the environment has no bridge. */
  bridgeOf(sender: Extract<Principal, { environment: unknown }>): BridgeNote | undefined;
  readonly bridgesOf: PrivacyStore['bridgesOf'];
  /** Every pseudonym of a person whose key still exists. */
  pseudonymsOf(workspaceId: string, userId: string): readonly string[];
  /** For a workspace of our own making: links from its first event on, so that nothing of it is left out. */
  bridgeFromTheStart(workspaceId: string, environmentId: string, days: number): Promise<EnvironmentPrivacy>;
  /** Rejects where the keys cannot be read: without them nothing can be accepted. */
  start(): Promise<void>;
  /** Writes down the links that were noted last. */
  flush(): Promise<void>;
  stop(): Promise<void>;
};

const KEY_BYTES = 32;

export function createPrivacy(options: PrivacyOptions): Privacy {
  const { controlStore, eventStore, secrets, randomBytes, nowMs } = options;
  const store = createPrivacyStore(controlStore);
  const keys = createPseudonymKeys(options);
  const bridges = createBridges(options);
  const newBridgeKey = (environmentId: string): string =>
    secrets.encrypt(Buffer.from(randomBytes(KEY_BYTES)).toString('base64'), bridgeContext(environmentId));

  async function change(workspaceId: string, environmentId: string, body: Static<typeof PrivacyBody>) {
    const changed = await store.change(
      workspaceId,
      environmentId,
      (before) => changedBy(before, body, () => newBridgeKey(environmentId), nowMs()),
      nowMs(),
    );
    // The key is gone with the commit, so even links that outlived a crash here say nothing about anybody known.
    if (changed.before.bridge !== null && changed.after.bridge === null) {
      await eventStore.links.forgetEnvironment(workspaceId, environmentId);
    }
    return changed;
  }

  return {
    routes: privacyRoutes({ ...options, read: store.read, change }),
    pseudonyms: keys.pseudonyms,
    bridgeOf: (sender) => bridges.of(sender, sender.environment.privacy),
    bridgesOf: store.bridgesOf,
    pseudonymsOf: keys.pseudonymsOf,
    async bridgeFromTheStart(workspaceId, environmentId, days) {
      const { after } = await store.change(
        workspaceId,
        environmentId,
        (before) => ({
          ...before,
          bridge: before.bridge ?? { days, sealedKey: newBridgeKey(environmentId), since: new Date(0) },
        }),
        nowMs(),
      );
      const { bridge, ...settings } = after;
      return { ...settings, ...(bridge !== null && { bridge }) };
    },
    async start() {
      await keys.start();
      bridges.start();
    },
    flush: bridges.flush,
    async stop() {
      keys.stop();
      await bridges.stop();
    },
  };
}

/** A bridge that is there keeps its key, since a new one would cut what it has linked. */
function changedBy(
  before: PrivacySettings,
  body: Static<typeof PrivacyBody>,
  newKey: () => string,
  nowMs: number,
): PrivacySettings {
  const { bridge: wanted } = body;
  const linked = (days: number) => ({
    sealedKey: before.bridge?.sealedKey ?? newKey(),
    since: before.bridge?.since ?? new Date(nowMs),
    days,
  });
  return {
    respectsOptOutSignals: body.respects_opt_out_signals ?? before.respectsOptOutSignals,
    locationByDefault: body.location_by_default ?? before.locationByDefault,
    scrubNames: body.scrub_names ?? before.scrubNames,
    scrubForms: body.scrub_forms ?? before.scrubForms,
    bridge: wanted === undefined ? before.bridge : wanted === null ? null : linked(wanted.days),
  };
}
