// Starts a module of Uptake on the Node that came with `npm ci`, whatever Node the shell has: the sources are TypeScript
// that only a newer one runs, and a server wants an allocator that gives memory back. Plain JavaScript, for Node 18 and up.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * How the C library of Linux hands memory out. With its defaults every thread keeps an arena of its own and gives little
 * back: at 20,000 events a second a server held 1.42 GB after two minutes, with these 1.09 GB (decision 0010). The
 * library reads them before a program's first line, so they must be in the environment that starts it.
 */
const ALLOCATOR_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '1000000',
  MALLOC_MMAP_THRESHOLD_: '262144',
};

/**
 * Node keeps here what it made of the sources, by their content: a start reads it again instead of making it, which is a
 * third of the processor time of loading the server. Where the folder cannot be written, Node goes on without.
 */
const COMPILE_CACHE_ENVIRONMENT = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/uptake', import.meta.url)),
};

/** An address rather than a path, since a path may hold a space. */
const RESOLUTION_ENVIRONMENT = {
  NODE_OPTIONS: `--import=${new URL('./quick-resolution.js', import.meta.url).href}`,
};

/** What a process of Uptake wants to find in its environment; what is there already goes before it. */
export const PROCESS_ENVIRONMENT = {
  ...ALLOCATOR_ENVIRONMENT,
  ...COMPILE_CACHE_ENVIRONMENT,
  ...RESOLUTION_ENVIRONMENT,
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs `module` with this process's parameters, terminal and environment, and ends as it ends. */
export function launch(module) {
  // The channel tells the child when this process is gone, however it ended: no server is left running unseen.
  const child = spawn(bundledNode(), [module, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...PROCESS_ENVIRONMENT, ...process.env },
  });
  // A terminal sends its signals to both; one sent to this process alone is handed on.
  for (const signal of SIGNALS)
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`uptake: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const each of SIGNALS) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

function bundledNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    process.stderr.write('uptake: the Node that Uptake runs on is not installed. Run "npm ci" in its folder.\n');
    process.exit(1);
  }
}
