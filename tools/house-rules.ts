/** Rules that a single file can break: pure domain, one reader of the environment, names, lengths, paths, loose ends. */
import { posix } from 'node:path';
import { placeOf } from './floors.ts';
import { type Finding, isTestCode, type SourceFile } from './sources.ts';

export const MAX_LINES = 400;

/** Names that say nothing about what is inside. */
const EMPTY_NAMES = new Set(['util', 'utils', 'common', 'shared', 'helper', 'helpers', 'misc']);

/** Ambient things `domain/` would read or change the world with, and what to do instead. */
const IMPURE: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/^(?:Date\.now|performance\.now|Date\(\)|new Date\(\))$/, 'Take the time as an argument (`nowMs`).'],
  [/^(?:Math\.random|crypto\.\w+)$/, 'Take the randomness or the hash as an argument.'],
  [/^(?:process\.\w+|fetch\(\)|console\.\w+|globalThis\.\w+)$/, 'Leave it to io/, and take the result as an argument.'],
  [/^(?:setTimeout|setInterval|setImmediate|queueMicrotask)\(\)$/, 'Leave waiting to the caller.'],
];

/**
 * Who may read the environment: the one reader, the tools around the product, the finder of a test browser, and tests
 * where they hand their own environment on to a child process.
 */
const ENVIRONMENT_READERS = /^(?:io\/config\/|tools\/|apps\/server\/launch\.js$|tests\/browser\/chromium\.ts$)/;

/** A home folder or a checkout somewhere: true on one machine alone. */
const MACHINE_PATH = /(?<![\w.:*/\-$}])(?:\/(?:home|Users|root|work)\/\w|[A-Z]:\\Users\\)/;

const LOOSE_ENDS = /\b(?:TODO|FIXME|XXX|HACK)\b/;

/** Text files in which a path of one machine may hide. */
const TEXT = /(?:\.(?:ts|tsx|js|mjs|json|jsonc|md|css|html|svg|sql|sh|ya?ml|toml)|\/run)$/;
const CODE = /\.(?:ts|tsx|js|mjs|css|sql|sh)$/;

export function checkSource(source: SourceFile): readonly Finding[] {
  return [...checkPurity(source), ...checkEnvironment(source), ...checkLooseEnds(source)];
}

/** Rules for any file, code or not. `text` is asked for only where a rule needs it. */
export function checkFile(path: string, text: () => string): readonly Finding[] {
  const isOwnText = TEXT.test(path) && path !== 'package-lock.json' && !path.includes('.generated.');
  return [...checkNames(path), ...(isOwnText ? [...checkLength(path, text()), ...checkPaths(path, text())] : [])];
}

/** Every test file belongs to exactly one project, or it would never run, or run twice. */
export function checkTestProjects(
  files: readonly string[],
  projects: Readonly<Record<string, readonly string[]>>,
): readonly Finding[] {
  return files
    .filter((file) => /\.test\.tsx?$/.test(file))
    .flatMap((file) => {
      const names = Object.keys(projects).filter((name) =>
        projects[name]?.some((pattern) => posix.matchesGlob(file, pattern)),
      );
      if (names.length === 1) return [];
      const message =
        names.length === 0
          ? 'No test project of vitest.config.ts runs this file. Move it, or add its folder to a project.'
          : `The projects ${names.join(' and ')} both run this file. Narrow their patterns in vitest.config.ts.`;
      return [{ file, line: 1, rule: 'test-project', message }];
    });
}

function checkPurity({ path, ambients }: SourceFile): readonly Finding[] {
  if (placeOf(path).floor !== 'domain' || isTestCode(path)) return [];
  return ambients.flatMap(({ expression, line }) => {
    const instead = IMPURE.find(([pattern]) => pattern.test(expression))?.[1];
    if (instead === undefined) return [];
    return [{ file: path, line, rule: 'domain-pure', message: `domain uses no ${expression}. ${instead}` }];
  });
}

function checkEnvironment({ path, ambients, imports }: SourceFile): readonly Finding[] {
  if (ENVIRONMENT_READERS.test(path) || isTestCode(path)) return [];
  const reads = ambients.filter(({ expression }) => expression === 'process.env');
  // `import { env } from 'node:process'` would be the same by another door.
  const doors = imports.filter(({ specifier, isTypeOnly }) => /^(?:node:)?process$/.test(specifier) && !isTypeOnly);
  return [...reads, ...doors].map(({ line }) => ({
    file: path,
    line,
    rule: 'environment',
    message: 'Only io/config reads the environment. Add a setting there and take its value as an argument.',
  }));
}

function checkLooseEnds({ path, comments }: SourceFile): readonly Finding[] {
  return comments
    .filter(({ text }) => LOOSE_ENDS.test(text))
    .map(({ text, line }) => ({
      file: path,
      line,
      rule: 'loose-end',
      message: `The comment leaves an end loose ("${text.trim().slice(0, 60)}"). Do it, or open an issue and say what holds today.`,
    }));
}

function checkNames(path: string): readonly Finding[] {
  const bad = posix
    .dirname(path)
    .split('/')
    .find((folder) => EMPTY_NAMES.has(folder.toLowerCase()));
  if (bad === undefined) return [];
  const message = `A folder "${bad}" says nothing about what is inside. Put the code beside its one user, or name its concept in domain/.`;
  return [{ file: path, line: 1, rule: 'folder-name', message }];
}

function checkLength(path: string, text: string): readonly Finding[] {
  if (!CODE.test(path)) return [];
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines <= MAX_LINES) return [];
  const message = `${lines} lines; ${MAX_LINES} are allowed. Split it where its reasons to change differ.`;
  return [{ file: path, line: MAX_LINES + 1, rule: 'file-length', message }];
}

function checkPaths(path: string, text: string): readonly Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const found = MACHINE_PATH.exec(line);
    if (found === null) return [];
    const message = `"${line.slice(found.index, found.index + 40)}" is a path of one machine. Write it relative to the repository or a setting.`;
    return [{ file: path, line: index + 1, rule: 'machine-path', message }];
  });
}
