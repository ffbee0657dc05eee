/** The floors of the house: imports lead downward only, rooms of one floor meet only where `edges.json` says so. */
import { posix } from 'node:path';
import { findCycles } from './cycles.ts';
import { checkEdges, EDGES_FILE, type Edges, edgeKey } from './edges.ts';
import { type Finding, type Import, isTestCode, type SourceFile } from './sources.ts';
import { resolveImport, type Target, type Workspace, type Workspaces, workspaceOf } from './workspaces.ts';

/** What each floor may stand on, itself included. What is no floor (tools, tests, bench) may look at everything. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain'],
  io: ['io', 'domain'],
  capabilities: ['capabilities', 'io', 'domain'],
  apps: ['apps', 'capabilities', 'io', 'domain'],
  sdks: ['sdks', 'domain'],
};

/** Modules of Node that reach outside the process: rooms of `io/` use them, capabilities do not. */
const OUTWARD_MODULES =
  /^(?:fs|net|tls|http2?|https|dns|dgram|child_process|cluster|worker_threads|os|sqlite|inspector)(?:\/|$)/;

/** What they hold that reaches nowhere: arithmetic on addresses. */
const PURE_NAMES = new Set(['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress']);

type Place = { readonly floor: string | undefined; readonly room: string };

export function checkFloors(sources: readonly SourceFile[], workspaces: Workspaces, edges: Edges): readonly Finding[] {
  const findings: Finding[] = [];
  const usedEdges = new Set<string>();
  const product = filesOfProduct(sources, workspaces);
  for (const { path, imports } of sources) {
    for (const each of imports) {
      const target = resolveImport(each.specifier, path, workspaces);
      const broken =
        (product.has(path) ? checkTestCode(target) : undefined) ??
        checkImport(path, each, target, workspaces, edges, usedEdges);
      if (broken !== undefined) findings.push({ file: path, line: each.line, ...broken });
    }
  }
  return [...findings, ...checkEdges(edges, usedEdges), ...checkCycles(sources, workspaces)];
}

/**
 * What the product can come to load: what it imports, what a package exports, the mains of apps. The rest are tests and
 * the programs that tests start.
 */
function filesOfProduct(sources: readonly SourceFile[], workspaces: Workspaces): ReadonlySet<string> {
  const reached = sources
    .filter(({ path }) => placeOf(path).floor !== undefined && !isTestCode(path))
    .flatMap(({ path, imports }) => imports.map(({ specifier }) => resolveImport(specifier, path, workspaces)))
    .flatMap((target) => (target.kind === 'file' ? [target.path] : []));
  const exported = workspaces.members.flatMap(({ folder, exports }) =>
    Object.values(exports).map((file) => posix.join(folder, file)),
  );
  const mains = sources.flatMap(({ path }) => (placeOf(path).floor === 'apps' ? [path] : []));
  return new Set([...reached, ...exported, ...mains].filter((path) => !isTestCode(path)));
}

function checkTestCode(target: Target): Broken | undefined {
  if (target.kind !== 'file' || !isTestCode(target.path)) return undefined;
  return { rule: 'test-code', message: `${target.path} serves tests; code of the product does not import it.` };
}

type Broken = { readonly rule: string; readonly message: string };

function checkImport(
  from: string,
  { specifier, isTypeOnly, names }: Import,
  target: Target,
  workspaces: Workspaces,
  edges: Edges,
  usedEdges: Set<string>,
): Broken | undefined {
  const own = workspaceOf(from, workspaces);
  switch (target.kind) {
    case 'builtin':
      return checkBuiltin(from, target.name, isTypeOnly || names.every((name) => PURE_NAMES.has(name)));
    case 'package':
      return checkPackage(from, target.name, own, workspaces, edges);
    case 'not_exported':
      return {
        rule: 'not-exported',
        message: `${target.workspace.name} does not export "${target.subpath}". Import a room it exports, or add the room to "exports" in ${target.workspace.folder}/package.json.`,
      };
    case 'file': {
      if (specifier.startsWith('.') && target.workspace !== own)
        return checkLeaving(from, target.path, target.workspace);
      return (
        checkFloor(from, target) ??
        checkRoom(from, target.path, edges, usedEdges) ??
        checkDeclared(own, target.workspace)
      );
    }
  }
}

function checkBuiltin(from: string, name: string, isHarmless: boolean): Broken | undefined {
  if (isTestCode(from)) return undefined;
  const { floor } = placeOf(from);
  if (floor === 'domain' || floor === 'sdks') {
    return {
      rule: 'domain-pure',
      message: `domain is true without a computer, so it imports nothing of Node ("${name}"). Take the value as an argument.`,
    };
  }
  if (floor === 'capabilities' && !isHarmless && OUTWARD_MODULES.test(name)) {
    return {
      rule: 'outside-through-io',
      message: `"${name}" reaches outside the process. A capability goes through a room of io/; add a port there.`,
    };
  }
  return undefined;
}

function checkPackage(
  from: string,
  name: string,
  own: Workspace,
  { root, members }: Workspaces,
  edges: Edges,
): Broken | undefined {
  const isTest = isTestCode(from);
  if (placeOf(from).floor === 'domain' && !isTest) {
    if (edges.domain_packages.some((allowed) => allowed.name === name)) return undefined;
    return {
      rule: 'domain-pure',
      message: `domain imports no npm package but those under "domain_packages" in ${EDGES_FILE}; "${name}" is not there.`,
    };
  }
  const declared = own === root ? [root, ...members] : isTest ? [own, root] : [own];
  if (declared.some((workspace) => workspace.dependencies.has(name))) return undefined;
  return {
    rule: 'undeclared-package',
    message: `"${name}" is not a dependency of ${own.name}. Declare it: npm i --save-exact ${name} -w ${own.name}`,
  };
}

/** Packages of this repository are declared like any other: the console, say, cannot reach the stores by accident. */
function checkDeclared(own: Workspace, target: Workspace): Broken | undefined {
  if (own === target || own.folder === '' || own.dependencies.has(target.name)) return undefined;
  return {
    rule: 'undeclared-package',
    message: `"${target.name}" is not a dependency of ${own.name}. Add it to ${own.folder}/package.json, if it should be one.`,
  };
}

function checkLeaving(from: string, path: string, target: Workspace): Broken | undefined {
  if (isTestCode(from) && path.startsWith('conformance/')) return undefined;
  // A benchmark may measure what no package shows: a layout, a step, the SQL below the seam.
  if (from.startsWith('bench/')) return undefined;
  return {
    rule: 'leaves-package',
    message: `A relative import does not leave its package. Import ${path} by the package name (${target.name}/…).`,
  };
}

function checkFloor(from: string, target: { path: string }): Broken | undefined {
  const { floor } = placeOf(from);
  if (floor === undefined) return undefined;
  const { floor: reached } = placeOf(target.path);
  const allowed = FLOORS[floor] ?? [];
  if (reached !== undefined && allowed.includes(reached)) return undefined;
  return {
    rule: 'floor',
    message: `${floor} stands on ${allowed.slice(1).join(', ') || 'nothing'}; ${target.path} is not below it. Take what is needed as an argument, or move it down.`,
  };
}

function checkRoom(from: string, path: string, edges: Edges, usedEdges: Set<string>): Broken | undefined {
  const here = placeOf(from);
  const there = placeOf(path);
  if (here.floor !== there.floor || here.room === there.room) return undefined;
  if (isTestCode(from)) return undefined;
  if (here.floor === 'capabilities') {
    if (path !== `capabilities/${there.room}/read-model.ts`) {
      return {
        rule: 'read-model',
        message: `${here.room} may read ${there.room} through @uptake/capabilities/${there.room}/read-model alone, not ${path}.`,
      };
    }
    usedEdges.add(edgeKey(here.room, there.room));
    if (edges.read_models.some((edge) => edge.from === here.room && edge.to === there.room)) return undefined;
    return {
      rule: 'edge',
      message: `${here.room} → ${there.room} is no edge of ${EDGES_FILE}. Add it with its purpose under "read_models", or do without.`,
    };
  }
  if (here.floor === 'io') {
    const isListed = edges.io.some((edge) => (edge.from === '*' || edge.from === here.room) && edge.to === there.room);
    if (isListed) return undefined;
    return {
      rule: 'edge',
      message: `Rooms of io/ do not know each other: ${here.room} → ${there.room} is not under "io" in ${EDGES_FILE}. Take it as an argument.`,
    };
  }
  return undefined;
}

/** Floor and room by path: `capabilities/collect/pipeline.ts` → capabilities, collect. */
export function placeOf(path: string): Place {
  const [first = '', second = ''] = path.split('/');
  const isFloor = first in FLOORS && path.includes('/');
  if (!isFloor) return { floor: undefined, room: first };
  return { floor: first, room: second.includes('.') ? '' : second };
}

/** Of files, and of rooms as far as code of the product goes: tests may build what they test from anywhere. */
function checkCycles(sources: readonly SourceFile[], workspaces: Workspaces): readonly Finding[] {
  const files = new Map<string, string[]>(sources.map(({ path }) => [path, []]));
  const rooms = new Map<string, string[]>();
  const firstLine = new Map<string, number>();
  for (const { path, imports } of sources) {
    for (const { specifier, line } of imports) {
      const target = resolveImport(specifier, path, workspaces);
      if (target.kind !== 'file' || !files.has(target.path)) continue;
      files.get(path)?.push(target.path);
      const key = `${path} ${target.path}`;
      if (!firstLine.has(key)) firstLine.set(key, line);
      const [here, there] = [roomKey(path), roomKey(target.path)];
      if (here !== there && !isTestCode(path)) rooms.set(here, [...(rooms.get(here) ?? []), there]);
    }
  }
  const ofFiles = findCycles(files).map((cycle) => ({
    file: cycle[0] ?? '',
    line: firstLine.get(`${cycle[0]} ${cycle[1]}`) ?? 1,
    rule: 'cycle',
    message: `These files import each other: ${cycle.join(' → ')}. Move what they share to one of them or to a third.`,
  }));
  const ofRooms = findCycles(rooms).map((cycle) => ({
    file: cycle[0] ?? '',
    line: 1,
    rule: 'room-cycle',
    message: `These rooms import each other: ${cycle.join(' → ')}. One of them should not know the other.`,
  }));
  return [...ofFiles, ...ofRooms];
}

function roomKey(path: string): string {
  const { floor, room } = placeOf(path);
  return floor === undefined ? room : `${floor}/${room}`;
}
