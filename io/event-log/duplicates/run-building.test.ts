import { openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addToFilter, createFilter, mayBeInFilter } from './filter.ts';
import { acceptedAt, claimState, RELEASED, RecentIds } from './recent-ids.ts';
import { mergeRuns, writeTable } from './run-building.ts';
import { loadRun, RunFile } from './run-file.ts';

let directory: string;
let opened: RunFile[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uptake-runs-'));
});
afterEach(async () => {
  for (const run of opened) run.retire();
  opened = [];
  await rm(directory, { recursive: true, force: true });
});

const DAY = 86_400;
const SECOND = acceptedAt(Date.UTC(2026, 10, 21));

/** Reproducible fingerprints: words of a 32-bit generator (Vigna's SplitMix reduced), the seed apart from everything else. */
function fingerprints(count: number, seed: number): Uint32Array {
  let state = seed;
  return Uint32Array.from({ length: count * 4 }, () => {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  });
}

function tableOf(ids: Uint32Array, second: number | ((index: number) => number), capacity = 4096): RecentIds {
  const table = new RecentIds(1, capacity);
  for (let at = 0; at < ids.length; at += 4) {
    table.occupy(~table.find(ids, at), ids, at, typeof second === 'number' ? second : second(at / 4));
  }
  return table;
}

function open(path: string): RunFile {
  const run = new RunFile(path, loadRun(path));
  opened.push(run);
  return run;
}

const secondsOf = (run: RunFile, ids: Uint32Array) =>
  Promise.all(Array.from({ length: ids.length / 4 }, (_, index) => run.find(ids, index * 4)));

describe('a table in memory', () => {
  test('finds what it holds and nothing else, at its fullest', () => {
    const ids = fingerprints(4096, 1);
    const table = tableOf(ids, SECOND);
    expect(table.hasRoomFor(1)).toBe(false);
    for (let at = 0; at < ids.length; at += 4) expect(table.find(ids, at)).toBeGreaterThanOrEqual(0);
    const others = fingerprints(4096, 2);
    for (let at = 0; at < others.length; at += 4) expect(table.find(others, at)).toBeLessThan(0);
  });

  test('tells ids apart that differ in one word only', () => {
    const ids = new Uint32Array([1, 2, 3, 4, 9, 2, 3, 4, 1, 9, 3, 4, 1, 2, 9, 4, 1, 2, 3, 9]);
    const table = tableOf(ids.subarray(0, 4), SECOND);
    expect([0, 4, 8, 12, 16].map((at) => table.find(ids, at) >= 0)).toEqual([true, false, false, false, false]);
  });
});

describe('a filter', () => {
  test('never denies what was added and rarely admits what was not', () => {
    const ids = fingerprints(50_000, 3);
    const filter = createFilter(50_000, 16);
    for (let at = 0; at < ids.length; at += 4) addToFilter(filter, ids, at);
    for (let at = 0; at < ids.length; at += 4) expect(mayBeInFilter(filter, ids, at)).toBe(true);
    const others = fingerprints(100_000, 4);
    let admitted = 0;
    for (let at = 0; at < others.length; at += 4) admitted += mayBeInFilter(filter, others, at) ? 1 : 0;
    expect(admitted / 100_000).toBeLessThan(0.002);
  });
});

describe('a run', () => {
  test('answers when an id was accepted, and 0 for ids it does not hold', async () => {
    const ids = fingerprints(3_000, 5);
    const written = writeTable(tableOf(ids, (index) => SECOND + index).words, join(directory, 'a'), 12);
    expect(written.summary).toMatchObject({ ids: 3_000, pages: 15, oldest: SECOND, newest: SECOND + 2_999 });
    const run = open(join(directory, 'a'));
    expect(run.summary).toEqual(written.summary);
    expect(run.filter).toEqual(written.filter);
    expect(await secondsOf(run, ids)).toEqual(Array.from({ length: 3_000 }, (_, index) => SECOND + index));
    expect(new Set(await secondsOf(run, fingerprints(500, 6)))).toEqual(new Set([0]));
  });

  test('finds ids whose first words are all equal, over many pages', async () => {
    const ids = fingerprints(1_000, 7);
    for (let at = 0; at < ids.length; at += 4) ids[at] = 0xdeadbeef;
    writeTable(tableOf(ids, SECOND).words, join(directory, 'a'), 12);
    const run = open(join(directory, 'a'));
    expect(new Set(await secondsOf(run, ids))).toEqual(new Set([SECOND]));
  });

  test('holds accepted ids only: neither claims in flight nor released ones', async () => {
    const ids = fingerprints(3, 8);
    const states = [SECOND, RELEASED, claimState(1)];
    const { summary } = writeTable(tableOf(ids, (index) => states[index]!).words, join(directory, 'a'), 12);
    expect(summary.ids).toBe(1);
    expect(await secondsOf(open(join(directory, 'a')), ids)).toEqual([SECOND, 0, 0]);
  });

  test('says that it is damaged: a page when it is read, the rest when it is opened, never a wrong answer', async () => {
    const ids = fingerprints(1_000, 9);
    const path = join(directory, 'a');
    writeTable(tableOf(ids, SECOND).words, path, 12);
    const good = readFileSync(path);
    const damaged = (at: number) => {
      const bytes = Buffer.from(good);
      bytes[at]! ^= 0x10;
      writeFileSync(path, bytes);
      return path;
    };
    const run = open(damaged(100));
    await expect(secondsOf(run, ids)).rejects.toThrow(/checksum/);
    for (const at of [5 * 4096 + 3, good.length - 60, good.length - 1, good.length - 30]) {
      expect(() => loadRun(damaged(at))).toThrow();
    }
    writeFileSync(path, good.subarray(0, good.length - 4096));
    expect(() => loadRun(path)).toThrow();
    writeFileSync(path, '');
    expect(() => loadRun(path)).toThrow();
    expect(() => loadRun(join(directory, 'missing'))).toThrow(/ENOENT/);
  });
});

describe('merged runs', () => {
  test('hold what each held, an id in several of them with its newest time, and nothing expired', async () => {
    const [old, middle, recent] = [fingerprints(2_000, 10), fingerprints(1_500, 11), fingerprints(700, 12)];
    const again = old.slice(0, 4 * 100);
    const path = (name: string) => join(directory, name);
    const inputs = [
      writeTable(tableOf(old, SECOND).words, path('0'), 12),
      writeTable(tableOf(middle, SECOND + DAY).words, path('1'), 12),
      writeTable(tableOf(Uint32Array.from([...recent, ...again]), SECOND + 2 * DAY).words, path('2'), 12),
    ].map(({ summary }, number) => ({ path: path(String(number)), pages: summary.pages, ids: summary.ids }));

    expect(mergeRuns(inputs, 0, path('all'), 12).summary).toMatchObject({
      ids: 4_200,
      oldest: SECOND,
      newest: SECOND + 2 * DAY,
    });
    const all = open(path('all'));
    expect(new Set(await secondsOf(all, again))).toEqual(new Set([SECOND + 2 * DAY]));
    expect(new Set(await secondsOf(all, old.slice(4 * 100)))).toEqual(new Set([SECOND]));
    expect(new Set(await secondsOf(all, middle))).toEqual(new Set([SECOND + DAY]));
    expect(new Set(await secondsOf(all, recent))).toEqual(new Set([SECOND + 2 * DAY]));

    expect(mergeRuns(inputs, SECOND + DAY, path('unexpired'), 12).summary.ids).toBe(2_300);
    expect(mergeRuns(inputs, SECOND + 9 * DAY, path('none'), 12).summary.ids).toBe(0);
    expect(open(path('none')).mayContain(old, 0)).toBe(false);
  });

  test('are not made from a damaged one', () => {
    const path = join(directory, '0');
    const { summary } = writeTable(tableOf(fingerprints(1_000, 13), SECOND).words, path, 12);
    writeSync(openSync(path, 'r+'), Buffer.from([1, 2, 3]), 0, 3, 2 * 4096);
    const input = { path, pages: summary.pages, ids: summary.ids };
    expect(() => mergeRuns([input, input], 0, join(directory, 'merged'), 12)).toThrow(/checksum/);
    expect(() => readFileSync(join(directory, 'merged'))).toThrow(/ENOENT/);
  });
});
