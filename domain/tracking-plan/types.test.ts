import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { EventSchema } from './event-schema.ts';
import { parseEventSchema } from './parse.ts';
import { schemaOf } from './schema.fixture.ts';
import { typesOf } from './types.ts';

const directory = mkdtempSync(join(tmpdir(), 'uptake-types-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const examples = new URL('./examples/', import.meta.url);
const read = (document: unknown): EventSchema => {
  const schema = parseEventSchema(document);
  if (Array.isArray(schema)) throw new Error(JSON.stringify(schema));
  return schema;
};
const schemas = [
  ...readdirSync(examples).map((file) => read(JSON.parse(readFileSync(new URL(file, examples), 'utf8')))),
  read(
    schemaOf({
      event_name: 'odd_shapes',
      description: 'Ends */ comments.\nOver lines.',
      properties: {
        type: 'object',
        $defs: { word: { type: 'string' } },
        properties: {
          'with-dash': { $ref: '#/$defs/word' },
          pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
          either: { anyOf: [{ type: 'number' }, { type: 'object', properties: { deep: { enum: [1, null] } } }] },
        },
      },
    }),
  ),
  read(schemaOf({ event_name: 'still_a_draft', state: 'draft' })),
  read(schemaOf({ event_name: 'pinged' })),
];

/** What the compiler says of calls, by line: the numbers of its errors. */
function errorsOf(calls: readonly string[]): Map<number, string> {
  writeFileSync(join(directory, 'events.ts'), typesOf(schemas));
  const head = "import type { Track } from './events.ts';\ndeclare const track: Track;\n";
  writeFileSync(join(directory, 'calls.ts'), head + calls.join('\n'));
  const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
  const options = ['--noEmit', '--strict', '--allowImportingTsExtensions', '--types', '', '--ignoreConfig'];
  try {
    execFileSync(process.execPath, [compiler, ...options, join(directory, 'calls.ts')], {
      cwd: directory,
      encoding: 'utf8',
    });
    return new Map();
  } catch (error) {
    const out = (error as { stdout: string }).stdout;
    const places = [...out.matchAll(/(\w+\.ts)\((\d+),\d+\): error (TS\d+)/g)];
    if (places.length === 0) throw error;
    return new Map(places.map(([, file, line, code]) => [file === 'calls.ts' ? Number(line) - 3 : -1, code!]));
  }
}

describe('the types of a plan', () => {
  test('let the compiler pass good calls and stop bad ones', () => {
    const good = [
      "track('project_created', { project_id: 'prj_12345678', creation_path: 'template', duration_ms: 4 });",
      "track('project_feedback_submitted', { score: 5, sentiment: 'positive', tags: ['docs'], blocker_type: null });",
      "track('odd_shapes', { 'with-dash': 'x', pair: ['a', 1], either: { deep: 1 } });",
      "track('odd_shapes');",
      "track('pinged');",
    ];
    const bad = [
      "track('project_craeted', { project_id: 'p', creation_path: 'template', duration_ms: 4 });",
      "track('project_created', { project_id: 'p', creation_path: 'tempalte', duration_ms: 4 });",
      "track('project_created', { project_id: 'p', creation_path: 'template', duration_ms: '4' });",
      "track('project_created', { project_id: 'p', creation_path: 'template' });",
      "track('project_created', { project_id: 'p', creation_path: 'blank', duration_ms: 4, emial: 'x' });",
      "track('project_created');",
      "track('project_feedback_submitted', { score: 5, sentiment: 'positive', tags: ['dcos'] });",
      "track('odd_shapes', { either: { deep: 2 } });",
      "track('still_a_draft', {});",
      "track('pinged', { extra: 1 });",
    ];
    const errors = errorsOf([...good, ...bad]);
    expect([...errors.keys()].sort((a, b) => a - b)).toEqual(bad.map((_, at) => good.length + at));
  });

  test('do not depend on the order of the schemas', () => {
    expect(typesOf([...schemas].reverse())).toBe(typesOf(schemas));
  });

  test('of an empty plan are a module all the same', () => {
    expect(typesOf([])).toContain('export interface EventProperties {}');
  });
});
