/** The schema builder every capability adds its types to, with the scalars they share. */
import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import { COST_OF_LISTS } from './limits.ts';
import { addScalars } from './scalars.ts';
import type { GraphBuilder, GraphContext, GraphTypes } from './types.ts';

/** Has the scalars and empty `Query` and `Mutation`, to which `queryFields` and `mutationFields` add. */
export function createGraphBuilder(): GraphBuilder {
  const builder: GraphBuilder = new SchemaBuilder<GraphTypes>({
    plugins: [ComplexityPlugin],
    defaultFieldNullability: false,
    // The limits themselves are held before execution, once per operation; the plugin only keeps what each field costs.
    complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: COST_OF_LISTS },
  });
  addScalars(builder);
  builder.queryType();
  builder.mutationType();
  return builder;
}

/** One `make()` per request, such as the loaders that gather what the rows of a list ask for. */
export function perRequest<Made>(make: (context: GraphContext) => Made): (context: GraphContext) => Made {
  const made = new WeakMap<GraphContext, Made>();
  return (context) => {
    let own = made.get(context);
    if (own === undefined) {
      own = make(context);
      made.set(context, own);
    }
    return own;
  };
}
