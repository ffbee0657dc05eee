/** Writes tasks and attributes of a plan as a template or a sync has them; statuses, values and verdicts stay. */
import type { Plan, PlanTask } from '@uptake/domain/adoption';
import { criterionToJson, parseCriterion } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import { sql } from 'drizzle-orm';
import type { PlanState } from './store/plan-state.ts';
import { anyOf } from './store/recordset.ts';

/** The plan as the rules of snapshot and sync see it. */
export function planOfState({ plan, tasks, attributesOf }: PlanState): Plan {
  return {
    templateVersion: plan.templateVersion,
    tasks: tasks.map((task) => ({
      id: task.id,
      originalTaskId: task.originalTaskId ?? undefined,
      name: task.name,
      description: task.description,
      order: task.position,
      weight: task.weight,
      licenceLevel: task.licenceLevel,
      outcomes: task.outcomes,
      // The store keeps keys in an order of its own; a sync compares them as they are written.
      howTo: task.howTo.map(({ title, url }) => ({ title, url })),
      status: task.status,
      attributes: (attributesOf.get(task.id) ?? []).map((attribute) => {
        const { criterion } = parseCriterion(attribute.criterion, attribute.dataType);
        if (criterion === undefined) throw new Error(`The criterion of ${attribute.id} cannot be read.`);
        return {
          id: attribute.id,
          originalAttributeId: attribute.originalAttributeId ?? undefined,
          name: attribute.name,
          dataType: attribute.dataType,
          isRequired: attribute.isRequired,
          criterion,
          order: attribute.position,
        };
      }),
    })),
  };
}

type Owner = { readonly workspaceId: string; readonly planId: string };

/** Inserts what is new and renews what is there; what left the plan is removed by `removeTasks` and `removeAttributes`. */
export async function writeTasks(tx: ControlTransaction, tasks: readonly PlanTask[], of: Owner): Promise<void> {
  const taskRows = tasks.map((task) => ({
    id: task.id,
    original_task_id: task.originalTaskId ?? null,
    name: task.name,
    description: task.description,
    position: task.order,
    weight: task.weight,
    licence_level: task.licenceLevel,
    outcomes: task.outcomes,
    how_to: task.howTo,
  }));
  const attributeRows = tasks.flatMap((task) =>
    task.attributes.map((attribute) => ({
      id: attribute.id,
      task_id: task.id,
      original_attribute_id: attribute.originalAttributeId ?? null,
      name: attribute.name,
      data_type: attribute.dataType,
      is_required: attribute.isRequired,
      criterion: criterionToJson(attribute.criterion),
      position: attribute.order,
    })),
  );
  await tx.execute(sql`
    INSERT INTO adoption_tasks (id, workspace_id, plan_id, original_task_id, name, description, position, weight, licence_level,
      outcomes, how_to, status, override_kind)
    SELECT id, ${of.workspaceId}::uuid, ${of.planId}::uuid, original_task_id, name, description, position, weight,
      licence_level, outcomes, how_to, 'NOT_STARTED', 'inherit'
    FROM jsonb_to_recordset(${JSON.stringify(taskRows)}::text::jsonb) AS rows (id uuid, original_task_id uuid, name text,
      description text, position integer, weight double precision, licence_level text, outcomes jsonb, how_to jsonb)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, position = excluded.position,
      weight = excluded.weight, licence_level = excluded.licence_level, outcomes = excluded.outcomes,
      how_to = excluded.how_to`);
  await tx.execute(sql`
    INSERT INTO adoption_attributes (id, workspace_id, plan_id, task_id, original_attribute_id, name, data_type, is_required,
      criterion, position, is_met, verdict)
    SELECT id, ${of.workspaceId}::uuid, ${of.planId}::uuid, task_id, original_attribute_id, name, data_type, is_required,
      criterion, position, false, 'missing'
    FROM json_to_recordset(${JSON.stringify(attributeRows)}::text::json) AS rows (id uuid, task_id uuid,
      original_attribute_id uuid, name text, data_type text, is_required boolean, criterion json, position integer)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, data_type = excluded.data_type,
      is_required = excluded.is_required, criterion = excluded.criterion, position = excluded.position`);
}

export async function removeTasks(tx: ControlTransaction, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.execute(sql`DELETE FROM adoption_tasks WHERE id = ${anyOf(ids)}`);
}

export async function removeAttributes(tx: ControlTransaction, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.execute(sql`DELETE FROM adoption_attributes WHERE id = ${anyOf(ids)}`);
}
