import { existsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestFiles } from './test-files.ts';

test('the files of tests are where TMPDIR says, open to servers of other users, and gone afterwards', () => {
  const files = openTestFiles({ TMPDIR: tmpdir() });
  expect(files.path.startsWith(join(tmpdir(), 'uptake-test-'))).toBe(true);
  expect(statSync(files.path).mode & 0o7777).toBe(0o1777);
  expect(statSync(join(files.path, '..')).mode & 0o7777).toBe(0o755);
  writeFileSync(join(files.path, 'left'), 'by a test');
  files.remove();
  expect(existsSync(join(files.path, '..'))).toBe(false);
});
