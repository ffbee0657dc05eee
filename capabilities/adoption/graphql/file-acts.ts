/** Acts on files: templates and workbooks out and in, and taking an import back. */
import type { AdoptionService } from '../port.ts';
import type { Inputs } from './inputs.ts';
import type { Graph } from './refs.ts';

export function addFileActs({ builder, refs }: Graph, inputs: Inputs, service: AdoptionService): void {
  builder.mutationFields((t) => ({
    exportTelemetryTemplate: t.field({
      type: refs.TelemetryTemplateFile,
      args: { productId: t.arg.id({ required: true }) },
      description: 'Makes the workbook of a product’s template; the URL needs no key and expires.',
      resolve: (_root, { productId }, { principal }) => service.exportTelemetryTemplate(principal, productId),
    }),
    exportAdoptionPlanTelemetry: t.field({
      type: refs.AdoptionPlanTelemetryFile,
      args: { adoptionPlanId: t.arg.id({ required: true }) },
      description: 'Makes the workbook of a plan with its present values; the URL needs no key and expires.',
      resolve: (_root, { adoptionPlanId }, { principal }) =>
        service.exportAdoptionPlanTelemetry(principal, adoptionPlanId),
    }),
    importCustomerTelemetry: t.field({
      type: refs.ImportSummary,
      args: { adoptionPlanId: t.arg.id({ required: true }), file: t.arg({ type: 'Upload', required: true }) },
      description: 'Takes the values of a filled workbook, all that can be read or, where the file is refused, none.',
      resolve: (_root, { adoptionPlanId, file }, { principal }) =>
        service.importCustomerTelemetry(principal, adoptionPlanId, file, { isPreview: false }),
    }),
    previewCustomerTelemetry: t.field({
      type: refs.ImportSummary,
      args: { adoptionPlanId: t.arg.id({ required: true }), file: t.arg({ type: 'Upload', required: true }) },
      description: 'What an import would do. Nothing is applied, and there is no batch.',
      resolve: (_root, { adoptionPlanId, file }, { principal }) =>
        service.importCustomerTelemetry(principal, adoptionPlanId, file, { isPreview: true }),
    }),
    undoTelemetryImport: t.field({
      type: refs.ImportUndone,
      args: { batchId: t.arg.id({ required: true }) },
      description: 'Takes the values of an import away again and judges the plan anew.',
      resolve: (_root, { batchId }, { principal }) => service.undoTelemetryImport(principal, batchId),
    }),
    saveTemplate: t.field({
      type: refs.Template,
      args: {
        productId: t.arg.id({ required: true }),
        basedOnVersion: t.arg.int({ description: 'The version that was edited; none for the first.' }),
        template: t.arg({ type: inputs.TemplateInput, required: true }),
        changeNote: t.arg.string(),
      },
      description: 'Keeps a new version; `conflict` where somebody kept one since.',
      resolve: (_root, { productId, template, basedOnVersion, changeNote }, { principal }) =>
        service.saveTemplate(principal, productId, template, {
          basedOnVersion: basedOnVersion ?? undefined,
          changeNote: changeNote ?? undefined,
        }),
    }),
    importTemplate: t.field({
      type: refs.TemplateImport,
      args: {
        productId: t.arg.id({ required: true }),
        file: t.arg({ type: 'Upload', required: true }),
        basedOnVersion: t.arg.int(),
        apply: t.arg.boolean({ defaultValue: true, description: 'false: only say what would change.' }),
      },
      description: 'Reads a template from a workbook (.xlsx) or from JSON.',
      resolve: (_root, { productId, file, basedOnVersion, apply }, { principal }) =>
        service.importTemplate(principal, productId, file, {
          basedOnVersion: basedOnVersion ?? undefined,
          apply: apply ?? true,
        }),
    }),
  }));
}
