import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkRequirements, REQUIREMENT_IDS, testTitles } from './requirements.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

const TEST_FILE = `
import { test, it } from 'vitest';
test('a batch sent again changes nothing', () => 1);
it.each([1])(\`survives kill -9\`, () => 1);
test(\`survives \${KILLS} kills\`, () => 1);
test.skip('waits for a decision', () => 1);
`;

/** A list in which every requirement is open, with the given lines instead of A1's; returns what is found. */
function check(lines: readonly string[], files: Readonly<Record<string, string>> = {}): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'uptake-requirements-'));
  roots.push(root);
  const others = REQUIREMENT_IDS.filter((id) => id !== 'A1').map((id) => `| ${id} | something | open | issue 4 |`);
  const all = {
    'docs/requirements.md': ['| id | demand | state | test |', '|---|---|---|---|', ...others, ...lines].join('\n'),
    'io/log/log.test.ts': TEST_FILE,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkRequirements(root).map(({ message }) => message);
}

test('there are 89 lines: 84 requirements and five promises', () => {
  expect(REQUIREMENT_IDS).toHaveLength(89);
  expect(new Set(REQUIREMENT_IDS).size).toBe(89);
});

test('a shown requirement names a test that exists', () => {
  expect(check(['| A1 | tasks | shown | `io/log/log.test.ts › a batch sent again changes nothing` |'])).toEqual([]);
  expect(check(['| A1 | tasks | shown | io/log/log.test.ts › survives kill -9 |'])).toEqual([]);
});

test('a test whose name changed is missed', () => {
  expect(check(['| A1 | tasks | shown | `io/log/log.test.ts › a batch sent twice` |'])).toEqual([
    'A1: io/log/log.test.ts has no test "a batch sent twice".',
  ]);
});

test('a test file that went is missed', () => {
  expect(check(['| A1 | tasks | shown | `io/log/gone.test.ts › x` |'])).toEqual([
    'A1: The test file io/log/gone.test.ts does not exist.',
  ]);
});

test('a skipped test shows nothing', () => {
  expect(check(['| A1 | tasks | shown | `io/log/log.test.ts › waits for a decision` |'])).toEqual([
    'A1: The test "waits for a decision" in io/log/log.test.ts is skipped, so it shows nothing.',
  ]);
});

test('each of several tests is looked for', () => {
  const both = '`io/log/log.test.ts › survives kill -9`<br>`io/log/log.test.ts › gone`<br>rest: issue 4';
  expect(check([`| A1 | tasks | partly | ${both} |`])).toEqual(['A1: io/log/log.test.ts has no test "gone".']);
});

test('a part of a contract suite counts where a test runs the whole', () => {
  const row = ['| A1 | tasks | shown | `io/log/order-suite.ts › keeps order` |'];
  const parts = {
    'io/log/order-suite.ts': "import { test } from 'vitest';\ntest('keeps order', () => 1);\n",
    'io/log/suite.ts': "import './order-suite.ts';\n",
  };
  expect(check(row, parts)).toEqual([
    'A1: io/log/order-suite.ts is no test file and no *.test.ts beside it or below imports it.',
  ]);
  expect(check(row, { ...parts, 'io/log/log.test.ts': "import './suite.ts';\n" })).toEqual([]);
});

test('a contract suite counts only where a test beside it runs it', () => {
  const row = ['| A1 | tasks | shown | `io/log/suite.ts › keeps order` |'];
  const suite = { 'io/log/suite.ts': "import { test } from 'vitest';\ntest('keeps order', () => 1);\n" };
  expect(check(row, suite)).toEqual([
    'A1: io/log/suite.ts is no test file and no *.test.ts beside it or below imports it.',
  ]);
  for (const [path, specifier] of [
    ['io/log/log.test.ts', './suite.ts'],
    ['io/log/lmdb/lmdb.test.ts', '../suite.ts'],
  ] as const) {
    expect(check(row, { ...suite, [path]: `import '${specifier}';\n` })).toEqual([]);
  }
});

test('nothing is shown without a test, and nothing open without an issue', () => {
  expect(check(['| A1 | tasks | shown |  |'])).toEqual(['A1: "" is not of the form "path › test name".']);
  expect(check(['| A1 | tasks | partly | rest: issue 4 |'])).toEqual([
    'A1 is partly but names no test: "path › test name".',
  ]);
  expect(check(['| A1 | tasks | open | soon |'])).toEqual([
    'A1 is open, so its last column says what it waits for: "issue 4", or "later".',
  ]);
});

test('a line that is missing, doubled or of no requirement is found', () => {
  expect(check([])).toEqual(['Requirement A1 has no line.']);
  const open = '| A1 | tasks | open | issue 4 |';
  expect(check([open, open])).toEqual(['Requirement A1 has a second line. Leave one.']);
  expect(check([open, '| A25 | more | open | issue 4 |'])).toEqual(['There is no requirement A25.']);
});

test('titles are read from test and it and their variants, not from other calls', () => {
  expect(testTitles('a.test.ts', `${TEST_FILE}describe('not this', () => 1);\nlatest('nor this');`)).toEqual([
    { title: 'a batch sent again changes nothing', isSkipped: false },
    { title: 'survives kill -9', isSkipped: false },
    { title: `survives $\{KILLS} kills`, isSkipped: false },
    { title: 'waits for a decision', isSkipped: true },
  ]);
});
