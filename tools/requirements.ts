/**
 * Keeps `docs/requirements.md` true: every requirement has its line, and a line that says a requirement is shown names a
 * test that exists.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { type Finding, listFiles, parseSource } from './sources.ts';

export const REQUIREMENTS_FILE = 'docs/requirements.md';

/** How many there are under each letter. */
const FAMILIES = { A: 24, L: 11, P: 15, S: 10, E: 24, 'PROMISE-': 5 } as const;
export const REQUIREMENT_IDS = Object.entries(FAMILIES).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
);

export const STATES = ['shown', 'partly', 'open'] as const;
export type State = (typeof STATES)[number];

export type Row = {
  readonly line: number;
  readonly id: string;
  readonly demand: string;
  readonly state: string;
  /** What the last column says: `path › test name`, several separated by `<br>`; what it waits for where the state is open. */
  readonly proof: string;
};

export function parseRequirements(text: string): readonly Row[] {
  return text.split('\n').flatMap((line, index) => {
    if (!/^\|\s*(?:[A-Z]\d+|PROMISE-\d+)\s*\|/.test(line)) return [];
    const [id = '', demand = '', state = '', proof = ''] = splitCells(line);
    return [{ line: index + 1, id, demand, state, proof }];
  });
}

export function checkRequirements(root: string): readonly Finding[] {
  const path = join(root, REQUIREMENTS_FILE);
  if (!existsSync(path)) return [finding(1, `${REQUIREMENTS_FILE} is missing.`)];
  const rows = parseRequirements(readFileSync(path, 'utf8'));
  return [...checkIds(rows), ...rows.flatMap((row) => checkRow(root, row))];
}

function checkIds(rows: readonly Row[]): readonly Finding[] {
  const seen = new Set<string>();
  const doubled = rows.filter(({ id }) => seen.size === seen.add(id).size);
  const missing = REQUIREMENT_IDS.filter((id) => !seen.has(id));
  const unknown = rows.filter(({ id }) => !REQUIREMENT_IDS.includes(id));
  return [
    ...missing.map((id) => finding(1, `Requirement ${id} has no line.`)),
    ...doubled.map(({ id, line }) => finding(line, `Requirement ${id} has a second line. Leave one.`)),
    ...unknown.map(({ id, line }) => finding(line, `There is no requirement ${id}.`)),
  ];
}

function checkRow(root: string, { id, line, demand, state, proof }: Row): readonly Finding[] {
  if (demand === '') return [finding(line, `${id} does not say what is demanded.`)];
  if (state === 'open') {
    if (/^(?:issue \d+|later)$/.test(proof)) return [];
    return [finding(line, `${id} is open, so its last column says what it waits for: "issue 4", or "later".`)];
  }
  if (state !== 'shown' && state !== 'partly') {
    return [finding(line, `${id} has the state "${state}"; it is one of ${STATES.join(', ')}.`)];
  }
  // A partly shown one may go on to say which issue the rest waits for.
  const proofs = proof.split('<br>').map((each) => each.trim().replaceAll('\\|', '|'));
  const tests = proofs.filter((each) => !(state === 'partly' && /^rest: (?:issue \d+|later)$/.test(each)));
  if (tests.length === 0) return [finding(line, `${id} is ${state} but names no test: "path › test name".`)];
  return tests.flatMap((test) => {
    const broken = checkTest(root, test);
    return broken === undefined ? [] : [finding(line, `${id}: ${broken}`)];
  });
}

/** What is wrong with `path › test name`, or `undefined`. */
function checkTest(root: string, proof: string): string | undefined {
  const [file = '', ...names] = proof.replace(/^`|`$/g, '').split(' › ');
  const title = names.join(' › ');
  if (title === '') return `"${proof}" is not of the form "path › test name".`;
  if (!existsSync(join(root, file))) return `The test file ${file} does not exist.`;
  if (!isRun(root, file)) return `${file} is no test file and no *.test.ts beside it or below imports it.`;
  const titles = testTitles(file, readFileSync(join(root, file), 'utf8'));
  const found = titles.find((test) => test.title === title);
  if (found === undefined) return `${file} has no test "${title}".`;
  return found.isSkipped ? `The test "${title}" in ${file} is skipped, so it shows nothing.` : undefined;
}

/** A contract suite counts where a test file beside it or below imports it, itself or through another suite. */
function isRun(root: string, file: string, seen: ReadonlySet<string> = new Set()): boolean {
  if (/\.test\.tsx?$/.test(file)) return true;
  if (seen.has(file)) return false;
  return listFiles(root, posix.dirname(file))
    .filter((path) => /(?:\.test|suite)\.tsx?$/.test(path))
    .filter((path) => importsOf(root, path).some((specifier) => posix.join(posix.dirname(path), specifier) === file))
    .some((path) => isRun(root, path, new Set([...seen, file])));
}

function importsOf(root: string, path: string): readonly string[] {
  return parseSource(path, readFileSync(join(root, path), 'utf8')).imports.map(({ specifier }) => specifier);
}

type TestTitle = { readonly title: string; readonly isSkipped: boolean };

/** Titles given to `test` and `it`, their variants (`test.each(…)`, `test.skip`) included, as they stand between their quotes. */
export function testTitles(file: string, text: string): readonly TestTitle[] {
  const titles: TestTitle[] = [];
  new Visitor({
    CallExpression(node) {
      const title = node.arguments[0];
      const callee = text.slice(node.callee.start, node.callee.end);
      if (title === undefined || !/^(?:test|it)\b/.test(callee)) return;
      const isSkipped = /\.(?:skip|todo|fails)\b/.test(callee);
      if (title.type === 'Literal' && typeof title.value === 'string') titles.push({ title: title.value, isSkipped });
      if (title.type === 'TemplateLiteral')
        titles.push({ title: text.slice(title.start + 1, title.end - 1), isSkipped });
    },
  }).visit(parseSync(file, text).program);
  return titles;
}

function splitCells(line: string): readonly string[] {
  return line
    .slice(1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

function finding(line: number, message: string): Finding {
  return { file: REQUIREMENTS_FILE, line, rule: 'requirements', message };
}
