/** `uptake serve`: runs the server in the foreground, without the demo unless it is asked for. */
import type { Command } from 'commander';
import { readWholeNumber } from './options.ts';

type ServeOptions = {
  readonly port?: number;
  readonly host?: string;
  readonly dataDir?: string;
  readonly demo?: true;
};

const EXAMPLES = `
Everything else is set by environment variables; docs/guides/operating.md lists them. A flag goes before its variable.

Examples:
  $ uptake serve
  $ uptake serve --port 8080 --data-dir ./data
  $ UPTAKE_BOOTSTRAP_ADMIN_EMAIL=ada@example.com UPTAKE_BOOTSTRAP_ADMIN_PASSWORD=… uptake serve --host 0.0.0.0`;

export function addServe(program: Command): void {
  program
    .command('serve')
    .summary('run the server')
    .description('Run the server until Ctrl-C: the doors, the console and the embedded stores in one process.')
    .option('--port <port>', 'port to listen on, 0 for any free one (PORT, default 4400)', readWholeNumber(0, 65_535))
    .option('--host <address>', 'address to listen on (HOST, default 127.0.0.1)')
    .option('--data-dir <directory>', 'where everything is kept (UPTAKE_DATA_DIR, default .uptake)')
    .option('--demo', 'load the demo workspace on first start (UPTAKE_DEMO, default off)')
    .addHelpText('after', EXAMPLES)
    .action(serve);
}

async function serve({ port, host, dataDir, demo }: ServeOptions): Promise<void> {
  // The server is loaded only here: `uptake --help` should not wait for a database engine.
  const { runServer } = await import('@uptake/server/run');
  await runServer({
    defaults: { UPTAKE_DEMO: 'off' },
    overrides: {
      PORT: port === undefined ? undefined : String(port),
      HOST: host,
      UPTAKE_DATA_DIR: dataDir,
      UPTAKE_DEMO: demo === undefined ? undefined : 'on',
    },
    buildConsole: true,
  });
}
