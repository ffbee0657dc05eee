import { expect, test } from 'vitest';
import { type Answered, ROTATION_DAYS, simulate } from './simulation.ts';

const DAYS = 150;

/** Relative error of the mean of a question over all days, and its own standard error from independent rotations. */
function judge(answers: readonly (Answered & { readonly day: number })[]) {
  const error = ({ truth, estimate }: Answered) => (estimate.value - truth) / truth;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const blocks = [...Map.groupBy(answers, ({ day }) => Math.floor(day / ROTATION_DAYS)).values()].map((block) =>
    mean(block.map(error)),
  );
  const bias = mean(blocks);
  const standardError = Math.sqrt(mean(blocks.map((each) => (each - bias) ** 2)) / (blocks.length - 1));
  const stated = Math.sqrt(mean(answers.map(({ truth, estimate }) => (estimate.standardError / truth) ** 2)));
  const actual = Math.sqrt(mean(answers.map((answer) => error(answer) ** 2)));
  return { bias, standardError, stated, actual };
}

test('counts, sums and people are right on average, and as far off on a day as is stated', () => {
  const days = [
    ...simulate(
      {
        seed: 20_261_121,
        people: 2_500,
        budget: { eventsPerDay: 2_500, areas: [], samplesOutcomes: false, shaping: null },
      },
      DAYS,
    ),
  ];
  const offered = days.reduce((sum, day) => sum + day.offered, 0);
  const kept = days.reduce((sum, day) => sum + day.kept, 0);
  // Two thirds and more are left out, or there would be nothing to show.
  expect(kept / offered).toBeLessThan(0.35);

  const of = (question: string) =>
    judge(
      days.flatMap(({ answers }, day) =>
        answers.filter((each) => each.question === question).map((each) => ({ ...each, day })),
      ),
    );
  expect(Math.abs(of('count, all events').bias)).toBeLessThan(0.005);
  expect(Math.abs(of('sum, all events').bias)).toBeLessThan(0.01);
  for (const question of ['count', 'sum', 'people', 'sessions'].map((kind) => `${kind}, all events`)) {
    const { bias, standardError, stated, actual } = of(question);
    expect(Math.abs(bias), question).toBeLessThan(4 * standardError + 0.001);
    // Sessions of one person share its panel membership, which their stated error leaves out.
    expect(stated / actual, question).toBeGreaterThan(question.startsWith('sessions') ? 0.65 : 0.85);
    expect(stated / actual, question).toBeLessThan(1.3);
  }
  expect(of('tenants, all events').actual).toBe(0);
});
