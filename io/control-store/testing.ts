/** A migrated control store of its own for a test, in one call: a copy of a template that the machine makes once. */
import { createHash } from 'node:crypto';
import { constants, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksum } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openPgliteControlStore } from './pglite.ts';
import { startPglite } from './pglite-files.ts';
import type { ControlStore } from './port.ts';

export type TestControlStore = {
  readonly controlStore: ControlStore;
  readonly directory: string;
  /** Closes the store and removes its directory. */
  remove(): Promise<void>;
};

export async function openTestControlStore(): Promise<TestControlStore> {
  const directory = mkdtempSync(join(tmpdir(), 'uptake-control-store-'));
  await layTestControlStore(directory);
  const controlStore = await openPgliteControlStore({ directory });
  return {
    controlStore,
    directory,
    remove: async () => {
      await controlStore.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What the first start would make in `directory`, so that a test that is not about the first start need not wait for it. */
export async function layTestControlStore(directory: string): Promise<void> {
  cpSync(await template(), directory, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

/** Making a cluster takes seconds, copying one a tenth of one. A new schema or PGlite makes a new template. */
async function template(): Promise<string> {
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const key = createHash('sha256')
    .update(MIGRATIONS.map(checksum).join())
    .update(`${pglite} ${statSync(pglite).mtimeMs} without template databases`)
    .digest('hex');
  const templates = join(tmpdir(), 'uptake-control-store-templates');
  const finished = join(templates, key.slice(0, 16));
  if (existsSync(finished)) return finished;
  mkdirSync(templates, { recursive: true });
  const unfinished = mkdtempSync(join(templates, 'unfinished-'));
  await (await openPgliteControlStore({ directory: unfinished })).close();
  await dropTemplateDatabases(join(unfinished, 'pgdata'));
  try {
    renameSync(unfinished, finished);
  } catch (error) {
    // Another test process was faster.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(finished)) throw error;
  }
  return finished;
}

/** Two databases nobody opens, of which `initdb` copies others: two thirds of a cluster's files. */
async function dropTemplateDatabases(cluster: string): Promise<void> {
  const pglite = await startPglite(cluster);
  await pglite.exec("UPDATE pg_database SET datistemplate = false WHERE datname LIKE 'template_'");
  await pglite.exec('DROP DATABASE template0');
  await pglite.exec('DROP DATABASE template1');
  await pglite.close();
}
