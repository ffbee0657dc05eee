/** Runs the server as a program: start, banner, signals, and refusals a person can act on instead of stack traces. */
import '@uptake/io/config/thread-pool';
import { fileURLToPath } from 'node:url';
import { type Config, type Environment, readConfig } from '@uptake/io/config';
import { banner } from './banner.ts';
import { buildConsoleIfStale } from './console-build.ts';
import type { RunningServer } from './server.ts';

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
  let config: Config;
  let server: RunningServer;
  try {
    config = readConfig(undefined, defaults, overrides);
    if (buildConsole) build();
    // Loaded only now, so that a slip in a setting is answered at once.
    const { startServer } = await import('./server.ts');
    server = await startServer(config);
  } catch (error) {
    const failure = error as Error;
    process.stderr.write(`Uptake did not start.\n${EXPLAINED.has(failure.name) ? failure.message : failure.stack}\n`);
    process.exit(1);
  }
  process.stdout.write(banner({ ...server, hasDemo: config.demo }));
  stopOnSignals(server);
  await server.afterStart();
}

function build(): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  try {
    buildConsoleIfStale(REPOSITORY, say);
  } catch (error) {
    process.stderr.write(`${(error as Error).message} The doors work without it.\n`);
  }
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
