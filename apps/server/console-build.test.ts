import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isConsoleStale } from './console-build.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'uptake-console-'));
  write('apps/console/overview/screen.tsx', 100);
  write('domain/contract/index.ts', 100);
  write('package-lock.json', 100);
  write('apps/console/dist/index.html', 200);
  for (const folder of ['apps/console/overview', 'domain/contract']) utimesSync(join(root, folder), 100, 100);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, atSeconds: number): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), 'x');
  utimesSync(join(root, path), atSeconds, atSeconds);
}

test('a console built after its last change is kept', () => {
  expect(isConsoleStale(root)).toBe(false);
});

test.each(['apps/console/overview/screen.tsx', 'domain/contract/index.ts', 'package-lock.json'])(
  'a change of %s makes it stale',
  (path) => {
    write(path, 300);
    expect(isConsoleStale(root)).toBe(true);
  },
);

test('a deleted source makes it stale', () => {
  rmSync(join(root, 'apps/console/overview/screen.tsx'));
  expect(isConsoleStale(root)).toBe(true);
});

test('a change of its tests or of what was built does not', () => {
  write('apps/console/url.test.ts', 300);
  write('apps/console/dist/assets/index.js', 300);
  expect(isConsoleStale(root)).toBe(false);
});

test('one that was never built is stale', () => {
  rmSync(join(root, 'apps/console/dist'), { recursive: true });
  expect(isConsoleStale(root)).toBe(true);
});
