import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { TEST_PROJECTS } from '../vitest.config.ts';
import { checkHouse } from './house.ts';
import type { Finding } from './sources.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** A small house in which every rule holds: the cases below break one rule each. */
const SOUND_HOUSE = {
  'package.json': JSON.stringify({
    name: 'house',
    workspaces: ['domain', 'io', 'capabilities', 'apps/*'],
    devDependencies: { vitest: '1.0.0' },
  }),
  'domain/package.json': manifest('domain', ['contract', 'privacy']),
  'domain/contract/index.ts': "export const limit = 3;\nexport type Limit = number;\nexport * from './row.ts';\n",
  'domain/contract/row.ts': 'export const row = (nowMs: number) => [new Date(nowMs).toISOString()];\n',
  'domain/contract/row.test.ts':
    "import { test } from 'vitest';\nimport { row } from './row.ts';\ntest('x', () => row(Date.now()));\n",
  'domain/privacy/index.ts': "export { limit } from '../contract/index.ts';\n",
  'io/package.json': manifest('io', ['log', 'store', 'observability', 'config'], {
    lmdb: '1.0.0',
    '@uptake/domain': '1.0.0',
  }),
  'io/log/index.ts':
    "import { open } from 'lmdb';\nimport type { Logger } from '../observability/index.ts';\nexport const openLog = (logger: Logger) => open(logger.name);\n",
  'io/store/index.ts': "import { readFile } from 'node:fs/promises';\nexport const read = readFile;\n",
  'io/observability/index.ts': 'export type Logger = { name: string };\n',
  'io/config/index.ts': 'export const port = process.env.PORT;\n',
  'capabilities/package.json': manifest('capabilities', ['access', 'access/read-model', 'collect'], {
    '@uptake/domain': '1.0.0',
  }),
  'capabilities/edges.json': JSON.stringify({
    read_models: [{ from: 'collect', to: 'access', for: 'keys' }],
    io: [{ from: '*', to: 'observability', for: 'types' }],
    domain_packages: [],
  }),
  'capabilities/access/index.ts':
    "import type { IncomingMessage } from 'node:http';\nexport const create = (request: IncomingMessage) => request;\n",
  'capabilities/access/read-model.ts': "import { limit } from '@uptake/domain/contract';\nexport const keys = limit;\n",
  'capabilities/collect/index.ts': "import { keys } from '../access/read-model.ts';\nexport const door = keys;\n",
  'apps/server/package.json': manifest('server', [], { '@uptake/io': '1.0.0', '@uptake/capabilities': '1.0.0' }),
  'apps/server/start.ts':
    "import { door } from '@uptake/capabilities/collect';\nimport { port } from '@uptake/io/config';\nconsole.log(door, port);\n",
  'tools/check.ts': "import { door } from '@uptake/capabilities/collect';\nconsole.log(door, process.env.PATH);\n",
};

function manifest(name: string, rooms: readonly string[], dependencies: Record<string, string> = {}): string {
  const exports = Object.fromEntries(
    rooms.map((room) => [`./${room}`, room.includes('/') ? `./${room}.ts` : `./${room}/index.ts`]),
  );
  return JSON.stringify({ name: `@uptake/${name}`, exports, dependencies });
}

function check(changes: Readonly<Record<string, string>>): readonly Finding[] {
  const root = mkdtempSync(join(tmpdir(), 'uptake-house-'));
  roots.push(root);
  for (const [path, text] of Object.entries({ ...SOUND_HOUSE, ...changes })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkHouse(root, TEST_PROJECTS);
}

/** `file:line rule` of everything found. */
function found(changes: Readonly<Record<string, string>>): readonly string[] {
  return check(changes).map(({ file, line, rule }) => `${file}:${line} ${rule}`);
}

const line2 = (text: string) => `export const first = 1;\n${text}\n`;

test('finds nothing in a sound house', () => {
  expect(check({})).toEqual([]);
});

describe('imports lead downward', () => {
  test.each([
    ['domain', 'domain/contract/clock.ts', '@uptake/io/log'],
    ['io', 'io/store/up.ts', '@uptake/capabilities/access'],
    ['capabilities', 'capabilities/access/up.ts', '../../apps/server/start.ts'],
  ])('%s may not import what is above it', (_floor, file, specifier) => {
    const findings = found({ [file]: line2(`export * from '${specifier}';`) });
    expect(findings).toContainEqual(expect.stringMatching(new RegExp(`^${file}:2 (?:floor|leaves-package)$`)));
  });

  test('a test may not look up either', () => {
    expect(found({ 'io/log/log.test.ts': line2("import '@uptake/capabilities/access';") })).toEqual([
      'io/log/log.test.ts:2 floor',
    ]);
  });

  test('a type-only import, a re-export, a dynamic import and an import in a type are imports', () => {
    const lines = [
      "import type { door } from '@uptake/capabilities/collect';",
      "export { door } from '@uptake/capabilities/collect';",
      "export const late = () => import('@uptake/capabilities/collect');",
      "export type Late = import('@uptake/capabilities/collect').Door;",
    ];
    for (const line of lines) expect(found({ 'io/store/up.ts': line2(line) })).toEqual(['io/store/up.ts:2 floor']);
  });

  test('a relative import does not leave its package', () => {
    expect(found({ 'io/store/row.ts': line2("export * from '../../domain/contract/index.ts';") })).toEqual([
      'io/store/row.ts:2 leaves-package',
    ]);
  });

  test('a room that is not exported cannot be imported by package name', () => {
    expect(found({ 'io/store/row.ts': line2("export * from '@uptake/domain/secret';") })).toEqual([
      'io/store/row.ts:2 not-exported',
    ]);
  });

  test('a package imports only what it declares', () => {
    expect(found({ 'io/store/row.ts': line2("import pg from 'pg/lib/client';\nexport { pg };") })).toEqual([
      'io/store/row.ts:2 undeclared-package',
    ]);
  });
});

test('an app reaches the packages of this repository that it declares', () => {
  const changes = {
    'apps/console/package.json': manifest('console', [], { '@uptake/domain': '1.0.0' }),
    'apps/console/main.ts': "import '@uptake/domain/contract';\nimport '@uptake/io/log';\n",
  };
  expect(found(changes)).toEqual(['apps/console/main.ts:2 undeclared-package']);
});

describe('rooms of one floor', () => {
  test('a capability reads another through its read model alone', () => {
    expect(found({ 'capabilities/collect/door.ts': line2("export * from '../access/index.ts';") })).toEqual([
      'capabilities/collect/door.ts:2 read-model',
    ]);
  });

  test('an edge between capabilities is on the list', () => {
    const [edge] = check({
      'capabilities/insights/index.ts': line2("export * from '../access/read-model.ts';"),
    });
    expect(edge).toMatchObject({ file: 'capabilities/insights/index.ts', line: 2, rule: 'edge' });
    expect(edge?.message).toContain('capabilities/edges.json');
  });

  test('an edge on the list is used', () => {
    expect(found({ 'capabilities/collect/index.ts': 'export const door = 1;\n' })).toEqual([
      'capabilities/edges.json:1 edge-unused',
    ]);
  });

  test('the listed edges have no cycle', () => {
    const edges = {
      read_models: [
        { from: 'collect', to: 'access', for: 'keys' },
        { from: 'access', to: 'collect', for: 'nothing good' },
      ],
      io: [{ from: '*', to: 'observability', for: 'types' }],
      domain_packages: [],
    };
    const findings = check({ 'capabilities/edges.json': JSON.stringify(edges) });
    expect(findings.map(({ rule }) => rule)).toContain('edge-cycle');
    expect(findings[0]?.message).toContain('access → collect → access');
  });

  test('rooms of io do not know each other unless listed', () => {
    expect(found({ 'io/store/row.ts': line2("export * from '../log/index.ts';") })).toEqual(['io/store/row.ts:2 edge']);
  });

  test('a test may build what it tests from other rooms', () => {
    expect(found({ 'capabilities/collect/door.test.ts': line2("import '@uptake/capabilities/access';") })).toEqual([]);
  });

  test('code of the product does not import what serves tests', () => {
    const changes = {
      'io/log/suite.ts': 'export const suite = 1;\n',
      'io/store/index.ts': line2("export * from './more.ts';"),
      'io/store/more.ts': line2("export * from '../log/suite.ts';"),
    };
    expect(found(changes)).toContain('io/store/more.ts:2 test-code');
  });

  test('a program that only tests start may import what serves tests', () => {
    const changes = {
      'io/log/suite.ts': 'export const suite = 1;\n',
      'io/log/append-until-killed.ts': line2("export * from './suite.ts';"),
    };
    expect(found(changes)).toEqual([]);
  });
});

describe('cycles', () => {
  test('files do not import each other, not even for types', () => {
    const [cycle] = check({
      'io/store/a.ts': line2("import type { b } from './b.ts';\nexport type A = typeof b;"),
      'io/store/b.ts': "export * from './c.ts';\nexport const b = 1;\n",
      'io/store/c.ts': "export * from './a.ts';\n",
    });
    expect(cycle).toMatchObject({ file: 'io/store/a.ts', line: 2, rule: 'cycle' });
    expect(cycle?.message).toContain('io/store/a.ts → io/store/b.ts → io/store/c.ts → io/store/a.ts');
  });

  test('rooms do not import each other, even where their files do not', () => {
    const changes = {
      'domain/contract/more.ts': "export * from '../privacy/leaf.ts';\n",
      'domain/privacy/leaf.ts': 'export const leaf = 1;\n',
    };
    const [cycle] = check(changes);
    expect(cycle?.rule).toBe('room-cycle');
    expect(cycle?.message).toContain('domain/contract → domain/privacy → domain/contract');
  });
});

describe('domain is pure', () => {
  test.each([
    'Date.now()',
    'new Date()',
    'Date()',
    'performance.now()',
    'Math.random()',
    'crypto.randomUUID()',
    'process.env.PORT',
    "process['env']",
    "fetch('https://example.org')",
    'console.log(1)',
    'setTimeout(() => 1, 2)',
  ])('it does without %s', (expression) => {
    const rules = check({ 'domain/contract/clock.ts': line2(`export const second = ${expression};`) });
    expect(rules).toContainEqual(
      expect.objectContaining({ file: 'domain/contract/clock.ts', line: 2, rule: 'domain-pure' }),
    );
  });

  test('it imports neither Node nor npm packages, types included', () => {
    for (const line of [
      "import { createHash } from 'node:crypto';",
      "import 'lodash';",
      "import type { A } from 'fs';",
    ]) {
      expect(found({ 'domain/contract/hash.ts': line2(line) })).toEqual(['domain/contract/hash.ts:2 domain-pure']);
    }
  });

  test('a time given as an argument is no clock', () => {
    expect(
      found({ 'domain/contract/time.ts': 'export const year = (ms: number) => new Date(ms).getUTCFullYear();\n' }),
    ).toEqual([]);
  });
});

describe('the way outside', () => {
  test('a capability reaches outside the process through io alone', () => {
    expect(
      found({
        'capabilities/collect/file.ts': line2("import { readFileSync } from 'node:fs';\nexport { readFileSync };"),
      }),
    ).toEqual(['capabilities/collect/file.ts:2 outside-through-io']);
  });

  test('arithmetic on addresses reaches nowhere', () => {
    const text = "import { BlockList, isIP } from 'node:net';\nexport const list = [new BlockList(), isIP('::1')];\n";
    expect(found({ 'capabilities/collect/addresses.ts': text })).toEqual([]);
    const reaching = "import { connect, isIP } from 'node:net';\nexport const both = [connect, isIP];\n";
    expect(found({ 'capabilities/collect/addresses.ts': reaching })).toEqual([
      'capabilities/collect/addresses.ts:1 outside-through-io',
    ]);
  });

  test.each(['process.env.PORT', "process['env']", '{ ...process.env }'])(
    'only io/config reads the environment: %s',
    (expression) => {
      expect(found({ 'io/store/port.ts': line2(`export const port = ${expression};`) })).toEqual([
        'io/store/port.ts:2 environment',
      ]);
    },
  );

  test('the environment has no second door', () => {
    expect(found({ 'apps/server/env.ts': line2("export { env } from 'node:process';") })).toEqual([
      'apps/server/env.ts:2 environment',
    ]);
  });
});

describe('files and folders', () => {
  test.each(['utils', 'common', 'shared', 'helpers', 'misc'])('no folder is called %s', (name) => {
    expect(found({ [`io/${name}/time.ts`]: 'export const a = 1;\n' })).toEqual([`io/${name}/time.ts:1 folder-name`]);
  });

  test('a file of 400 lines is allowed, one of 401 is not', () => {
    expect(found({ 'io/store/long.ts': '// a line\n'.repeat(400) })).toEqual([]);
    expect(found({ 'io/store/long.ts': '// a line\n'.repeat(401) })).toEqual(['io/store/long.ts:401 file-length']);
    expect(found({ 'io/store/long.generated.ts': '// a line\n'.repeat(401) })).toEqual([]);
  });

  test.each(['/home', '/Users', '/root'])('no path of one machine, here below %s', (home) => {
    expect(found({ 'docs/setup.md': `# Setup\ncd ${home}/ada/uptake\n` })).toEqual(['docs/setup.md:2 machine-path']);
  });

  test('an address or a relative path that looks alike is none', () => {
    expect(found({ 'docs/setup.md': 'https://example.org/home/ada, ./root/x, apps/work/y\n' })).toEqual([]);
  });

  test('no comment leaves an end loose', () => {
    expect(found({ 'io/store/loose.ts': line2(`// ${'TO'}DO: retry`) })).toEqual(['io/store/loose.ts:2 loose-end']);
    expect(found({ 'io/store/words.ts': line2(`export const state = '${'TO'}DO';`) })).toEqual([]);
  });

  test('a test file that no project runs is found', () => {
    expect(found({ 'deploy/compose.test.ts': "import { test } from 'vitest';\ntest('x', () => 1);\n" })).toEqual([
      'deploy/compose.test.ts:1 test-project',
    ]);
  });
});
