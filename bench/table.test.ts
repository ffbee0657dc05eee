import { describe, expect, test } from 'vitest';
import { numberOption, parseOptions } from './options.ts';
import { formatCell, formatTable } from './table.ts';

describe('a table of figures', () => {
  test('is Markdown, with numbers to the right', () => {
    expect(
      formatTable(
        'Rates',
        ['what', 'events/s'],
        [
          ['bare', 740_000],
          ['durable', 98_765.4],
        ],
      ),
    ).toBe(
      [
        'Rates',
        '',
        '| what    | events/s |',
        '| ------- | -------: |',
        '| bare    |  740,000 |',
        '| durable |   98,765 |',
      ].join('\n'),
    );
  });

  test('claims no more digits than a benchmark knows', () => {
    expect(formatCell(0.812345)).toBe('0.812');
    expect(formatCell(12.3456)).toBe('12.3');
    expect(formatCell(0)).toBe('0');
    expect(formatCell(Number.NaN)).toBe('–');
  });
});

describe('options', () => {
  test('are read with a space, with an equals sign, or as a switch', () => {
    expect(parseOptions(['--events', '1_000', '--rate=5', '--quick'])).toEqual({
      events: '1_000',
      rate: '5',
      quick: 'true',
    });
    expect(parseOptions(['--quick', '--events', '7'])).toEqual({ quick: 'true', events: '7' });
    expect(() => parseOptions(['events'])).toThrow('"events" is no option');
  });

  test('that are numbers may group their digits and must be positive', () => {
    expect(numberOption({ events: '50_000_000' }, 'events', 1)).toBe(50_000_000);
    expect(numberOption({}, 'events', 1)).toBe(1);
    for (const wrong of ['many', '-1', '0', ''])
      expect(() => numberOption({ events: wrong }, 'events', 1)).toThrow('--events');
  });
});
