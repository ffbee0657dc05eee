/** Budgets: whether what was counted from sampled events is right on average, and whether its stated error is honest. */
import { type Answered, ROTATION_DAYS, type SimulatedDay, simulate } from '@uptake/domain/sampling/simulation';
import { type BenchOptions, numberOption } from './options.ts';
import { printTable } from './table.ts';

export const name = 'sampling';
export const describe =
  'counts, sums and people from a throttled stream against the truth; --days 1000 --people 4000 --budget 4000 --seed 1';

export async function run(options: BenchOptions): Promise<void> {
  const days = numberOption(options, 'days', 1_000);
  const budget = numberOption(options, 'budget', 4_000);
  const seed = numberOption(options, 'seed', 1);
  const people = numberOption(options, 'people', 4_000);
  const areas = [{ featureArea: 'search', eventsPerDay: budget / 10 }];
  const simulated = simulate(
    { seed, people, budget: { eventsPerDay: budget, areas, samplesOutcomes: false, shaping: null } },
    days,
  );
  const startedMs = performance.now();
  const all = [...simulated];
  const tookMs = performance.now() - startedMs;
  const volumes = volumesOf(all, budget);
  printTable(
    `${days} days, budget ${budget} events a day (simulated in ${Math.round(tookMs / 1000)} s)`,
    VOLUME_COLUMNS,
    [[volumes.offered, volumes.kept, volumes.kept / volumes.offered, volumes.over, volumes.steps]],
  );
  printTable('Error of the answer of a day, relative to the truth', COLUMNS, questionRows(all));
}

const VOLUME_COLUMNS = [
  'offered a day',
  'kept a day',
  'share kept',
  'days over the budget %',
  'changes of a weight a day',
];
const COLUMNS = [
  'answer',
  'days',
  'truth (mean)',
  'mean error %',
  '± (standard error of the mean) %',
  'error of a day (root mean square) %',
  'stated standard error (rms) %',
  'truth within 1.96 stated %',
];

function volumesOf(days: readonly SimulatedDay[], budget: number) {
  const mean = (of: (day: SimulatedDay) => number) => days.reduce((sum, day) => sum + of(day), 0) / days.length;
  return {
    offered: mean((day) => day.offered),
    kept: mean((day) => day.kept),
    over: 100 * mean((day) => (day.kept > budget ? 1 : 0)),
    steps: mean((day) => day.steps),
  };
}

function questionRows(days: readonly SimulatedDay[]) {
  const answered = days.flatMap(({ answers }, day) => answers.map((answer) => ({ ...answer, day })));
  const byQuestion = Map.groupBy(answered, (answer) => answer.question);
  return [...byQuestion].map(([question, answers]) => {
    const errors = answers.map(errorOf);
    const covered = answers.filter(
      ({ truth, estimate }) => Math.abs(estimate.value - truth) <= 1.96 * estimate.standardError + 1e-9 * truth,
    );
    return [
      question,
      answers.length,
      Math.round(mean(answers.map(({ truth }) => truth))),
      percent(mean(errors)),
      percent(standardErrorOfMean(answers)),
      percent(rootMeanSquare(errors)),
      percent(rootMeanSquare(answers.map(({ truth, estimate }) => estimate.standardError / truth))),
      percent(covered.length / answers.length),
    ];
  });
}

const errorOf = ({ truth, estimate }: Answered) => (estimate.value - truth) / truth;
const percent = (share: number) => Number((100 * share).toFixed(3));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rootMeanSquare = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => value ** 2)));

/** The panel stays the same from one rotation to the next, so only rotations are independent of one another. */
function standardErrorOfMean(answers: readonly (Answered & { readonly day: number })[]): number {
  const rotations = [...Map.groupBy(answers, ({ day }) => Math.floor(day / ROTATION_DAYS)).values()];
  const means = rotations.map((rotation) => mean(rotation.map(errorOf)));
  const middle = mean(means);
  return Math.sqrt(mean(means.map((each) => (each - middle) ** 2)) / Math.max(1, means.length - 1));
}
