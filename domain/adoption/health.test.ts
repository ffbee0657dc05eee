import { describe, expect, test } from 'vitest';
import {
  describeNextStep,
  describeReason,
  type PlanFacts,
  planHealth,
  type TaskFacts,
  type TaskStatus,
  taskCompletion,
} from './index.ts';

const TODAY = 20_000;

function task(name: string, status: TaskStatus, required = 0, met = 0): TaskFacts {
  const attributes = Array.from({ length: required }, (_, index) => ({ isRequired: true, isMet: index < met }));
  return {
    id: name,
    name,
    status,
    completion: taskCompletion(attributes),
    openAttributes: attributes.flatMap(({ isMet }, index) => (isMet ? [] : [`${name}_${index + 1}`])),
  };
}

function plan(tasks: readonly TaskFacts[], changes: Partial<PlanFacts> = {}): PlanFacts {
  return {
    startDay: TODAY - 10,
    dueDay: undefined,
    lastProgressDay: TODAY - 2,
    telemetry: { isEnabled: false, lastValueDay: undefined, expectedEveryDays: undefined },
    tasks,
    ...changes,
  };
}

const judge = (facts: PlanFacts) => planHealth(facts, TODAY);

describe('the health of a plan', () => {
  test('is on track while something moves and nothing is late', () => {
    expect(judge(plan([task('SSO', 'IN_PROGRESS'), task('API', 'NOT_STARTED')]))).toMatchObject({
      health: 'on_track',
      reasons: [],
    });
  });

  test('is not started before the first task is, and completed when every applicable task is done', () => {
    expect(judge(plan([task('SSO', 'NOT_STARTED')])).health).toBe('not_started');
    expect(judge(plan([task('SSO', 'DONE'), task('API', 'NOT_APPLICABLE')]))).toEqual({
      health: 'completed',
      reasons: [],
      nextStep: { code: 'none' },
    });
    expect(judge(plan([])).health).toBe('not_started');
  });

  test('stalls on the fifteenth day without progress', () => {
    const tasks = [task('SSO', 'IN_PROGRESS')];
    expect(judge(plan(tasks, { lastProgressDay: TODAY - 14 })).health).toBe('on_track');
    expect(judge(plan(tasks, { lastProgressDay: TODAY - 15 }))).toMatchObject({
      health: 'stalled',
      reasons: [{ code: 'no_progress', days: 15 }],
    });
  });

  test('stalls from its start where there never was progress', () => {
    expect(judge(plan([task('SSO', 'NOT_STARTED')], { startDay: TODAY - 20, lastProgressDay: undefined })).health).toBe(
      'stalled',
    );
  });

  test('is at risk on the day after it was due, not on the day itself', () => {
    const tasks = [
      task('SSO', 'DONE'),
      task('API', 'DONE'),
      task('Training', 'DONE'),
      task('Roles', 'DONE'),
      task('Audit', 'IN_PROGRESS'),
    ];
    expect(judge(plan(tasks, { dueDay: TODAY })).health).toBe('on_track');
    expect(judge(plan(tasks, { dueDay: TODAY - 1 }))).toMatchObject({
      health: 'at_risk',
      reasons: [{ code: 'overdue', days: 1 }],
    });
  });

  test('is at risk more than twenty points below the straight line to its due day', () => {
    const tasks = [
      task('SSO', 'DONE'),
      task('API', 'IN_PROGRESS'),
      task('Training', 'NOT_STARTED'),
      task('Roles', 'NOT_STARTED'),
    ];
    expect(judge(plan(tasks, { startDay: TODAY - 45, dueDay: TODAY + 55 })).reasons).toEqual([]);
    expect(judge(plan(tasks, { startDay: TODAY - 46, dueDay: TODAY + 54 })).reasons).toEqual([
      { code: 'behind_schedule', expectedPercent: 46, actualPercent: 25 },
    ]);
  });

  test('is at risk when three expected values in a row did not come', () => {
    const silent = (days: number) =>
      judge(
        plan([task('SSO', 'IN_PROGRESS', 2, 1)], {
          telemetry: { isEnabled: true, lastValueDay: TODAY - days, expectedEveryDays: 1 },
        }),
      );
    expect(silent(3).health).toBe('on_track');
    expect(silent(4)).toMatchObject({ health: 'at_risk', nextStep: { code: 'restore_telemetry' } });
  });

  test('is at risk when a done task has lost its criteria, which reopens nothing', () => {
    expect(judge(plan([task('SSO', 'DONE', 2, 1)]))).toEqual({
      health: 'at_risk',
      reasons: [{ code: 'criteria_lost', tasks: ['SSO'] }],
      nextStep: { code: 'look_at_lost_criteria', taskId: 'SSO', task: 'SSO' },
    });
  });
});

describe('the next step', () => {
  test('is a recommendation that only has to be applied, before everything else', () => {
    const tasks = [task('API', 'IN_PROGRESS', 3, 1), task('SSO', 'NOT_STARTED', 2, 2)];
    expect(judge(plan(tasks)).nextStep).toEqual({ code: 'apply_recommendation', taskId: 'SSO', task: 'SSO' });
  });

  test('is the running task with the fewest open criteria, and names them', () => {
    const tasks = [task('API', 'IN_PROGRESS', 4, 1), task('SSO', 'IN_PROGRESS', 3, 2), task('Roles', 'IN_PROGRESS')];
    expect(judge(plan(tasks)).nextStep).toEqual({ code: 'close_gap', taskId: 'SSO', task: 'SSO', open: ['SSO_3'] });
  });

  test('is to ask where nothing measures the running task, and to start one where none runs', () => {
    expect(judge(plan([task('Roles', 'IN_PROGRESS'), task('API', 'NOT_STARTED')])).nextStep.code).toBe(
      'ask_for_status',
    );
    expect(judge(plan([task('SSO', 'DONE'), task('API', 'NOT_STARTED')])).nextStep).toMatchObject({
      code: 'start_task',
      task: 'API',
    });
  });
});

test('reasons and steps read as sentences', () => {
  expect(describeReason({ code: 'overdue', days: 1 })).toBe('Due 1 day ago');
  expect(describeReason({ code: 'behind_schedule', expectedPercent: 46.6, actualPercent: 25 })).toBe(
    '25% done where 46% was expected by now',
  );
  expect(describeNextStep({ code: 'close_gap', taskId: '1', task: 'SSO', open: ['users', 'groups'] })).toBe(
    'Help the customer with "SSO": open are users, groups',
  );
});
