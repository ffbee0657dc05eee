/** A product's plan as a schema that is not in force would make it: a draft of the plan, or a document that is nowhere yet. */
import { Problem } from '@uptake/domain/contract';
import type { EventSchema } from '@uptake/domain/tracking-plan';
import type { ControlStore } from '@uptake/io/control-store';
import type { ProductPlan, ProductScope } from '../read-model.ts';
import { parseOrRefuse } from '../registry/checks.ts';
import { planWith } from '../registry/plans.ts';
import { readPlan } from '../registry/store.ts';

export type WantedDraft =
  /** A version of the plan, whatever its state. */
  | { readonly event_name: string; readonly version: number }
  /** A document as an editor has it. */
  | { readonly schema: unknown };

/** Throws `not_found` where the plan has no such version, `invalid_schema` where the document is none. */
export type PlanOfDraft = (scope: ProductScope, draft: WantedDraft) => Promise<ProductPlan>;

export function createPlanOfDraft(controlStore: ControlStore): PlanOfDraft {
  async function versionOf(scope: ProductScope, eventName: string, version: number): Promise<EventSchema> {
    const [event] = await controlStore.withWorkspace(scope.workspaceId, (tx) =>
      readPlan(tx, scope.productId, eventName),
    );
    const found = event?.versions.find((each) => each.version === version);
    if (found !== undefined) return found.document;
    throw new Problem('not_found', `The tracking plan has no version ${version} of "${eventName}".`);
  }

  return async ({ workspaceId, productId }, draft) => {
    const scope = { workspaceId, productId };
    const schema =
      'schema' in draft
        ? parseOrRefuse(draft.schema, '/draft/schema')
        : await versionOf(scope, draft.event_name, draft.version);
    return planWith(controlStore, scope, schema);
  };
}
