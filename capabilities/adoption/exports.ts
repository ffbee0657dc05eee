/** Workbooks out: a product's template, and a customer's own copy with what is known now. */
import type { Principal } from '@uptake/domain/contract';
import { dayOf } from '@uptake/domain/criteria';
import { criterionOf } from './criteria-cache.ts';
import { type AdoptionDependencies, auditAct } from './dependencies.ts';
import type { Files } from './files.ts';
import { storedCompletion } from './judge.ts';
import type { AdoptionService } from './port.ts';
import { loadPlan, type NamedPlan } from './store/plan-state.ts';
import { templateToExport } from './templates.ts';
import { requireAct } from './who.ts';
import { type ExportedWorkbook, exportPlan, exportTemplate, type WorkbookPlan } from './workbook/index.ts';

export type Exports = Pick<AdoptionService, 'exportTelemetryTemplate' | 'exportAdoptionPlanTelemetry'>;

export function createExports(dependencies: AdoptionDependencies, files: Files): Exports {
  const { controlStore, nowMs } = dependencies;

  const keep = (principal: Principal, workbook: ExportedWorkbook, subject: { kind: string; id: string }) =>
    controlStore.withWorkspace(principal.workspaceId, async (tx) => {
      const details = { file_name: workbook.fileName, attributes: workbook.attributeCount };
      await auditAct(tx, dependencies, principal, { action: 'adoption_workbook.exported', subject, details });
      const { url, expiresAt } = await files.keep(tx, principal.workspaceId, workbook);
      const { fileName: filename, taskCount, attributeCount } = workbook;
      return { url, filename, expiresAt: expiresAt.toISOString(), taskCount, attributeCount };
    });

  return {
    async exportTelemetryTemplate(principal, productId) {
      requireAct(principal, 'read');
      // A template is the workspace's own; a customer's admin has the copies of their plans.
      if (principal.kind === 'member' && principal.role === 'customer_admin') requireAct(principal, 'manage');
      const { product, template } = await controlStore.withWorkspace(principal.workspaceId, (tx) =>
        templateToExport(tx, productId),
      );
      const subject = { productId: product.id, productName: product.name, ...template };
      const workbook = await exportTemplate(subject, nowMs(), dayOf(nowMs()));
      return keep(principal, workbook, { kind: 'product', id: product.id });
    },

    async exportAdoptionPlanTelemetry(principal, planId) {
      requireAct(principal, 'read');
      const state = await controlStore.withWorkspace(principal.workspaceId, (tx) => loadPlan(tx, planId, principal));
      const workbook = await exportPlan(workbookPlan(state), nowMs(), dayOf(nowMs()));
      const file = await keep(principal, workbook, { kind: 'adoption_plan', id: state.plan.id });
      return { ...file, lastUpdated: state.plan.telemetryLastImportAt?.toISOString() };
    },
  };
}

export function workbookPlan({ plan, tasks, attributesOf, customerName, productName }: NamedPlan): WorkbookPlan {
  return {
    planId: plan.id,
    planName: plan.name,
    customerName,
    productId: plan.productId,
    productName,
    snapshotVersion: plan.snapshotVersion,
    tasks: tasks.map((task) => {
      const attributes = attributesOf.get(task.id) ?? [];
      return {
        id: task.id,
        name: task.name,
        status: task.status,
        completion: storedCompletion(plan, task, attributes),
        attributes: attributes.map((attribute) => ({
          id: attribute.id,
          name: attribute.name,
          dataType: attribute.dataType,
          criterion: criterionOf(attribute.criterion, attribute.dataType).criterion,
          isMet: attribute.isMet,
          latest:
            attribute.latestValue === null
              ? undefined
              : { value: attribute.latestValue, notes: attribute.latestNotes ?? '' },
        })),
      };
    }),
  };
}
