/** Run by `pglite.test.ts` to be killed: commits workspaces one by one and prints each slug once its commit came back. */
import { openPgliteControlStore } from './pglite.ts';
import { workspaces } from './schema.ts';

const controlStore = await openPgliteControlStore({ directory: process.argv[2]! });
for (;;) {
  const slug = crypto.randomUUID();
  await controlStore.asSystem((tx) => tx.insert(workspaces).values({ slug, name: 'Written before the kill' }));
  process.stdout.write(`${slug}\n`);
}
