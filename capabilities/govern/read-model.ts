/** What other capabilities may know of governing: what the tracking plan of a product says of an event. */
import type { LedgerCatalogue } from '@uptake/domain/ledger';
import type { TrackingPlan } from '@uptake/domain/tracking-plan';

/** A product's plan at one moment, compiled. */
export type ProductPlan = {
  readonly tracking: TrackingPlan;
  /** What a ledger of the product keeps: its active and deprecated schemas. */
  readonly milestones: LedgerCatalogue;
};

export type ProductScope = { readonly workspaceId: string; readonly productId: string };

export interface PlanBook {
  /**
   * The plan, without waiting; at most about a second older than the newest change anywhere. `undefined` where it has to
   * be asked for.
   */
  cached(productId: string): ProductPlan | undefined;
  /** Throws `store_unavailable` where the plan was never seen and cannot be read; a known one goes on meanwhile. */
  load(scope: ProductScope): Promise<ProductPlan>;
}

export interface GovernReadModel {
  readonly plans: PlanBook;
}
