/**
 * Reads the text of a question before it runs: splits code from literals, binds parameters, and refuses what would walk
 * round the scope filter. One scanner serves both, so that they cannot disagree about where a literal ends.
 */
import type { QueryParameter } from './port.ts';

type Segment = { readonly kind: 'code' | 'literal' | 'name' | 'comment' | 'placeholder'; readonly text: string };

/** The parts of a statement in order; throws `SyntaxError` where a literal, quoted name or comment does not end. */
export function segments(sql: string): Segment[] {
  const parts: Segment[] = [];
  let codeFrom = 0;
  for (let at = 0; at < sql.length; ) {
    const end = endOfSpecial(sql, at);
    if (end === undefined) {
      at += 1;
      continue;
    }
    if (at > codeFrom) parts.push({ kind: 'code', text: sql.slice(codeFrom, at) });
    parts.push({ kind: KIND_BY_OPENER[sql[at] ?? ''] ?? 'comment', text: sql.slice(at, end) });
    at = end;
    codeFrom = end;
  }
  if (codeFrom < sql.length) parts.push({ kind: 'code', text: sql.slice(codeFrom) });
  return parts;
}

const KIND_BY_OPENER: Readonly<Record<string, Segment['kind']>> = {
  "'": 'literal',
  '"': 'name',
  '`': 'name',
  '{': 'placeholder',
};

/** `{name:Type}`; a type may hold a text of its own, as in `DateTime64(3, 'UTC')`. */
const PLACEHOLDER = /\{\s*([A-Za-z_]\w*)\s*:\s*([A-Za-z][\w(), '/]*)\}/y;

function endOfSpecial(sql: string, at: number): number | undefined {
  const opener = sql[at];
  if (opener === "'" || opener === '"' || opener === '`') return endOfQuoted(sql, at);
  if (opener === '{') {
    PLACEHOLDER.lastIndex = at;
    return PLACEHOLDER.test(sql) ? PLACEHOLDER.lastIndex : undefined;
  }
  if (sql.startsWith('--', at)) {
    const lineEnd = sql.indexOf('\n', at);
    return lineEnd < 0 ? sql.length : lineEnd;
  }
  if (!sql.startsWith('/*', at)) return undefined;
  const commentEnd = sql.indexOf('*/', at + 2);
  if (commentEnd < 0) throw new SyntaxError('a comment does not end');
  return commentEnd + 2;
}

function endOfQuoted(sql: string, start: number): number {
  for (let at = start + 1; at < sql.length; at += 1) {
    if (sql[at] === '\\') at += 1;
    else if (sql[at] === sql[start]) return at + 1;
  }
  throw new SyntaxError('a literal or quoted name does not end');
}

/** Table functions that read nothing but their arguments. */
const HARMLESS_TABLE_FUNCTIONS = new Set([
  'format',
  'generate_series',
  'generateseries',
  'null',
  'numbers',
  'numbers_mt',
  'values',
  'view',
  'zeros',
]);

const FORBIDDEN_WORDS = new Set(['format', 'information_schema', 'into', 'settings', 'system']);

/**
 * Why a question may not run, or `undefined`. The scope filter is the wall; settings of its own, the engine's catalogue
 * and table functions (`tableFunctions`, in lower case) are the ways in which a careless question could read past it.
 */
export function refusal(sql: string, tableFunctions: ReadonlySet<string>): string | undefined {
  let code: string;
  try {
    // A quoted name stays without its quotes: "system"."tables" must look like what it is.
    code = segments(sql)
      .map((part) => (part.kind === 'code' ? part.text : part.kind === 'name' ? ` ${part.text.slice(1, -1)} ` : " '' "))
      .join('');
  } catch (error) {
    return (error as SyntaxError).message;
  }
  if (!/^[\s(']*(select|with)\b/i.test(code)) return 'a question must be a SELECT';
  if (code.includes(';')) return 'a question must be one statement';
  // Both open literals or comments that the scanner does not follow.
  if (/[#$]/.test(code)) return 'the characters # and $ may stand in literals only';
  for (const [, word = '', call] of code.matchAll(/([A-Za-z_][A-Za-z0-9_]*)\s*(\()?/g)) {
    if (call === undefined && FORBIDDEN_WORDS.has(word.toLowerCase())) return `the word ${word} is not allowed`;
    if (
      call !== undefined &&
      tableFunctions.has(word.toLowerCase()) &&
      !HARMLESS_TABLE_FUNCTIONS.has(word.toLowerCase())
    ) {
      return `the table function ${word} is not allowed`;
    }
  }
  return undefined;
}

/**
 * Replaces each `{name:Type}` by its value as a typed literal. chDB binds parameters through a table shared by the whole
 * process, so its client runs bound questions one at a time; literals let them run side by side. A value can end up
 * nowhere but inside a literal, because only this function writes it and only `quote` escapes it.
 */
export function bindParameters(sql: string, parameters: Readonly<Record<string, QueryParameter>>): string {
  return segments(sql)
    .map((part) => {
      if (part.kind !== 'placeholder') return part.text;
      PLACEHOLDER.lastIndex = 0;
      const [, name = '', type = ''] = PLACEHOLDER.exec(part.text) ?? [];
      if (!Object.hasOwn(parameters, name)) throw new TypeError(`parameter ${name} has no value`);
      return typedLiteral(name, parameters[name] as QueryParameter, type.trim());
    })
    .join('');
}

function typedLiteral(name: string, value: QueryParameter, type: string): string {
  if (type === 'String' && typeof value === 'string') return quote(value);
  const isList = Array.isArray(value);
  if (isList !== type.startsWith('Array(')) throw new TypeError(`parameter ${name} does not fit ${type}`);
  const text = isList
    ? `[${value.map((item) => scalar(name, item)).join(', ')}]`
    : scalar(name, value as QueryParameter);
  return `CAST(${text}, ${quote(type)})`;
}

function scalar(name: string, value: QueryParameter): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`parameter ${name} is not a finite number`);
    return String(value);
  }
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw new TypeError(`parameter ${name} is of no kind a question can bind`);
}

/** A text as an SQL literal. A backslash or quote inside it can only stand for itself. */
export function quote(text: string): string {
  return `'${text.replace(/[\\'\0]/g, (char) => (char === '\0' ? '\\0' : `\\${char}`))}'`;
}
