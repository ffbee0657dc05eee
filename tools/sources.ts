/** Reads the source tree once, so that every rule of the house looks at the same facts: imports, globals, comments. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Expression, parseSync, Visitor } from 'oxc-parser';

/** A broken rule. `message` says what is wrong and what to do. */
export type Finding = { readonly file: string; readonly line: number; readonly rule: string; readonly message: string };

export type Import = {
  readonly specifier: string;
  readonly line: number;
  readonly isTypeOnly: boolean;
  /** Names taken from the module, `*` where it is taken whole. */
  readonly names: readonly string[];
};
/** Use of something ambient: `Date.now`, `process.env`, `fetch`. */
export type Ambient = { readonly expression: string; readonly line: number };
/** `eventLog.append(…)`: the function's name and that of what it was called on, '' where it was called by itself. */
export type Call = { readonly name: string; readonly object: string; readonly line: number };

export type SourceFile = {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly ambients: readonly Ambient[];
  readonly calls: readonly Call[];
  readonly comments: readonly { readonly text: string; readonly line: number }[];
};

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'coverage']);
/** Dotted folders hold tools' state, with this one exception. */
const DOTTED_FOLDERS = new Set(['.ci']);
const CODE = /\.(?:ts|tsx|mts|js|mjs)$/;

/** Every file of the tree, relative to the root, without what is generated, fetched or built. */
export function listFiles(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return entry.isFile() ? [path] : [];
    const isSkipped = SKIPPED_FOLDERS.has(entry.name) || (entry.name.startsWith('.') && !DOTTED_FOLDERS.has(path));
    return isSkipped ? [] : listFiles(root, path);
  });
}

export function readSources(root: string, files: readonly string[]): readonly SourceFile[] {
  return files
    .filter((file) => CODE.test(file) && !file.includes('.generated.'))
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

export function parseSource(path: string, text: string): SourceFile {
  const lineAt = lineCounter(text);
  const parsed = parseSync(path, text);
  const imports: Import[] = [];
  for (const each of parsed.module.staticImports) {
    const isTypeOnly = each.entries.length > 0 && each.entries.every((entry) => entry.isType);
    const names = each.entries.map((entry) => entry.importName.name ?? '*');
    imports.push({ specifier: each.moduleRequest.value, line: lineAt(each.start), isTypeOnly, names });
  }
  const importStarts = new Set(parsed.module.staticImports.map((each) => each.start));
  for (const { entries, start } of parsed.module.staticExports) {
    // Of `export { imported }` the parser tells the import statement, which is already on the list.
    if (importStarts.has(start)) continue;
    const specifier = entries.find((entry) => entry.moduleRequest !== null)?.moduleRequest?.value;
    if (specifier === undefined) continue;
    const isTypeOnly = entries.every((entry) => entry.isType);
    const names = entries.map((entry) => entry.importName.name ?? '*');
    imports.push({ specifier, line: lineAt(start), isTypeOnly, names });
  }
  const ambients: Ambient[] = [];
  const calls: Call[] = [];
  const sawAmbient = (expression: string, offset: number) => ambients.push({ expression, line: lineAt(offset) });
  new Visitor({
    ImportExpression(node) {
      if (node.source.type !== 'Literal' || typeof node.source.value !== 'string') return;
      imports.push({ specifier: node.source.value, line: lineAt(node.start), isTypeOnly: false, names: ['*'] });
    },
    TSImportType(node) {
      imports.push({ specifier: node.source.value, line: lineAt(node.start), isTypeOnly: true, names: ['*'] });
    },
    MemberExpression(node) {
      const property = node.computed
        ? node.property.type === 'Literal' && String(node.property.value)
        : node.property.type === 'Identifier' && node.property.name;
      if (node.object.type === 'Identifier' && property) sawAmbient(`${node.object.name}.${property}`, node.start);
    },
    CallExpression(node) {
      if (node.callee.type === 'Identifier') sawAmbient(`${node.callee.name}()`, node.start);
      const name = lastNameOf(node.callee);
      const object = node.callee.type === 'MemberExpression' ? lastNameOf(node.callee.object) : '';
      if (name !== '') calls.push({ name, object, line: lineAt(node.start) });
    },
    NewExpression(node) {
      if (node.callee.type !== 'Identifier') return;
      sawAmbient(`new ${node.callee.name}(${node.arguments.length > 0 ? '…' : ''})`, node.start);
    },
  }).visit(parsed.program);
  const comments = parsed.comments.map((comment) => ({ text: comment.value, line: lineAt(comment.start) }));
  return { path, text, imports, ambients, calls, comments };
}

/** The name at the end of `a`, `a.b`, `a['b']`, `this.#b`; '' where there is none. */
function lastNameOf(node: Expression): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression') return '';
  const { property } = node;
  if (property.type === 'Literal') return String(property.value);
  return property.type === 'PrivateIdentifier' || (property.type === 'Identifier' && !node.computed)
    ? property.name
    : '';
}

/** The same facts may be told by a naming rule: what serves tests alone may do what tests may do. */
export function isTestCode(path: string): boolean {
  return (
    /\.test\.tsx?$/.test(path) ||
    /(?:^|\/)(?:[\w-]+[.-])?(?:suite|fixture|fixtures|child|testing)\.ts$/.test(path) ||
    path.startsWith('tests/')
  );
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) starts.push(index + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
