#!/usr/bin/env node
// Starts the command line on the Node that came with `npm ci`, whatever Node the shell has: the sources are TypeScript
// that only a newer one runs, and a server wants an environment of its own (allocator.js). Plain JavaScript, for Node 18 and up.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALLOCATOR_ENVIRONMENT } from './allocator.js';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function bundledNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    process.stderr.write('uptake: the Node that Uptake runs on is not installed. Run "npm ci" in its folder.\n');
    process.exit(1);
  }
}

// The channel tells the child when this process is gone, however it ended: no server is left running unseen.
const child = spawn(bundledNode(), [main, ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...ALLOCATOR_ENVIRONMENT, ...process.env },
});
// A terminal sends its signals to both; one sent to this process alone is handed on.
for (const signal of signals)
  process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`uptake: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  for (const each of signals) process.removeAllListeners(each);
  process.kill(process.pid, signal);
});
