/** Gathers what the rows of a list ask for, so that a list of any length costs one call of the service per field. */
import { type GraphContext, perRequest } from '@uptake/io/graphql';
import DataLoader from 'dataloader';
import type { AdoptionService, ValuesAsked } from '../port.ts';

export type LoadersOf = (context: GraphContext) => Loaders;
export type Loaders = ReturnType<typeof createLoaders>;

/** New ones for every request: what they remember is what its principal may see. */
export function loadersOf(service: AdoptionService): LoadersOf {
  return perRequest((context) => createLoaders(service, context));
}

function createLoaders(service: AdoptionService, { principal }: GraphContext) {
  return {
    templates: gather((ids) => service.templatesOf(principal, ids)),
    versions: gather((ids) => service.templateVersionsOf(principal, ids)),
    planCounts: gather((ids) => service.planCountsOf(principal, ids)),
    plans: gather((ids) => service.plansOf(principal, ids)),
    admins: gather((ids) => service.adminsOf(principal, ids)),
    tasks: gather((ids) => service.tasksOf(principal, ids)),
    trends: gather((ids) => service.trendsOf(principal, ids)),
    syncs: gather((ids) => service.pendingSyncsOf(principal, ids)),
    sources: gather((ids) => service.sourcesOf(principal, ids)),
    imports: gatherBy((first: number) => (ids) => service.importsOf(principal, ids, first)),
    runs: gatherBy((first: number) => (ids) => service.runsOf(principal, ids, first)),
    values: gatherBy((asked: ValuesAsked) => (ids) => service.valuesOf(principal, ids, asked)),
  };
}

type Batch<Found> = (ids: readonly string[]) => Promise<ReadonlyMap<string, Found>>;

/**
 * Remembers nothing once it has answered: an act and the fields below it share a request, and a later act must see what an
 * earlier one changed.
 */
function gather<Found>(ask: Batch<Found>): DataLoader<string, Found | undefined> {
  return new DataLoader(
    async (ids) => {
      const found = await ask([...new Set(ids)]);
      return ids.map((id) => found.get(id));
    },
    { cache: false },
  );
}

/** One loader for each way of asking, since rows that are asked alike are asked together. */
function gatherBy<Asked, Found>(ask: (asked: Asked) => Batch<Found>) {
  const loaders = new Map<string, DataLoader<string, Found | undefined>>();
  return (asked: Asked): DataLoader<string, Found | undefined> => {
    const name = JSON.stringify(asked);
    let loader = loaders.get(name);
    if (loader === undefined) {
      loader = gather(ask(asked));
      loaders.set(name, loader);
    }
    return loader;
  };
}
