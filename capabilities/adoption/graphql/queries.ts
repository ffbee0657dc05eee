/** Questions about adoption. What is not there, or belongs to others, is null. */
import { pageSize } from '@uptake/io/graphql';
import type { AdoptionService } from '../port.ts';
import { pageArguments, pageOf } from './arguments.ts';
import type { Inputs } from './inputs.ts';
import type { Graph } from './refs.ts';

export function addQueries({ builder, refs, enums }: Graph, inputs: Inputs, service: AdoptionService): void {
  builder.queryFields((t) => ({
    products: t.field({
      type: [refs.Product],
      description: 'All products of the workspace, with a template or without.',
      resolve: (_root, _args, { principal }) => service.products(principal),
    }),
    product: t.field({
      type: refs.Product,
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, { principal }) => (await service.product(principal, id)) ?? null,
    }),
    customers: t.field({
      type: refs.CustomerConnection,
      args: { search: t.arg.string(), ...pageArguments(t.arg, 50) },
      complexity: pageSize,
      description: 'By name.',
      resolve: (_root, { search, ...page }, { principal }) =>
        service.customers(principal, search ?? undefined, pageOf(page)),
    }),
    customer: t.field({
      type: refs.Customer,
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, { principal }) => (await service.customer(principal, id)) ?? null,
    }),
    adoptionPlan: t.field({
      type: refs.AdoptionPlan,
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, { principal }) => (await service.adoptionPlan(principal, id)) ?? null,
    }),
    adoptionPlans: t.field({
      type: refs.AdoptionPlanConnection,
      args: {
        filter: t.arg({ type: inputs.PlanFilter }),
        sort: t.arg({ type: inputs.PlanSort, defaultValue: { by: 'RISK', descending: false } }),
        ...pageArguments(t.arg, 50),
      },
      complexity: pageSize,
      resolve: (_root, { filter, sort, ...page }, { principal }) =>
        service.adoptionPlans(principal, filter ?? {}, sort ?? { by: 'RISK' }, pageOf(page)),
    }),
    portfolio: t.field({
      type: refs.Portfolio,
      args: { filter: t.arg({ type: inputs.PlanFilter }) },
      description: 'Totals over all plans that match; the plans themselves are `adoptionPlans`.',
      resolve: (_root, { filter }, { principal }) => service.portfolio(principal, filter ?? {}),
    }),
    telemetryImport: t.field({
      type: refs.TelemetryImport,
      nullable: true,
      args: { batchId: t.arg.id({ required: true }) },
      resolve: async (_root, { batchId }, { principal }) => (await service.telemetryImport(principal, batchId)) ?? null,
    }),
    describeCriterion: t.field({
      type: refs.CriterionDescription,
      args: {
        dataType: t.arg({ type: enums.TelemetryDataType, required: true }),
        successCriteria: t.arg({ type: 'JSON', required: true }),
      },
      description: 'A criterion as a sentence, or where it is wrong.',
      resolve: (_root, { dataType, successCriteria }) => service.describeCriterion(dataType, successCriteria),
    }),
  }));
}
