/** Acts on the sources of a plan. */
import type { GraphArgument } from '@uptake/io/graphql';
import type { AdoptionService } from '../port.ts';
import { DEFAULT_OVERLAP_SECONDS } from '../signing-secrets.ts';
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
      args: {
        input: t.arg({ type: inputs.SourceInput, required: true }),
        sample: t.arg.string({
          description: 'Of a webhook or a push: the text of a message, which is mapped as if it had been sent.',
        }),
      },
      description: 'Connects, reads and maps as a run would. Nothing is stored.',
      resolve: (_root, { input, sample }, { principal }) => service.testSource(principal, input, sample ?? undefined),
    }),
  }));
  addRotation({ builder, refs }, service);
}

function addRotation({ builder, refs }: Pick<Graph, 'builder' | 'refs'>, service: AdoptionService): void {
  const overlap = (argument: GraphArgument) =>
    argument.int({
      defaultValue: DEFAULT_OVERLAP_SECONDS,
      description: 'For so long the secret before it holds too; 0 to 604800.',
    });
  builder.queryFields((t) => ({
    noticeSigning: t.field({
      type: refs.NoticeSigning,
      nullable: true,
      description: 'What signs the messages to webhooks of plans; null before the first.',
      resolve: async (_root, _args, { principal }) => (await service.noticeSigning(principal)) ?? null,
    }),
  }));
  builder.mutationFields((t) => ({
    rotateWebhookSecret: t.field({
      type: refs.SourceSaved,
      args: { id: t.arg.id({ required: true }), overlapSeconds: overlap(t.arg) },
      description: 'A new secret for the sender of a webhook, shown here and never again.',
      resolve: (_root, { id, overlapSeconds }, { principal }) =>
        service.rotateWebhookSecret(principal, id, overlapSeconds ?? DEFAULT_OVERLAP_SECONDS),
    }),
    rotateNoticeSecret: t.field({
      type: refs.NoticeSecretRotated,
      args: { overlapSeconds: overlap(t.arg) },
      description: 'A new secret for receivers of the messages about plans, shown here and never again.',
      resolve: (_root, { overlapSeconds }, { principal }) =>
        service.rotateNoticeSecret(principal, overlapSeconds ?? DEFAULT_OVERLAP_SECONDS),
    }),
  }));
}
