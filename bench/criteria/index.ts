/** How many success criteria one core judges per second, by kind, against a comparison written by hand. */
import {
  compileCriterion,
  type DataType,
  parseCriterion,
  type Series,
  seriesOf,
  type Value,
} from '@uptake/domain/criteria';
import { type BenchOptions, numberOption } from '../options.ts';
import { printTable } from '../table.ts';

export const name = 'criteria';
export const describe = 'success criteria judged per second on one core, by kind; --seconds 1 per kind, --rounds 3';

const TODAY = 20_778;
const SERIES_DAYS = 90;

type Kind = {
  readonly title: string;
  readonly type: DataType;
  readonly criterion: unknown;
  readonly value: (index: number) => Value;
};

const number = (index: number): Value => 60 + (index % 80);

const KINDS: readonly Kind[] = [
  {
    title: 'BOOLEAN equals',
    type: 'BOOLEAN',
    criterion: { operator: 'equals', value: true },
    value: (index) => index % 3 > 0,
  },
  { title: 'NUMBER >=', type: 'NUMBER', criterion: { operator: '>=', value: 100 }, value: number },
  {
    title: 'STRING in',
    type: 'STRING',
    criterion: { operator: 'in', value: ['pro', 'enterprise'] },
    value: (index) => (index % 2 ? 'enterprise' : 'free'),
  },
  {
    title: 'STRING matches',
    type: 'STRING',
    criterion: { operator: 'matches', value: '^v[0-9]+\\.[0-9]+' },
    value: (index) => (index % 3 ? `v${index % 20}.${index % 7}` : 'nightly build'),
  },
  {
    title: 'DATE within_days',
    type: 'DATE',
    criterion: { operator: 'within_days', value: 30 },
    value: (index) => (index % 2 ? '2026-11-01' : '2026-09-01'),
  },
  {
    title: 'all of three, one negated',
    type: 'NUMBER',
    criterion: {
      all: [{ operator: '>=', value: 70 }, { operator: '<', value: 130 }, { not: { operator: 'equals', value: 99 } }],
    },
    value: number,
  },
  {
    title: 'sum over the last 7 days',
    type: 'NUMBER',
    criterion: { operator: '>=', value: 700, aggregate: 'sum', last_days: 7 },
    value: number,
  },
  {
    title: 'average over the last 30 days',
    type: 'NUMBER',
    criterion: { operator: '>=', value: 100, aggregate: 'average', last_days: 30 },
    value: number,
  },
  {
    title: 'average of decimals over 30 days',
    type: 'NUMBER',
    criterion: { operator: '>=', value: 100, aggregate: 'average', last_days: 30 },
    value: (index) => 60 + (index % 80) + (index % 100) / 100,
  },
  {
    title: 'true on 5 of the last 7 days',
    type: 'BOOLEAN',
    criterion: {
      operator: '>=',
      value: 5,
      aggregate: 'count',
      last_days: 7,
      where: { operator: 'equals', value: true },
    },
    value: (index) => index % 3 > 0,
  },
];

export async function run(options: BenchOptions): Promise<void> {
  const seconds = numberOption(options, 'seconds', 1);
  const rounds = numberOption(options, 'rounds', 3);
  const kinds = KINDS.map(prepare);
  const byHand = (series: Series): boolean => (series[series.length - 1]?.value as number) >= 100;
  const numbers = kinds[1]?.all ?? [];
  const hand = best(rounds, () => rate(seconds, numbers, byHand));
  const rows = kinds.map(({ title, all, isMet }) => {
    const perSecond = best(rounds, () => rate(seconds, all, isMet));
    return [title, perSecond, 1e9 / perSecond, perSecond / hand];
  });
  // What a plan looks like: mostly newest values, some windows. Every kind equally often.
  const mixed = kinds.flatMap(({ all, isMet }) => all.map((series) => ({ series, isMet })));
  const mixedRate = best(rounds, () => rate(seconds, mixed, ({ series, isMet }) => isMet(series)));
  printTable(
    `each over series of ${SERIES_DAYS} days, best of ${rounds} rounds of ${seconds} s`,
    ['criterion', 'per second', 'ns each', 'of by hand'],
    [
      ['newest value >= 100, by hand', hand, 1e9 / hand, 1],
      ...rows,
      ['all kinds in turn', mixedRate, 1e9 / mixedRate, mixedRate / hand],
    ],
  );
}

function prepare({ title, type, criterion, value }: Kind) {
  const parsed = parseCriterion(criterion, type);
  if (parsed.criterion === undefined) throw new Error(`${title}: ${JSON.stringify(parsed.errors)}`);
  const { evaluate } = compileCriterion(parsed.criterion, type);
  const all = Array.from({ length: 1_000 }, (_, offset) =>
    seriesOf(Array.from({ length: SERIES_DAYS }, (__, day) => ({ day: TODAY - day, value: value(offset + day) }))),
  );
  return { title, all, isMet: (series: Series) => evaluate(series, TODAY).isMet };
}

/** Judged per second. */
function rate<Subject>(seconds: number, subjects: readonly Subject[], isMet: (subject: Subject) => boolean): number {
  const until = performance.now() + seconds * 1_000;
  const started = performance.now();
  let judged = 0;
  let met = 0;
  while (performance.now() < until) {
    for (const subject of subjects) if (isMet(subject)) met += 1;
    judged += subjects.length;
  }
  // Looked at, so that no judgement is optimised away.
  if (met === 0 || met === judged) throw new Error('The values of this kind do not put its criterion to the test.');
  return (judged * 1_000) / (performance.now() - started);
}

function best(rounds: number, measure: () => number): number {
  return Math.max(...Array.from({ length: rounds }, measure));
}
