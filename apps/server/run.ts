/** Runs the server as a program: start, banner, signals, and refusals a person can act on instead of stack traces. */
import '@uptake/io/config/thread-pool';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Environment, readConfig } from '@uptake/io/config';
import { banner } from './banner.ts';
import { CONSOLE_DIST } from './pages.ts';
import { type RunningServer, startServer } from './server.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** Failures whose message is written for whoever starts the program; all others keep their stack. */
const EXPLAINED = new Set([
  'ConfigError',
  'ControlStoreRefused',
  'DataDirectoryUnusable',
  'LogDirectoryError',
  'PortInUse',
  'SecretKeyRefused',
  'StoreUnavailable',
]);

/** Orchestrators commonly wait 30 s before they kill. */
const LONGEST_STOP_MS = 25_000;

export type RunOptions = {
  /** Replace the built-in defaults of variables the environment leaves open. */
  readonly defaults: Environment;
  /** Go before what the environment says: flags of a command line. */
  readonly overrides?: Environment;
  readonly buildConsole: boolean;
};

/** Resolves once the server listens. The process then lives until SIGINT or SIGTERM; a refused start exits with 1. */
export async function runServer({ defaults, overrides, buildConsole }: RunOptions): Promise<void> {
  let server: RunningServer;
  try {
    const config = readConfig(undefined, defaults, overrides);
    if (buildConsole && !existsSync(`${CONSOLE_DIST}index.html`)) build();
    server = await startServer(config);
  } catch (error) {
    const failure = error as Error;
    process.stderr.write(`Uptake did not start.\n${EXPLAINED.has(failure.name) ? failure.message : failure.stack}\n`);
    process.exit(1);
  }
  process.stdout.write(banner(server));
  stopOnSignals(server);
  await server.afterStart();
}

function build(): void {
  process.stdout.write('Building the console, once…\n');
  const built = spawnSync('npm', ['run', 'build', '--silent'], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (built.status !== 0) process.stderr.write('The console could not be built; the doors work without it.\n');
}

function stopOnSignals(server: RunningServer): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A second signal means that the person does not want to wait; everything accepted is durable already.
    if (stopping) process.exit(1);
    stopping = true;
    process.stdout.write(`\n${signal}: finishing what is under way…\n`);
    setTimeout(() => {
      process.stderr.write('Something does not finish; ending without it. Everything accepted is in the log.\n');
      process.exit(1);
    }, LONGEST_STOP_MS).unref();
    server.close().then(
      () => process.exit(0),
      (error: Error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
