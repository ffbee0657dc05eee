/** `npm run dev`: the server, started again when its files change, and the console with hot reload, which asks that server. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runTogether } from './run-together.ts';

const ROOT = join(import.meta.dirname, '..');
const CONSOLE = join(ROOT, 'apps/console');

const viteManifest = createRequire(join(CONSOLE, 'package.json')).resolve('vite/package.json');
const vite = join(dirname(viteManifest), 'bin/vite.js');

const abort = new AbortController();
process.on('SIGINT', () => abort.abort());
process.on('SIGTERM', () => abort.abort());

process.exitCode = await runTogether(
  [
    {
      program: process.execPath,
      parameters: ['--watch', '--watch-preserve-output', 'apps/server/start.ts'],
      cwd: ROOT,
    },
    { program: process.execPath, parameters: [vite], cwd: CONSOLE },
  ],
  abort.signal,
);
