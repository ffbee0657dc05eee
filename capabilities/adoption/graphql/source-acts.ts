/** Acts on the sources of a plan. */
import type { AdoptionService } from '../port.ts';
import type { Inputs } from './inputs.ts';
import type { Graph } from './refs.ts';

export function addSourceActs({ builder, refs }: Graph, inputs: Inputs, service: AdoptionService): void {
  builder.mutationFields((t) => ({
    saveSource: t.field({
      type: refs.SourceSaved,
      args: { input: t.arg({ type: inputs.SourceInput, required: true }) },
      description: 'Makes a source, or changes the one of this id. A secret it brings is shown here and never again.',
      resolve: (_root, { input }, { principal }) => service.saveSource(principal, input),
    }),
    deleteSource: t.boolean({
      args: { id: t.arg.id({ required: true }) },
      description: 'The values it brought stay.',
      resolve: async (_root, { id }, { principal }) => {
        await service.deleteSource(principal, id);
        return true;
      },
    }),
    runSource: t.field({
      type: refs.SourceRun,
      args: { id: t.arg.id({ required: true }) },
      description: 'Runs it now, whatever its schedule.',
      resolve: (_root, { id }, { principal }) => service.runSource(principal, id),
    }),
    testSource: t.field({
      type: refs.SourceTest,
      args: { input: t.arg({ type: inputs.SourceInput, required: true }) },
      description: 'Connects, reads and maps as a run would. Nothing is stored.',
      resolve: (_root, { input }, { principal }) => service.testSource(principal, input),
    }),
  }));
}
