/** The npm workspaces: which package a file belongs to, what it declares, and where an import leads. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';

export type Workspace = {
  readonly name: string;
  /** Relative to the root; empty for the root package. */
  readonly folder: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: ReadonlySet<string>;
};

export type Workspaces = { readonly root: Workspace; readonly members: readonly Workspace[] };

export type Target =
  | { readonly kind: 'file'; readonly path: string; readonly workspace: Workspace }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'not_exported'; readonly workspace: Workspace; readonly subpath: string };

type Manifest = {
  name?: string;
  workspaces?: string[];
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
};

export function readWorkspaces(root: string): Workspaces {
  const manifest = readManifest(root);
  const folders = (manifest.workspaces ?? []).flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    if (!existsSync(join(root, parent))) return [];
    return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
  });
  const members = folders.filter((folder) => existsSync(join(root, folder, 'package.json')));
  return {
    root: describe('', manifest),
    members: members.map((folder) => describe(folder, readManifest(join(root, folder)))),
  };
}

export function workspaceOf(path: string, { root, members }: Workspaces): Workspace {
  return members.find((member) => path.startsWith(`${member.folder}/`)) ?? root;
}

/** Where `specifier`, written in the file `from`, leads. Whether a file of that name exists is the compiler's affair. */
export function resolveImport(specifier: string, from: string, workspaces: Workspaces): Target {
  const [bare = specifier] = specifier.split('?');
  if (bare.startsWith('.')) {
    const path = posix.normalize(posix.join(posix.dirname(from), bare));
    return { kind: 'file', path, workspace: workspaceOf(path, workspaces) };
  }
  if (isBuiltin(bare)) return { kind: 'builtin', name: bare.replace(/^node:/, '') };
  const name = packageName(bare);
  const workspace = workspaces.members.find((member) => member.name === name);
  if (workspace === undefined) return { kind: 'package', name };
  const subpath = `.${bare.slice(name.length)}`;
  const target = workspace.exports[subpath];
  if (target === undefined) return { kind: 'not_exported', workspace, subpath };
  return { kind: 'file', path: posix.join(workspace.folder, target), workspace };
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function describe(folder: string, manifest: Manifest): Workspace {
  return {
    name: manifest.name ?? folder,
    folder,
    exports: manifest.exports ?? {},
    dependencies: new Set([
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.devDependencies ?? {}),
    ]),
  };
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
