import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  compileCriterion,
  criterionToJson,
  type DataType,
  describeCriterion,
  explainCriterion,
  OPERATORS_OF,
  parseCriterion,
  parseCriterionText,
  parseDay,
  seriesOf,
  summariseCriterion,
  type Value,
} from './index.ts';

type Case = {
  name: string;
  type: DataType;
  criterion: unknown;
  as_of: string;
  series: [day: string, value: Value][];
  reason: string;
};

const vectors = JSON.parse(readFileSync(new URL('../../conformance/criteria.json', import.meta.url), 'utf8')) as {
  cases: Case[];
  words: { type: DataType; criterion: unknown; words: string; short: string }[];
  refused: { type: DataType; criterion: unknown; paths: string[] }[];
};

function read(json: unknown, type: DataType) {
  const { criterion, errors } = parseCriterion(json, type);
  if (criterion === undefined) throw new Error(JSON.stringify(errors));
  return criterion;
}

const written = (series: Case['series']) => seriesOf(series.map(([day, value]) => ({ day: parseDay(day), value })));

describe('the conformance vectors of criteria', () => {
  test('every case has the reason that the other implementation found', () => {
    const wrong = vectors.cases.flatMap(({ name, type, criterion, as_of, series, reason }) => {
      const found = compileCriterion(read(criterion, type), type).evaluate(written(series), parseDay(as_of));
      return found.reason === reason ? [] : [{ name, criterion, found: found.reason, reason }];
    });
    expect(wrong).toEqual([]);
    expect(vectors.cases.length).toBeGreaterThan(1_000);
  });

  test('every operator is judged for every type that admits it, met and not met', () => {
    const seen = new Set(
      vectors.cases.map(
        ({ type, criterion, reason }) => `${type} ${(criterion as { operator?: string }).operator} ${reason}`,
      ),
    );
    const wanted = Object.entries(OPERATORS_OF).flatMap(([type, operators]) =>
      operators.flatMap((operator) => [`${type} ${operator} met`, `${type} ${operator} not_met`]),
    );
    expect(wanted.filter((combination) => !seen.has(combination))).toEqual([]);
  });

  test('is met exactly where the reason says so, and missing likewise', () => {
    for (const { type, criterion, as_of, series, reason } of vectors.cases) {
      const found = compileCriterion(read(criterion, type), type).evaluate(written(series), parseDay(as_of));
      expect([found.isMet, found.isMissing]).toEqual([reason === 'met', reason === 'missing']);
    }
  });

  test('every refusal names the places and nothing else', () => {
    const wrong = vectors.refused.flatMap(({ type, criterion, paths }) => {
      const found = parseCriterion(criterion, type).errors?.map(({ path }) => path) ?? 'not refused';
      return JSON.stringify(found) === JSON.stringify(paths) ? [] : [{ type, criterion, found, paths }];
    });
    expect(wrong).toEqual([]);
  });

  test.each(vectors.words)('$type $criterion reads "$words"', ({ type, criterion, words, short }) => {
    expect(describeCriterion(read(criterion, type), type)).toBe(words);
    expect(summariseCriterion(read(criterion, type), type)).toBe(short);
  });

  test('a criterion written as JSON reads as the same criterion', () => {
    for (const { type, criterion } of vectors.cases) {
      const parsed = read(criterion, type);
      expect(read(criterionToJson(parsed), type)).toEqual(parsed);
    }
  });
});

describe('what a refusal says', () => {
  const messages = (json: unknown, type: DataType) => parseCriterion(json, type).errors?.map(({ message }) => message);

  test('names the operator that was meant', () => {
    expect(messages({ operator: 'gte', value: 5 }, 'NUMBER')).toEqual(['is not known; write ">="']);
  });

  test('says that a number needs no quotes', () => {
    expect(messages({ operator: '>=', value: '100' }, 'NUMBER')).toEqual(['must be a number, without quotes']);
  });

  test('says what a pattern may not hold, and where', () => {
    expect(messages({ operator: 'matches', value: 'ab(?=c)' }, 'STRING')).toEqual([
      'is no pattern that can be read: At character 4: look-around and modifiers are not supported.',
    ]);
  });

  test('says what criteria look like where a text is no JSON', () => {
    expect(parseCriterionText('>= 100', 'NUMBER').errors).toEqual([
      { path: '', message: 'is no JSON; write for instance {"operator": ">=", "value": 100}' },
    ]);
    expect(parseCriterionText('{"operator": ">=", "value": 100}', 'NUMBER').errors).toBeUndefined();
  });
});

describe('an explanation', () => {
  const explain = (json: unknown, type: DataType, series: Case['series']) =>
    explainCriterion(read(json, type), type, written(series), parseDay('2026-11-21'));

  test.each([
    [{ operator: '>=', value: 100 }, 'NUMBER', [['2026-11-21', 45]], '45 is not at least 100'],
    [{ operator: '>=', value: 100 }, 'NUMBER', [['2026-11-20', 130]], '130 is at least 100'],
    [{ operator: '>=', value: 100 }, 'NUMBER', [], 'there is no value yet'],
    [{ operator: '>=', value: 1, last_days: 7 }, 'NUMBER', [['2026-11-01', 3]], 'there is no value in the last 7 days'],
    [{ operator: 'equals', value: true }, 'BOOLEAN', [['2026-11-21', 'yes']], 'a stored value is not of type BOOLEAN'],
    [
      { operator: '>=', value: 80, aggregate: 'average', last_days: 7 },
      'PERCENTAGE',
      [['2026-11-21', 60]],
      'the average, 60 % in the last 7 days is not at least 80 %',
    ],
    [
      {
        all: [
          { operator: '>=', value: 1 },
          { operator: '<', value: 5 },
        ],
      },
      'NUMBER',
      [['2026-11-21', 9]],
      '9 is not less than 5',
    ],
    [
      { not: { operator: 'equals', value: 'free' } },
      'STRING',
      [['2026-11-21', 'free']],
      'not wanted: "free" is "free"',
    ],
    [
      { operator: 'after', value: '2026-11-01' },
      'DATE',
      [['2026-11-21', '2026-10-18']],
      '2026-10-18 is not after 2026-11-01',
    ],
    [{ operator: 'exists', value: true }, 'DATE', [], 'there is no value'],
  ] as const)('of %j for %s %j reads "%s"', (json, type, series, words) => {
    expect(explain(json, type, series as unknown as Case['series'])).toBe(words);
  });
});
