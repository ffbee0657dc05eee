import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataDirectoryUnusable, openDataDirectory } from './index.ts';

const scratch = () => mkdtempSync(join(tmpdir(), 'uptake-directory-'));

test('makes the directory for its owner alone and leaves no trace of the write test', () => {
  const path = join(scratch(), 'deep', 'data');
  const layout = openDataDirectory(path);
  expect(layout.path).toBe(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(readdirSync(path)).toEqual([]);
});

test('refuses a path that is a file and says which variable to change', () => {
  const path = join(scratch(), 'file');
  writeFileSync(path, '');
  expect(() => openDataDirectory(path)).toThrow(/is a file, or lies below one\. Set UPTAKE_DATA_DIR/);
});

test('refuses a file system that takes no directories, and returns', () => {
  expect(() => openDataDirectory('/proc/uptake')).toThrow(DataDirectoryUnusable);
  expect(() => openDataDirectory('/proc/uptake')).toThrow(/takes no new directories\. Set UPTAKE_DATA_DIR/);
});

test('refuses a disk with too little room and says how much is left', () => {
  expect(() => openDataDirectory(scratch(), () => 10 * 1024 * 1024)).toThrow(
    /has 10 MiB left; Uptake needs at least 64 MiB/,
  );
});
