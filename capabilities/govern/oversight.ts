/** Wires what the privacy officer works with: approvals to see people, retention, erasure and handing out. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordMilestone } from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import type { EventStore } from '@uptake/io/event-store';
import type { Jobs } from '@uptake/io/jobs';
import type { RefusedRows } from '@uptake/io/refused-rows';
import type { Secrets } from '@uptake/io/secrets';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../access/read-model.ts';
import { approvalRoutes } from './approvals/routes.ts';
import { type Approvals, createApprovals } from './approvals/service.ts';
import { createSigner } from './erasure/certificate.ts';
import { createHolders, type DataHolder } from './erasure/holders.ts';
import { erasureRoutes } from './erasure/routes.ts';
import { createErasures } from './erasure/service.ts';
import { createErasureStore } from './erasure/store.ts';
import { createLinkedTo } from './people/links.query.ts';
import { peopleRoutes } from './people/routes.ts';
import type { PseudonymsOf } from './people/who.ts';
import { retentionRoutes } from './retention/routes.ts';
import { definePruning, schedulePruning } from './retention/schedule.ts';
import { createTierStore, type Tiers } from './retention/tiers.ts';

export type { PeopleAccess } from './approvals/service.ts';
export { isGenuine, type SignedCertificate } from './erasure/certificate.ts';
export type { Tiers } from './retention/tiers.ts';

const POLL_MS = 50;

export type OversightOptions = {
  readonly controlStore: ControlStore;
  readonly eventStore: EventStore;
  readonly refusedRows: RefusedRows;
  readonly secrets: Pick<Secrets, 'subkey'>;
  readonly access: AccessReadModel;
  readonly jobs: Jobs;
  readonly pseudonymsOf: PseudonymsOf;
  /** Up to when everything accepted can be queried. */
  readonly freshness: () => Promise<{ readonly asOf: Date }>;
  /** Writes down the links of pseudonyms that were noted last. */
  readonly flushLinks: () => Promise<void>;
  /** Places of other capabilities that hold something of persons or tenants. */
  readonly otherHolders?: readonly DataHolder[];
  readonly record: RecordMilestone;
  readonly scrub: (text: string) => string;
  readonly nowMs: () => number;
  readonly limits: Tiers;
  /** Forgets what is too old in Uptake's own ledger. */
  readonly pruneLedger: () => Promise<unknown>;
};

export type Oversight = {
  readonly routes: FastifyPluginAsync;
  /** For doors that may show single people. */
  readonly approvals: Pick<Approvals, 'use'>;
  /** Adds what has to be done every night, and goes on with what was left unfinished. */
  schedule(): Promise<void>;
};

export function createOversight(options: OversightOptions): Oversight {
  const { controlStore, eventStore, access, jobs, nowMs, scrub, record, limits } = options;
  const who = { pseudonymsOf: options.pseudonymsOf, linkedTo: createLinkedTo(eventStore) };
  const approvals = createApprovals({ controlStore, nowMs });
  const holders = [...createHolders(options), ...(options.otherHolders ?? [])];
  const signer = createSigner(options.secrets.subkey('certificates'));
  const store = createErasureStore(controlStore);
  /** Everything accepted before the call is in the store then, whatever comes in meanwhile. */
  const drained = async (): Promise<void> => {
    const calledAtMs = nowMs();
    await options.flushLinks();
    while ((await options.freshness()).asOf.getTime() < calledAtMs) await delay(POLL_MS);
  };
  const erasures = createErasures({ store, eventStore, holders, drained, signer, nowMs, jobs, scrub, record });
  const pruning = {
    controlStore,
    eventStore,
    environmentsOf: access.environmentsOf,
    tiers: createTierStore(controlStore),
    limits,
    nowMs,
  };
  definePruning(jobs, pruning, options.pruneLedger);
  return {
    approvals,
    routes: async (app) => {
      await app.register(approvalRoutes({ ...who, access, approvals, scrub }));
      await app.register(peopleRoutes({ ...who, access, approvals, eventStore, nowMs }));
      await app.register(retentionRoutes({ ...pruning, access, jobs, record }));
      await app.register(erasureRoutes({ ...who, access, erasures, eventStore, holders, signer, record }));
    },
    async schedule() {
      await schedulePruning(jobs);
      await erasures.resume();
    },
  };
}
