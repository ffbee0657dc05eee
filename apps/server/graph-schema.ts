/** The schema of `/graphql`: every capability that has something in it adds its part here. */
import { addAdoptionGraph } from '@uptake/capabilities/adoption/graphql';
import type { AdoptionService } from '@uptake/capabilities/adoption/port';
import { createGraphBuilder } from '@uptake/io/graphql';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';

export type GraphServices = { readonly adoption: AdoptionService };

export function createGraphSchema({ adoption }: GraphServices): GraphQLSchema {
  const builder = createGraphBuilder();
  addAdoptionGraph(builder, adoption);
  return builder.toSchema();
}

/** The schema as text, in an order of its own, so that only what changes in it changes the text. */
export function printGraph(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
