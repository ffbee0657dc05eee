import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkpointPath, readCheckpoint, removeCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { openRejectedFile } from './rejected-file.ts';
import { findRestart } from './restart.ts';

const directory = mkdtempSync(join(tmpdir(), 'uptake-resuming-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
function fileOf(text: string): string {
  const file = join(directory, `${files++}.ndjson`);
  writeFileSync(file, text);
  return file;
}

const URL = 'http://127.0.0.1:4400';
const totals = { batches: 1, accepted: 5, duplicates: 4, rejected: 3, sampled: 2, dropped: 1 };
const checkpoint = { offset: 70_000, lines: 12, rejectedBytes: 40, totals };

describe('the checkpoint of an import', () => {
  const text = `${'a'.repeat(69_999)}\n${'b'.repeat(100)}\n`;

  test('is read back as it was written', () => {
    const file = fileOf(text);
    expect(readCheckpoint(file, URL)).toBeUndefined();
    writeCheckpoint(file, URL, checkpoint);
    expect(readCheckpoint(file, URL)).toEqual(checkpoint);
    removeCheckpoint(file);
    expect(readCheckpoint(file, URL)).toBeUndefined();
  });

  test('holds while lines are added to the file', () => {
    const file = fileOf(text);
    writeCheckpoint(file, URL, checkpoint);
    appendFileSync(file, 'more\n');
    expect(readCheckpoint(file, URL)).toEqual(checkpoint);
  });

  test.each([
    ['its beginning', text.replace('a', 'c')],
    ['the bytes before the checkpoint', `${text.slice(0, 69_990)}c${text.slice(69_991)}`],
    ['its length', text.slice(0, 60_000)],
  ])('is refused once the file has changed in %s', (_, changed) => {
    const file = fileOf(text);
    writeCheckpoint(file, URL, checkpoint);
    writeFileSync(file, changed);
    expect(() => readCheckpoint(file, URL)).toThrow(/has changed.*--restart/);
  });

  test('is refused for another server, and where it cannot be read', () => {
    const file = fileOf(text);
    writeCheckpoint(file, URL, checkpoint);
    expect(() => readCheckpoint(file, 'http://elsewhere')).toThrow(`belongs to an import into ${URL}`);
    writeFileSync(checkpointPath(file), '{"offset":');
    expect(() => readCheckpoint(file, URL)).toThrow(/cannot be read.*--restart/);
  });
});

describe('the file of rejected lines', () => {
  const line = { line: 7, reason: 'invalid_json', path: '', detail: 'why', event: 'not json' };

  test('keeps the event as JSON where it is JSON, as text otherwise, and null where nothing was kept', () => {
    const path = join(directory, 'rejected.ndjson');
    const file = openRejectedFile(path, 0);
    file.append([line, { ...line, event: '{"event_name":"É"}' }, { ...line, event: null }]);
    expect(file.bytes()).toBe(readFileSync(path).length);
    file.close();
    const events = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((each) => (JSON.parse(each) as { event: unknown }).event);
    expect(events).toEqual(['not json', { event_name: 'É' }, null]);
  });

  test('is cut back to the checkpoint, so that a line sent again is not listed twice', () => {
    const path = join(directory, 'again.ndjson');
    const first = openRejectedFile(path, 0);
    first.append([line]);
    const atCheckpoint = first.bytes();
    first.append([{ ...line, line: 8 }]);
    first.close();
    const second = openRejectedFile(path, atCheckpoint);
    second.append([{ ...line, line: 8 }]);
    second.close();
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(2);
  });

  test('is not left behind empty', () => {
    const path = join(directory, 'empty.ndjson');
    openRejectedFile(path, 0).close();
    expect(() => readFileSync(path)).toThrow(/ENOENT/);
  });
});

describe('where an export that was cut short goes on', () => {
  const lineAt = (second: number, id = 'e'): string =>
    `{"event_id":"${id}","timestamp":"2026-11-01T00:00:0${second}.000Z"}\n`;
  const restartOf = (text: string) => {
    const file = fileOf(text);
    return findRestart(file, Buffer.byteLength(text));
  };

  test('is the newest moment in it: everything before that is whole', () => {
    const kept = lineAt(1) + lineAt(2);
    expect(restartOf(`${kept}${lineAt(3, 'a')}${lineAt(3, 'b')}${lineAt(4).slice(0, 20)}`)).toEqual({
      keepBytes: kept.length,
      timestamp: '2026-11-01T00:00:03.000Z',
    });
  });

  test('is found in a file whose last lines are far longer than one read', () => {
    const long = `{"timestamp":"2026-11-01T00:00:05.000Z","text":"${'x'.repeat(900_000)}"}\n`;
    const kept = lineAt(1) + long.replace('05.000Z', '02.000Z');
    expect(restartOf(kept + long + long)).toEqual({ keepBytes: kept.length, timestamp: '2026-11-01T00:00:05.000Z' });
  });

  test('is the beginning where no line is whole', () => {
    expect(restartOf('')).toEqual({ keepBytes: 0, timestamp: undefined });
    expect(restartOf('{"event')).toEqual({ keepBytes: 0, timestamp: undefined });
    expect(restartOf(lineAt(1))).toEqual({ keepBytes: 0, timestamp: '2026-11-01T00:00:01.000Z' });
  });

  test('is refused for a file that is no export', () => {
    expect(() => restartOf('name,value\na,1\n')).toThrow(/is not an export/);
  });
});
