/** Acts on customers and their plans. */
import type { AdoptionService } from '../port.ts';
import type { Inputs } from './inputs.ts';
import type { Graph } from './refs.ts';

export function addPlanActs(graph: Graph, inputs: Inputs, service: AdoptionService): void {
  addCustomerActs(graph, inputs, service);
  const { builder, refs } = graph;
  builder.mutationFields((t) => ({
    assignProduct: t.field({
      type: refs.AdoptionPlan,
      args: { input: t.arg({ type: inputs.AssignProductInput, required: true }) },
      description: 'Gives a customer a plan: a snapshot of the product’s newest template.',
      resolve: (_root, { input }, { principal }) => service.assignProduct(principal, input),
    }),
    updatePlan: t.field({
      type: refs.AdoptionPlan,
      args: { id: t.arg.id({ required: true }), input: t.arg({ type: inputs.UpdatePlanInput, required: true }) },
      resolve: (_root, { id, input }, { principal }) => service.updatePlan(principal, id, input),
    }),
    deletePlan: t.boolean({
      args: { id: t.arg.id({ required: true }) },
      description: 'Removes a plan with its values and its history.',
      resolve: async (_root, { id }, { principal }) => {
        await service.deletePlan(principal, id);
        return true;
      },
    }),
    configureAdoptionPlanTelemetry: t.field({
      type: refs.AdoptionPlan,
      args: { input: t.arg({ type: inputs.TelemetryConfigInput, required: true }) },
      resolve: (_root, { input }, { principal }) => service.configureAdoptionPlanTelemetry(principal, input),
    }),
    applyTemplateSync: t.field({
      type: refs.AdoptionPlan,
      args: {
        adoptionPlanId: t.arg.id({ required: true }),
        templateVersion: t.arg.int({ required: true, description: 'The version that was reviewed.' }),
        accepted: t.arg.idList({ required: true, description: 'Ids of the changes to take.' }),
      },
      resolve: (_root, { adoptionPlanId, templateVersion, accepted }, { principal }) =>
        service.applyTemplateSync(principal, adoptionPlanId, { templateVersion, accepted }),
    }),
    evaluatePlan: t.field({
      type: refs.AdoptionPlan,
      args: { id: t.arg.id({ required: true }) },
      description: 'Judges every attribute anew, as every night.',
      resolve: (_root, { id }, { principal }) => service.evaluatePlan(principal, id),
    }),
    bulkUpdatePlans: t.field({
      type: refs.BulkResult,
      args: {
        planIds: t.arg.idList({ required: true }),
        action: t.arg({ type: inputs.BulkAction, required: true }),
      },
      resolve: (_root, { planIds, action }, { principal }) => service.bulkUpdatePlans(principal, planIds, action),
    }),
  }));
}

function addCustomerActs({ builder, refs }: Graph, inputs: Inputs, service: AdoptionService): void {
  builder.mutationFields((t) => ({
    createCustomer: t.field({
      type: refs.Customer,
      args: { input: t.arg({ type: inputs.CustomerInput, required: true }) },
      resolve: (_root, { input }, { principal }) => service.createCustomer(principal, input),
    }),
    updateCustomer: t.field({
      type: refs.Customer,
      args: { id: t.arg.id({ required: true }), input: t.arg({ type: inputs.CustomerInput, required: true }) },
      resolve: (_root, { id, input }, { principal }) => service.updateCustomer(principal, id, input),
    }),
    deleteCustomer: t.boolean({
      args: { id: t.arg.id({ required: true }) },
      description: 'Removes a customer with all plans, their values and their history. The events of the tenant stay.',
      resolve: async (_root, { id }, { principal }) => {
        await service.deleteCustomer(principal, id);
        return true;
      },
    }),
    setCustomerAdmins: t.field({
      type: refs.Customer,
      args: { customerId: t.arg.id({ required: true }), userIds: t.arg.idList({ required: true }) },
      resolve: (_root, { customerId, userIds }, { principal }) =>
        service.setCustomerAdmins(principal, customerId, userIds),
    }),
  }));
}
