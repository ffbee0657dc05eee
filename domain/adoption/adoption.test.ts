import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { DataType, Value } from '../criteria/index.ts';
import {
  type AttributeProgress,
  attributeProgress,
  type CellContent,
  DEFAULT_THRESHOLD,
  decideAutoStatus,
  effectiveThreshold,
  type Milestone,
  milestoneNews,
  type Progress,
  planProgress,
  readValue,
  recommendedStatus,
  type TaskOverride,
  type TaskStatus,
  type ToldMilestones,
  taskCompletion,
  telemetryStatus,
} from './index.ts';

const vectors = JSON.parse(readFileSync(new URL('../../conformance/adoption.json', import.meta.url), 'utf8')) as {
  completion: {
    attributes: { required: number; required_met: number; optional: number; optional_met: number };
    threshold: number;
    expected: Record<string, unknown>;
  }[];
  auto_status: {
    status: TaskStatus;
    required: number;
    required_met: number;
    plan_enabled: boolean;
    plan_threshold: number;
    override: null | 'off' | number;
    expected: string;
  }[];
  progress: {
    tasks: { status: TaskStatus; required: number; required_met: number }[];
    manual: Progress;
    telemetry: Progress;
    combined: Progress;
    measurable_tasks: number;
    attributes: AttributeProgress;
  }[];
  milestones: {
    name: string;
    steps: {
      percent: number;
      stalled?: boolean;
      standstill_since?: number;
      reached: Milestone | null;
      told_stalled?: boolean;
    }[];
  }[];
  values: { type: DataType; cell: CellContent; value?: Value; empty?: true; refused?: string }[];
};

const attributes = (count: number, met: number, isRequired = true) =>
  Array.from({ length: count }, (_, index) => ({ isRequired, isMet: index < met }));

test('the completion of a task is that of the vectors', () => {
  for (const { attributes: given, threshold, expected } of vectors.completion) {
    const all = [
      ...attributes(given.optional, given.optional_met, false),
      ...attributes(given.required, given.required_met),
    ];
    const { percentage, ...rest } = taskCompletion(all, threshold);
    expect({ ...rest, percentage: percentage ?? null }, JSON.stringify({ given, threshold })).toEqual(expected);
  }
});

test('eighty percent is the threshold where nothing else is said', () => {
  expect(DEFAULT_THRESHOLD).toBe(80);
  expect(taskCompletion(attributes(5, 4)).recommendation).toBe('DONE');
  expect(taskCompletion(attributes(100, 79)).recommendation).toBe('STAY');
});

test('a status is set by telemetry exactly where the vectors say so, with their note', () => {
  for (const {
    status,
    required,
    required_met,
    plan_enabled,
    plan_threshold,
    override,
    expected,
  } of vectors.auto_status) {
    const plan = { isEnabled: plan_enabled, thresholdPercent: plan_threshold };
    const own: TaskOverride =
      override === null
        ? { kind: 'inherit' }
        : override === 'off'
          ? { kind: 'off' }
          : { kind: 'on', thresholdPercent: override };
    const completion = taskCompletion(attributes(required, required_met), effectiveThreshold(plan, own));
    const decided = decideAutoStatus(status, completion, plan, own);
    expect(
      'note' in decided ? decided.note : decided.reason,
      JSON.stringify({ status, required, required_met, own }),
    ).toBe(expected);
    if ('note' in decided) expect(decided).toMatchObject({ newStatus: 'DONE', source: 'TELEMETRY' });
  }
});

test('no status but IN_PROGRESS is ever moved, and that one only to DONE', () => {
  const moved = new Set(
    vectors.auto_status.filter(({ expected }) => expected.startsWith('[AUTO]')).map(({ status }) => status),
  );
  expect([...moved]).toEqual(['IN_PROGRESS']);
});

test('the workbook recommends AUTO-DONE only where a status would move', () => {
  const met = taskCompletion(attributes(2, 2));
  expect(recommendedStatus('IN_PROGRESS', met)).toBe('AUTO-DONE');
  expect(recommendedStatus('IN_PROGRESS', taskCompletion(attributes(2, 1)))).toBe('Keep as is');
  expect(recommendedStatus('NOT_STARTED', met)).toBe('Keep as is');
  expect(recommendedStatus('DONE', met)).toBe('Keep as is');
});

test('the progress of a plan by hand, by telemetry and combined is that of the vectors', () => {
  for (const { tasks, manual, telemetry, combined, measurable_tasks, attributes: expected } of vectors.progress) {
    const states = tasks.map(({ status, required, required_met }) => ({
      status,
      completion: taskCompletion(attributes(required, required_met)),
    }));
    expect(planProgress(states)).toEqual({ manual, telemetry, combined, measurableTasks: measurable_tasks });
    expect(attributeProgress(states)).toEqual(expected);
  }
});

test('a task is green, yellow or red by its required attributes, and grey without any', () => {
  expect(telemetryStatus(taskCompletion(attributes(2, 2)))).toBe('met');
  expect(telemetryStatus(taskCompletion(attributes(2, 1)))).toBe('partial');
  expect(telemetryStatus(taskCompletion(attributes(2, 0)))).toBe('not_met');
  expect(telemetryStatus(taskCompletion(attributes(2, 2, false)))).toBe('not_measured');
});

test('cells are read as the vectors say, and what could mean two things is refused', () => {
  const wrong = vectors.values.flatMap(({ type, cell, value, empty, refused }) => {
    const read = readValue(cell, type);
    const found = read.kind === 'value' ? read.value : read.kind === 'empty' ? 'empty' : `refused ${read.code}`;
    const expected = empty ? 'empty' : refused === undefined ? value : `refused ${refused}`;
    return found === expected ? [] : [{ type, cell, found, expected }];
  });
  expect(wrong).toEqual([]);
});

test.each([
  [
    'BOOLEAN',
    'ja',
    '"ja" is neither yes nor no',
    'Write true or false, yes or no, 1 or 0. If yes is meant, write yes.',
  ],
  ['NUMBER', '1,5', 'In "1,5" the comma could separate decimals or thousands', 'Write 1.5 or 15.'],
  ['PERCENTAGE', '0.75', '0.75 could mean 75% or 0.75%', 'Write 75% or 0.75%, with the sign.'],
  [
    'DATE',
    '2025-02-29',
    '"2025-02-29" is not in the calendar',
    'Write the date as YYYY-MM-DD, for example 2025-10-18, or enter it as a date.',
  ],
] as const)('a refused %s "%s" says why and what to do', (type, text, reason, remedy) => {
  expect(readValue({ kind: 'text', text }, type)).toMatchObject({ kind: 'refused', reason, remedy });
});

test.each(vectors.milestones)('of milestones: $name', ({ steps }) => {
  let told: ToldMilestones = { reachedPercent: 0, standstillSince: undefined };
  for (const { percent, stalled = false, standstill_since = 0, reached, told_stalled = false } of steps) {
    const facts = { combinedPercent: percent, isStalled: stalled, standstillSince: standstill_since };
    const news = milestoneNews(facts, told);
    expect([news.reached ?? null, news.hasStalled], JSON.stringify(facts)).toEqual([reached, told_stalled]);
    told = news.told;
  }
});
