/** The schema builder every capability adds its types to, with the scalars they share. */
import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import type { Principal } from '@uptake/domain/contract';
import { COST_OF_LISTS } from './limits.ts';
import { addScalars, type GraphScalars } from './scalars.ts';

/** What resolvers know of the request they answer. */
export type GraphContext = {
  readonly principal: Principal;
  readonly requestId: string;
};

type GraphTypes = {
  Context: GraphContext;
  Scalars: GraphScalars;
  /** A field is there unless it says `nullable`, an input may be left out unless it says `required`. */
  DefaultFieldNullability: false;
};

export type GraphBuilder = PothosSchemaTypes.SchemaBuilder<PothosSchemaTypes.ExtendDefaultTypes<GraphTypes>>;

/** What makes arguments of a field, as `t.arg`: for arguments that several fields have. */
export type GraphArgument = Parameters<Parameters<GraphBuilder['queryFields']>[0]>[0]['arg'];

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
