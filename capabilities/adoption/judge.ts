/** Judges a plan: which criteria are met, which tasks telemetry finishes, how far it is and how it is doing. Pure. */
import {
  attributeProgress,
  decideAutoStatus,
  effectiveThreshold,
  type Milestone,
  milestoneNews,
  type PlanAutoStatus,
  planHealth,
  planProgress,
  type TaskCompletion,
  type TaskOverride,
  type TaskStatus,
  taskCompletion,
} from '@uptake/domain/adoption';
import { formatDay, parseDay, type Series, type Verdict } from '@uptake/domain/criteria';
import { criterionOf } from './criteria-cache.ts';
import { type AttributeRow, attributesOf, type PlanRow, type PlanState, type TaskRow } from './store/plan-state.ts';

export type JudgeOptions = {
  readonly today: number;
  /** Judged anew; the others keep their verdict. Absent: all of them. */
  readonly concerned?: ReadonlySet<string> | undefined;
  /** Whether telemetry may finish tasks now; only those with an attribute that is judged anew. */
  readonly mayFinishTasks: boolean;
  /** A status was changed just before. */
  readonly hasProgressed?: boolean;
  /** How often values are expected, where a schedule says so. */
  readonly expectedEveryDays: number | undefined;
};

export type JudgedAttribute = { readonly attribute: AttributeRow; readonly verdict: Verdict };
export type FinishedTask = { readonly task: TaskRow; readonly note: string };

export type Judgement = {
  /** Whose verdict is another now. */
  readonly changed: readonly JudgedAttribute[];
  readonly finished: readonly FinishedTask[];
  readonly evaluatedCount: number;
  readonly completionOf: ReadonlyMap<string, TaskCompletion>;
  readonly figures: Figures;
  readonly percents: { readonly manual: number; readonly telemetry: number; readonly combined: number };
  readonly milestone: JudgedMilestone;
};

export type JudgedMilestone = {
  /** Passed just now, for the first time. */
  readonly reached: Milestone | undefined;
  /** Of combined progress, in tasks. */
  readonly count: { readonly completed: number; readonly total: number };
  /** Where the plan came to a standstill that nobody was told of: for how long by now. */
  readonly stalledDays: number | undefined;
};

/** The columns of the plan that follow from its tasks. */
export type Figures = Pick<
  PlanRow,
  | 'tasksTotal'
  | 'tasksDone'
  | 'tasksRecommended'
  | 'tasksMeasurable'
  | 'attributesTotal'
  | 'attributesMet'
  | 'lastValueDay'
  | 'lastProgressDay'
  | 'health'
  | 'healthReasons'
  | 'nextStep'
  | 'evaluatedDay'
  | 'reachedPercent'
  | 'toldStandstillSince'
>;

export function judge(state: PlanState, seriesOf: ReadonlyMap<string, Series>, options: JudgeOptions): Judgement {
  const { today, concerned, mayFinishTasks } = options;
  const changed: JudgedAttribute[] = [];
  const verdictOf = new Map<string, Verdict>();
  let evaluatedCount = 0;
  for (const attribute of attributesOf(state)) {
    const isConcerned = concerned === undefined || concerned.has(attribute.id);
    const verdict = isConcerned ? verdictNow(attribute, seriesOf.get(attribute.id), today) : attribute.verdict;
    if (isConcerned) evaluatedCount += 1;
    if (verdict !== attribute.verdict) changed.push({ attribute, verdict });
    verdictOf.set(attribute.id, verdict);
  }
  const finished: FinishedTask[] = [];
  const completionOf = new Map<string, TaskCompletion>();
  const facts = state.tasks.map((task) => {
    const attributes = state.attributesOf.get(task.id) ?? [];
    const completion = completionNow(state.plan, task, attributes, verdictOf);
    completionOf.set(task.id, completion);
    const isConcerned = concerned === undefined || attributes.some(({ id }) => concerned.has(id));
    const status = mayFinishTasks && isConcerned ? finish(state.plan, task, completion, finished) : task.status;
    const openAttributes = attributes.filter(({ id, isRequired }) => isRequired && verdictOf.get(id) !== 'met');
    return { id: task.id, name: task.name, status, completion, openAttributes: openAttributes.map(({ name }) => name) };
  });
  const isProgress =
    options.hasProgressed === true || finished.length > 0 || changed.some(({ verdict }) => verdict === 'met');
  return { changed, finished, evaluatedCount, completionOf, ...figuresOf(state, facts, isProgress, options) };
}

/** A value for tomorrow is there already, and counts from tomorrow on. */
export function needsSeries(attribute: AttributeRow, today: number): boolean {
  if (criterionOf(attribute.criterion, attribute.dataType).needsSeries) return true;
  return attribute.latestDay !== null && parseDay(attribute.latestDay) > today;
}

function verdictNow(attribute: AttributeRow, series: Series | undefined, today: number): Verdict {
  const criterion = criterionOf(attribute.criterion, attribute.dataType);
  if (needsSeries(attribute, today)) return criterion.evaluate(series ?? [], today).reason;
  const { latestDay, latestValue } = attribute;
  if (latestDay === null || latestValue === null) return criterion.evaluate([], today).reason;
  return criterion.evaluate([{ day: parseDay(latestDay), value: latestValue }], today).reason;
}

export function autoStatusOf(plan: PlanRow): PlanAutoStatus {
  return { isEnabled: plan.isAutoStatusEnabled, thresholdPercent: plan.thresholdPercent };
}

export function overrideOf(task: TaskRow): TaskOverride {
  if (task.overrideKind === 'on') return { kind: 'on', thresholdPercent: task.overrideThreshold ?? 100 };
  return { kind: task.overrideKind };
}

function completionNow(
  plan: PlanRow,
  task: TaskRow,
  attributes: readonly AttributeRow[],
  verdictOf: ReadonlyMap<string, Verdict>,
): TaskCompletion {
  const judged = attributes.map(({ id, isRequired }) => ({ isRequired, isMet: verdictOf.get(id) === 'met' }));
  return taskCompletion(judged, effectiveThreshold(autoStatusOf(plan), overrideOf(task)));
}

/** As the store has it. */
export function storedCompletion(plan: PlanRow, task: TaskRow, attributes: readonly AttributeRow[]): TaskCompletion {
  return taskCompletion(attributes, effectiveThreshold(autoStatusOf(plan), overrideOf(task)));
}

function finish(plan: PlanRow, task: TaskRow, completion: TaskCompletion, finished: FinishedTask[]): TaskStatus {
  const decision = decideAutoStatus(task.status, completion, autoStatusOf(plan), overrideOf(task));
  if (decision.newStatus === undefined) return task.status;
  finished.push({ task, note: decision.note });
  return decision.newStatus;
}

type TaskFacts = Parameters<typeof planHealth>[0]['tasks'];

function figuresOf(
  state: PlanState,
  tasks: TaskFacts,
  isProgress: boolean,
  { today, expectedEveryDays }: JudgeOptions,
): Pick<Judgement, 'figures' | 'percents' | 'milestone'> {
  const { plan } = state;
  const progress = planProgress(tasks);
  const attributes = attributeProgress(tasks);
  const lastProgressDay = isProgress ? formatDay(today) : plan.lastProgressDay;
  const lastValueDay = newest(attributesOf(state).map(({ latestDay }) => latestDay));
  const { health, reasons, nextStep } = planHealth(
    {
      startDay: parseDay(plan.startDate),
      dueDay: dayOrNone(plan.dueDate),
      lastProgressDay: dayOrNone(lastProgressDay),
      telemetry: { isEnabled: plan.telemetryEnabled, lastValueDay: dayOrNone(lastValueDay), expectedEveryDays },
      tasks,
    },
    today,
  );
  const { manual, telemetry, combined } = progress;
  const standstillSince = parseDay(lastProgressDay ?? plan.startDate);
  const { reached, hasStalled, told } = milestoneNews(
    { combinedPercent: combined.percentage, isStalled: health === 'stalled', standstillSince },
    { reachedPercent: plan.reachedPercent, standstillSince: dayOrNone(plan.toldStandstillSince) },
  );
  return {
    milestone: {
      reached,
      count: { completed: combined.completed, total: combined.total },
      stalledDays: hasStalled ? today - standstillSince : undefined,
    },
    figures: {
      tasksTotal: manual.total,
      tasksDone: manual.completed,
      tasksRecommended: telemetry.completed,
      tasksMeasurable: progress.measurableTasks,
      attributesTotal: attributes.totalAttributes,
      attributesMet: attributes.metAttributes,
      lastValueDay,
      lastProgressDay,
      health,
      healthReasons: reasons,
      nextStep,
      evaluatedDay: formatDay(today),
      reachedPercent: told.reachedPercent,
      toldStandstillSince: told.standstillSince === undefined ? null : formatDay(told.standstillSince),
    },
    percents: { manual: manual.percentage, telemetry: telemetry.percentage, combined: combined.percentage },
  };
}

const dayOrNone = (day: string | null) => (day === null ? undefined : parseDay(day));

function newest(days: readonly (string | null)[]): string | null {
  let found: string | null = null;
  for (const day of days) if (day !== null && (found === null || day > found)) found = day;
  return found;
}
