/** Weeks of many generated plans on the real store, held after every act against the plainest computation there is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption } from './adoption.fixture.ts';
import type { SourceRow } from './map-rows.ts';
import type { TemplateAttributeInput } from './port.ts';

const [PLANS, ACTS_EACH, DAY_MS] = [16, 12, 86_400_000];

let opened: Opened;
beforeAll(async () => {
  opened = await openAdoption();
});
afterAll(() => opened.remove());

/** The same numbers in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

type Value = boolean | number | string;
/** What was written for each day, the last writing of a day alone. */
type Written = Map<string, Value>;
type Kind = Pick<TemplateAttributeInput, 'dataType' | 'successCriteria'> & {
  readonly value: (random: () => number) => Value;
  readonly isMet: (written: Written, today: string) => boolean;
};

const newest = (written: Written, today: string) =>
  [...written].filter(([day]) => day <= today).sort(([left], [right]) => (left < right ? 1 : -1))[0]?.[1];
const lastDays = (written: Written, today: string, days: number) => {
  const from = dayText(Date.parse(today) - (days - 1) * DAY_MS);
  return [...written].filter(([day]) => day >= from && day <= today).map(([, value]) => Number(value));
};
const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const whole = (most: number) => (random: () => number) => Math.floor(random() * (most + 1));
const oneOf =
  <Entry>(entries: readonly Entry[]) =>
  (random: () => number) =>
    entries[Math.floor(random() * entries.length)]!;

const KINDS: readonly Kind[] = [
  {
    dataType: 'BOOLEAN',
    successCriteria: { operator: 'equals', value: true },
    value: (random) => random() < 0.7,
    isMet: (written, today) => newest(written, today) === true,
  },
  {
    dataType: 'NUMBER',
    successCriteria: { operator: '>=', value: 40 },
    value: whole(100),
    isMet: (written, today) => Number(newest(written, today) ?? -1) >= 40,
  },
  {
    dataType: 'NUMBER',
    successCriteria: { operator: '>=', value: 60, aggregate: 'sum', last_days: 7 },
    value: whole(40),
    isMet: (written, today) => lastDays(written, today, 7).reduce((sum, value) => sum + value, 0) >= 60,
  },
  {
    dataType: 'NUMBER',
    successCriteria: {
      operator: '>=',
      value: 2,
      aggregate: 'count',
      last_days: 10,
      where: { operator: '>', value: 20 },
    },
    value: whole(60),
    isMet: (written, today) => lastDays(written, today, 10).filter((value) => value > 20).length >= 2,
  },
  {
    dataType: 'PERCENTAGE',
    successCriteria: { operator: 'between', value: [50, 90] },
    value: whole(100),
    isMet: (written, today) => {
      const value = Number(newest(written, today) ?? -1);
      return value >= 50 && value <= 90;
    },
  },
  {
    dataType: 'STRING',
    successCriteria: {
      any: [
        { operator: 'equals', value: 'live' },
        { operator: 'starts_with', value: 'pilot' },
      ],
    },
    value: oneOf(['live', 'pilot in München', 'off', 'not live']),
    isMet: (written, today) => /^(live$|pilot)/.test(String(newest(written, today) ?? '')),
  },
  {
    dataType: 'DATE',
    successCriteria: { operator: 'after', value: '2026-11-10' },
    value: oneOf(['2026-11-09', '2026-11-10', '2026-11-11', '2027-02-01']),
    isMet: (written, today) => String(newest(written, today) ?? '') > '2026-11-10',
  },
];

type Attribute = {
  readonly name: string;
  readonly kind: Kind;
  readonly isRequired: boolean;
  readonly written: Written;
};
type Task = {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  status: string;
  note: string | undefined;
  /** `undefined` as the plan has it, 0 never, else its own threshold. */
  override: number | undefined;
};
type Plan = {
  readonly id: string;
  readonly idOf: ReadonlyMap<string, string>;
  readonly tasks: readonly Task[];
  isEnabled: boolean;
  threshold: number;
};

function generateTasks(random: () => number): readonly Task[] {
  return Array.from({ length: 2 + whole(3)(random) }, (_, task) => ({
    name: `Task ${task}`,
    status: 'NOT_STARTED',
    note: undefined,
    override: undefined,
    attributes: Array.from({ length: whole(3)(random) }, (_, attribute) => ({
      name: `attribute_${task}_${attribute}`,
      kind: oneOf(KINDS)(random),
      isRequired: random() < 0.8,
      written: new Map(),
    })),
  }));
}

/** By telemetry, as this test has it. */
let finished = 0;

/** When telemetry finishes a task, said once more in the plainest way. */
function finish(plan: Plan, today: string, concerned: (task: Task) => boolean): void {
  for (const task of plan.tasks) {
    const required = task.attributes.filter(({ isRequired }) => isRequired);
    const met = required.filter(({ kind, written }) => kind.isMet(written, today)).length;
    const threshold = task.override ?? (plan.isEnabled ? plan.threshold : 0);
    if (!concerned(task) || task.status !== 'IN_PROGRESS' || threshold === 0 || met === 0) continue;
    if (met * 100 < threshold * required.length) continue;
    finished += 1;
    task.status = 'DONE';
    task.note = `[AUTO] Task completed via telemetry (${Math.floor((met * 100) / required.length)}% criteria met)`;
  }
}

const STATUSES = ['NOT_STARTED', 'IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS', 'DONE', 'NOT_APPLICABLE'] as const;
const today = () => dayText(opened.clock.nowMs);

async function actOn(plan: Plan, random: () => number): Promise<void> {
  const { service, admin, adoption } = opened;
  const task = oneOf(plan.tasks)(random);
  const id = plan.idOf.get(task.name)!;
  const die = random();
  if (die < 0.5) {
    const share = 0.3 + 0.7 * random();
    const filled = plan.tasks.flatMap(({ attributes }) => attributes).filter(() => random() < share);
    const rows = filled.map((attribute): SourceRow => {
      const value = attribute.kind.value(random);
      // Mostly of today; corrections of earlier days, and a day that begins elsewhere already, come too.
      const day = dayText(opened.clock.nowMs + (random() < 0.7 ? 0 : 1 - whole(8)(random)) * DAY_MS);
      attribute.written.set(day, value);
      return { attribute: attribute.name, value, day };
    });
    if (rows.length === 0) return;
    const { workspaceId } = opened;
    await adoption.supply({ workspaceId, planId: plan.id, rows, source: 'api', by: { kind: 'system' } });
    finish(plan, today(), ({ attributes }) => attributes.some((each) => filled.includes(each)));
  } else if (die < 0.75) {
    const status = oneOf(STATUSES)(random);
    await service.updateTaskStatus(admin, id, status, undefined);
    if (task.status !== status) task.note = undefined;
    task.status = status;
  } else if (die < 0.85) {
    const threshold = oneOf([undefined, 0, 25, 50, 100])(random);
    const kind = threshold === undefined ? 'INHERIT' : threshold === 0 ? 'OFF' : 'ON';
    await service.setTaskOverride(admin, id, { kind, thresholdPercent: threshold || undefined });
    task.override = threshold;
  } else if (die < 0.92) {
    plan.isEnabled = random() < 0.7;
    plan.threshold = oneOf([30, 67, 80, 100])(random);
    await service.configureAdoptionPlanTelemetry(admin, {
      adoptionPlanId: plan.id,
      autoStatusEnabled: plan.isEnabled,
      thresholdPercent: plan.threshold,
    });
  } else {
    await service.evaluatePlan(admin, plan.id);
    finish(plan, today(), () => true);
  }
}

/** What the product says of it beside what it ought to say. */
async function compare(plan: Plan): Promise<readonly { said: unknown; ought: unknown }[]> {
  const tasks = await opened.tasksOf(plan.id);
  return plan.tasks.flatMap((task) => {
    const own = tasks.find(({ name }) => name === task.name)!;
    const said = { status: own.status, note: own.statusNotes };
    return [
      { said, ought: { status: task.status, note: task.note } },
      ...task.attributes.map(({ name, kind, written }) => ({
        said: { name, isMet: own.telemetryAttributes.find((each) => each.name === name)?.isMet },
        ought: { name, isMet: kind.isMet(written, today()) },
      })),
    ];
  });
}

test('every criterion and every status of generated plans is right after every act and every night', async () => {
  const random = numbers(20_261_121);
  const { service, admin, productId } = opened;
  const plans: Plan[] = [];
  let version: number | undefined;
  for (let index = 0; index < PLANS; index++) {
    const tasks = generateTasks(random);
    const template = tasks.map(({ name, attributes }) => ({
      name,
      attributes: attributes.map(({ name, kind: { dataType, successCriteria }, isRequired }) => ({
        name,
        dataType,
        successCriteria,
        isRequired,
      })),
    }));
    const options = { basedOnVersion: version, changeNote: undefined };
    version = (await service.saveTemplate(admin, productId, { tasks: template }, options)).version;
    const { plan } = await opened.assigned(`Customer ${index}`);
    const idOf = new Map((await opened.tasksOf(plan.id)).map(({ name, id }) => [name, id]));
    plans.push({ id: plan.id, idOf, tasks, isEnabled: true, threshold: 80 });
    for (const task of tasks) {
      if (random() < 0.3) continue;
      await service.updateTaskStatus(admin, idOf.get(task.name)!, 'IN_PROGRESS', undefined);
      task.status = 'IN_PROGRESS';
    }
  }
  const wrong: unknown[] = [];
  let judged = 0;
  const look = async (plan: Plan) => {
    const found = await compare(plan);
    judged += found.length;
    wrong.push(...found.filter(({ said, ought }) => JSON.stringify(said) !== JSON.stringify(ought)));
  };
  for (let act = 0; act < ACTS_EACH; act++) {
    for (const plan of plans) {
      await actOn(plan, random);
      await look(plan);
    }
    opened.clock.nowMs += oneOf([0, 1, 1, 2, 5])(random) * DAY_MS;
    await opened.adoption.evaluateAll();
    for (const plan of plans) finish(plan, today(), () => true);
    for (const plan of plans) await look(plan);
  }
  opened.clock.nowMs = NOW_MS;
  expect(wrong).toEqual([]);
  // Or the plans would show nothing.
  expect(judged).toBeGreaterThan(3_000);
  expect(finished).toBeGreaterThan(15);
}, 180_000);
