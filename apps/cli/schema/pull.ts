/** `uptake schema pull`. */
import { existsSync } from 'node:fs';
import { diffPlans } from './plan-diff.ts';
import { connect, type RemoteOptions } from './remote.ts';
import { readSchemaFiles, schemaPath, writeSchemaFile } from './schema-files.ts';

export type PullOptions = RemoteOptions & { readonly force?: true };

/** Whether every file says what the server says. Files that say something else stay as they are without `--force`. */
export async function pullSchemas(options: PullOptions): Promise<boolean> {
  const { dir, force } = options;
  const planned = await (await connect(options)).list();
  const local = existsSync(dir) ? readSchemaFiles(dir).flatMap(({ schema }) => schema ?? []) : [];
  const same = new Set(
    diffPlans(local, planned)
      .filter(({ kind, from, to }) => kind === 'same' && from?.version === to?.version)
      .map(({ eventName }) => eventName),
  );
  let written = 0;
  const kept: string[] = [];
  for (const [eventName, schema] of planned) {
    const path = schemaPath(dir, eventName);
    if (same.has(eventName)) continue;
    // It may have been edited since it was pulled; its version alone does not show that.
    if (existsSync(path) && force !== true) {
      kept.push(path);
      continue;
    }
    writeSchemaFile(dir, schema);
    written++;
  }
  for (const path of kept) process.stdout.write(`${path} says something else; --force overwrites it.\n`);
  process.stderr.write(`${written} written, ${same.size} up to date, ${kept.length} kept.\n`);
  return kept.length === 0;
}
