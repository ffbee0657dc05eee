/**
 * Makes an empty PostgreSQL cluster. `node make-cluster.ts DIRECTORY`, in a process of its own: initdb works for seconds
 * without a pause and leaves 150 MB behind that a server would carry for the rest of its life.
 */
import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startPglite } from './pglite-files.ts';

const directory = process.argv[2]!;
const pglite = await startPglite(directory);
await pglite.close();
// initdb itself syncs nothing; what commits later rely on must not be lost to a power cut before them.
for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
  const descriptor = openSync(join(entry.parentPath, entry.name), 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
