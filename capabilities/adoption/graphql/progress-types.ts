/** How far plans are, how they are doing, and the portfolio of them all. */
import { A_FEW } from './cost.ts';
import type { Graph } from './refs.ts';

export function addProgressTypes({ refs, enums }: Graph): void {
  refs.AttributeProgress.implement({
    description: 'Over the required attributes of all applicable tasks.',
    fields: (t) => ({
      totalAttributes: t.exposeInt('totalAttributes'),
      metAttributes: t.exposeInt('metAttributes'),
      percentage: t.exposeFloat('percentage'),
    }),
  });
  refs.Progress.implement({
    fields: (t) => ({
      completed: t.exposeInt('completed'),
      total: t.exposeInt('total'),
      percentage: t.exposeFloat('percentage'),
    }),
  });
  refs.PlanProgress.implement({
    description: 'Of all applicable tasks: DONE by hand, recommended by telemetry, and the larger of both.',
    fields: (t) => ({
      manual: t.expose('manual', { type: refs.Progress }),
      telemetry: t.expose('telemetry', { type: refs.Progress }),
      combined: t.expose('combined', { type: refs.Progress }),
      measurableTasks: t.exposeInt('measurableTasks'),
    }),
  });
  refs.ProgressPoint.implement({
    fields: (t) => ({
      day: t.expose('day', { type: 'Date' }),
      manual: t.exposeFloat('manual'),
      telemetry: t.exposeFloat('telemetry'),
      combined: t.exposeFloat('combined'),
    }),
  });
  refs.PlanHealth.implement({
    description: 'How a plan is doing, why, and the cheapest step that moves it.',
    fields: (t) => ({
      health: t.expose('health', { type: enums.Health }),
      reasons: t.expose('reasons', { type: [refs.HealthReason], complexity: A_FEW }),
      nextStep: t.expose('nextStep', { type: refs.NextStep, nullable: true }),
    }),
  });
  refs.HealthReason.implement({
    fields: (t) => ({
      code: t.exposeString('code'),
      text: t.exposeString('text'),
    }),
  });
  refs.NextStep.implement({
    fields: (t) => ({
      code: t.exposeString('code'),
      text: t.exposeString('text'),
      taskId: t.exposeID('taskId', { nullable: true }),
    }),
  });
  refs.Portfolio.implement({
    fields: (t) => ({
      plans: t.exposeInt('plans'),
      customers: t.exposeInt('customers'),
      averageCombined: t.exposeFloat('averageCombined'),
      byHealth: t.expose('byHealth', { type: [refs.HealthCount] }),
      overdue: t.exposeInt('overdue'),
    }),
  });
  refs.HealthCount.implement({
    fields: (t) => ({
      health: t.expose('health', { type: enums.Health }),
      plans: t.exposeInt('plans'),
    }),
  });
  refs.BulkResult.implement({
    fields: (t) => ({
      changed: t.exposeInt('changed'),
      problems: t.expose('problems', { type: [refs.BulkProblem] }),
    }),
  });
  refs.BulkProblem.implement({
    fields: (t) => ({
      planId: t.exposeID('planId'),
      problem: t.exposeString('problem'),
    }),
  });
}
