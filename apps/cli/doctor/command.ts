/** `uptake doctor`: looks whether everything a server needs is in order, and says what to do where it is not. */
import { type Config, ConfigError, readConfig } from '@uptake/io/config';
import type { Command } from 'commander';
import { CommandFailed, EXIT_CODES_HELP } from '../exit.ts';
import { addKeyOptions, type KeyOptions, keyOf, urlOption } from '../options.ts';
import { checkAudit } from './audit-check.ts';
import { checkConfiguration, checkMemory, checkPort, checkRuntime, type Finding } from './checks.ts';

type DoctorOptions = KeyOptions & {
  readonly dataDir?: string;
  readonly port?: string;
  readonly json?: true;
  readonly bundle?: string;
  readonly audit?: true;
  readonly anchors?: string;
  readonly writeAnchors?: string;
  readonly url: string;
};

const EXAMPLES = `
Reads the same environment variables as "uptake serve". Where no server runs, the stores are opened as a start would open
them, migrations included; where one does, it is asked.

Examples:
  $ uptake doctor
  $ uptake doctor --data-dir /var/lib/uptake --json
  $ uptake doctor --bundle diagnostics.json
  $ uptake doctor --audit --write-anchors anchors.txt
  $ uptake doctor --audit --anchors anchors.txt
  $ uptake doctor --audit --url https://uptake.example.com --key-file admin.key`;

const MARKS = { ok: '✓', warning: '!', problem: '✗' } as const;

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('check this installation')
    .description(
      'Check versions, configuration, data directory, stores, clock, port and keys. Exits with 1 on a problem.',
    )
    .option('--data-dir <directory>', 'data directory to look at (UPTAKE_DATA_DIR, default .uptake)')
    .option('--port <port>', 'port the server listens on (PORT, default 4400)')
    .option('--json', 'print JSON')
    .option('--bundle <file>', 'write a diagnostics bundle, without secrets and personal data')
    .option('--audit', 'check the chains of the audit log instead, and name the first broken entry')
    .option('--anchors <file>', 'with --audit: anchors of an earlier check, so that a cut-off end is noticed')
    .option('--write-anchors <file>', 'with --audit: write the anchors of whole chains')
    .addOption(urlOption())
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_CODES_HELP)
    .action(runDoctor);
  addKeyOptions(command, 'with --audit: secret key with the scope "admin", to ask a running server');
}

async function runDoctor(options: DoctorOptions): Promise<void> {
  const findings: Finding[] = [];
  const seen: Seen = {};
  for await (const finding of examine(options, seen)) {
    findings.push(finding);
    if (!options.json) process.stdout.write(lineOf(finding));
  }
  if (options.bundle !== undefined && seen.config !== undefined) {
    // Loaded only here, as the stores are.
    const { writeBundle } = await import('./bundle-file.ts');
    const { layoutOf } = await import('@uptake/io/data-directory');
    const directory = layoutOf(seen.config.dataDirectory).path;
    await writeBundle({
      file: options.bundle,
      config: seen.config,
      findings,
      serverUrl: seen.serverUrl,
      directory,
      nowMs: Date.now(),
    });
    if (!options.json) process.stdout.write(`Wrote ${options.bundle}.\n`);
  }
  const problems = findings.filter(({ state }) => state === 'problem').length;
  if (options.json) process.stdout.write(`${JSON.stringify({ healthy: problems === 0, findings }, null, 2)}\n`);
  if (problems > 0)
    throw new CommandFailed(options.json ? '' : problems === 1 ? '1 problem.' : `${problems} problems.`);
}

/** What was learnt on the way, for the bundle. */
type Seen = { config?: Config; serverUrl?: string | undefined };

async function* examine(options: DoctorOptions, seen: Seen): AsyncGenerator<Finding> {
  if (options.audit) {
    const { anchors, writeAnchors, url } = options;
    const hasKey = options.key !== undefined || options.keyFile !== undefined;
    const config = readConfig(undefined, {}, { UPTAKE_DATA_DIR: options.dataDir });
    yield* checkAudit(config, {
      url,
      ...(anchors !== undefined && { anchors }),
      ...(writeAnchors !== undefined && { writeAnchors }),
      ...(hasKey && { key: keyOf(options) }),
    });
    return;
  }
  yield checkRuntime();
  let config: Config;
  try {
    config = readConfig(undefined, {}, { UPTAKE_DATA_DIR: options.dataDir, PORT: options.port });
  } catch (error) {
    // Without settings nobody knows which directory and port to look at.
    if (error instanceof ConfigError) {
      yield* error.problems.map(checkConfiguration);
      return;
    }
    throw error;
  }
  seen.config = config;
  yield { name: 'configuration', state: 'ok', detail: 'every variable that is set has an allowed value' };
  yield checkMemory(config.storeMemoryBytes);
  const port = await checkPort(config.host, config.port);
  seen.serverUrl = port.server?.url;
  yield port.finding;
  // The stores are loaded only here: `uptake --help` should not wait for a database engine.
  const { checkDataDirectory } = await import('./directory-checks.ts');
  yield* checkDataDirectory(config, port.server, Date.now);
}

function lineOf({ name, state, detail, advice }: Finding): string {
  return `${MARKS[state]} ${name.padEnd(14)} ${detail}\n${advice === undefined ? '' : `  ${' '.repeat(14)} → ${advice}\n`}`;
}
