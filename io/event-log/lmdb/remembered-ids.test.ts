import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { drain, eventsOf, newIds } from '../event-rows.fixture.ts';
import type { EventLog } from '../port.ts';
import { openLmdbEventLog } from './open.ts';

const DAY_MS = 86_400_000;
const TABLE_IDS = 256;

let directory: string;
let log: EventLog;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 21);
  directory = await mkdtemp(join(tmpdir(), 'uptake-log-'));
  log = await open();
});
afterEach(async () => {
  await log.close();
  await rm(directory, { recursive: true, force: true });
});

function open(damagedRuns: 'refuse' | 'forget' = 'refuse'): Promise<EventLog> {
  return openLmdbEventLog(
    { directory, maxBytes: 2 ** 26, duplicateWindowMs: 7 * DAY_MS, nowMs: () => nowMs, damagedRuns },
    { tableIds: TABLE_IDS, mergeFanIn: 3 },
  );
}

const ids = () => join(directory, 'ids');
const runFiles = () => readdirSync(ids()).sort();
const append = (eventIds: readonly string[]) =>
  log.append({ workspaceId: 'w', dedupeScope: 's', events: eventsOf(eventIds) });

/** Appends `count` new ids in batches that do not divide the table's size. */
async function appendNew(count: number): Promise<string[]> {
  const fresh = newIds(count);
  for (let from = 0; from < count; from += 50) await append(fresh.slice(from, from + 50));
  return fresh;
}

/** How many of these ids the log takes for repeats. */
async function countRepeats(eventIds: readonly string[]): Promise<number> {
  let repeats = 0;
  for (let from = 0; from < eventIds.length; from += 100) {
    repeats += (await append(eventIds.slice(from, from + 100))).duplicates.length;
  }
  return repeats;
}

describe('ids that have left the table in memory', () => {
  test('are recognised from merged run files, before and after a restart', async () => {
    const all: string[] = [];
    for (let hour = 0; hour < 10; hour++) {
      all.push(...(await appendNew(600)));
      nowMs += 3_600_000;
    }
    expect(await countRepeats(all)).toBe(all.length);
    await expect.poll(() => runFiles().length).toBeLessThan(10);
    await log.close();
    log = await open();
    expect(log.stats().rememberedIds).toBe(all.length);
    expect(await countRepeats(all)).toBe(all.length);
    expect(await countRepeats(newIds(1_000))).toBe(0);
  });

  test('are recognised by probing too', async () => {
    const all = await appendNew(700);
    const eventIds = [newIds(1)[0]!, ...all, newIds(1)[0]!];
    const repeats = await log.probeDuplicates({ workspaceId: 'w', dedupeScope: 's', eventIds });
    expect(repeats).toEqual(all.map((_, index) => index + 1));
  });

  test('are forgotten after seven days, the newer ones in the same file are not, and their files go', async () => {
    const old = await appendNew(600);
    nowMs += 2 * DAY_MS;
    const newer = await appendNew(600);
    nowMs += 5 * DAY_MS;
    expect(await countRepeats([...old, ...newer])).toBe(1_200);
    nowMs += 2_000;
    expect(await countRepeats(newer)).toBe(600);
    expect(await countRepeats(old)).toBe(0);
    expect(await countRepeats(old)).toBe(600);
    const before = runFiles();
    nowMs += 20 * DAY_MS;
    await appendNew(600);
    await expect.poll(() => runFiles().filter((file) => before.includes(file))).toEqual([]);
    expect(log.stats().rememberedIds).toBeLessThanOrEqual(600 + TABLE_IDS);
  });

  test('leave no copy behind in the log once a run holds them', async () => {
    const all = await appendNew(20 * TABLE_IDS);
    const consumer = log.consumer('writer', 'oldest');
    expect(await drain(consumer)).toEqual(all);
    await log.close();
    log = await open();
    expect(log.stats().rememberedIds).toBe(all.length);
  });
});

describe('a run file', () => {
  test('that is missing keeps the log from opening, which says what is lost and what to do', async () => {
    await appendNew(700);
    await expect.poll(() => runFiles().length).toBeGreaterThan(0);
    await log.close();
    const [file] = runFiles();
    renameSync(join(ids(), file!), join(directory, 'aside'));
    await expect(open()).rejects.toMatchObject({
      name: 'LogDirectoryError',
      reason: 'damaged',
      message: expect.stringMatching(new RegExp(`${file}.*Restore it from a backup.*damagedRuns`)),
    });
    renameSync(join(directory, 'aside'), join(ids(), file!));
    log = await open();
  });

  test('that is missing or damaged can be given up, and with it only the ids it held', async () => {
    const all = await appendNew(3 * TABLE_IDS);
    await expect.poll(() => runFiles().length).toBeGreaterThan(0);
    await log.close();
    const [file] = runFiles();
    const bytes = readFileSync(join(ids(), file!));
    bytes[bytes.length - 50]! ^= 1;
    writeFileSync(join(ids(), file!), bytes);
    await expect(open()).rejects.toMatchObject({ reason: 'damaged' });
    log = await open('forget');
    const repeats = await countRepeats(all);
    expect(repeats).toBeLessThan(all.length);
    expect(repeats).toBeGreaterThan(0);
    await log.close();
    log = await open();
    expect(runFiles()).not.toContain(file);
  });

  test('with a damaged page refuses events it cannot vouch for, and takes nearly all others', async () => {
    const all = await appendNew(TABLE_IDS + 100);
    await expect.poll(() => runFiles().length).toBe(1);
    await log.close();
    const [file] = runFiles();
    const bytes = readFileSync(join(ids(), file!));
    bytes[200]! ^= 1;
    writeFileSync(join(ids(), file!), bytes);
    log = await open();
    const answers = await Promise.allSettled(all.map((id) => append([id])));
    const kinds = new Set(
      answers.map((answer) => (answer.status === 'rejected' ? answer.reason.reason : answer.value.duplicates.length)),
    );
    expect(kinds).toEqual(new Set(['io_error', 1]));
    // The filter sends about one unknown id in 80 to the page as well, which then cannot vouch for it either.
    const fresh = await Promise.allSettled(newIds(200).map((id) => append([id])));
    expect(fresh.filter((answer) => answer.status === 'fulfilled').length).toBeGreaterThan(180);
  });

  test('that the log does not know is removed', async () => {
    await log.close();
    writeFileSync(join(ids(), 'run-99999999.ids'), 'left by a crash');
    log = await open();
    expect(runFiles()).toEqual([]);
  });

  test('that cannot be written holds appends up before memory runs out, and lets them on afterwards', async () => {
    rmSync(ids(), { recursive: true });
    const accepted: string[] = [];
    let refusal: unknown;
    for (let batch = 0; batch < 50 && !refusal; batch++) {
      const fresh = newIds(50);
      await append(fresh).then(
        () => accepted.push(...fresh),
        (error: unknown) => {
          refusal = error;
        },
      );
    }
    expect(refusal).toMatchObject({ name: 'LogUnavailable', reason: 'io_error' });
    expect(accepted.length).toBeLessThanOrEqual(3 * TABLE_IDS);
    mkdirSync(ids());
    const more = await appendNew(TABLE_IDS);
    expect(await countRepeats([...accepted, ...more])).toBe(accepted.length + more.length);
  });
});
