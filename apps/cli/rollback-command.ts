/** `uptake rollback`: takes the stores' schemas back to what an earlier release knows, on a data directory that no server holds. */
import { existsSync } from 'node:fs';
import { readConfig } from '@uptake/io/config';
import { layoutOf } from '@uptake/io/data-directory';
import type { Command } from 'commander';
import { CommandFailed, EXIT, EXIT_CODES_HELP } from './exit.ts';
import { readWholeNumber } from './options.ts';

type RollbackOptions = {
  readonly dataDir?: string;
  readonly controlStore?: number;
  readonly eventStore?: number;
  readonly yes?: true;
};

const HELP = `
For going back to an earlier release. That release refuses a data directory whose schema it does not know and names both
versions; stop the server, run this with the release that is installed now, then install the earlier one. Whatever only the
newer tables and columns kept is lost; events, hourly counts, workspaces and keys stay. Make a copy of the data directory first.

Examples:
  $ uptake rollback --control-store 8 --event-store 6         # says what would be undone
  $ uptake rollback --control-store 8 --event-store 6 --yes`;

export function addRollback(program: Command): void {
  program
    .command('rollback')
    .summary('undo migrations, for going back to an earlier release')
    .description('Undo migrations of the stores, for going back to an earlier release.')
    .option('--control-store <version>', 'schema version of the control store to go back to', readWholeNumber(1, 9_999))
    .option('--event-store <version>', 'schema version of the event store to go back to', readWholeNumber(2, 9_999))
    .option('--yes', 'undo them; what they alone kept is lost')
    .option('--data-dir <directory>', 'data directory to open (UPTAKE_DATA_DIR, default .uptake)')
    .addHelpText('after', HELP)
    .addHelpText('after', EXIT_CODES_HELP)
    .action(runRollback);
}

async function runRollback(options: RollbackOptions): Promise<void> {
  // The stores are loaded only here: help should not wait for a database engine.
  const control = await import('@uptake/io/control-store');
  const events = await import('@uptake/io/event-store');
  const config = readConfig(undefined, {}, { UPTAKE_DATA_DIR: options.dataDir });
  const layout = layoutOf(config.dataDirectory);
  const stores = [
    {
      name: 'control store',
      directory: layout.controlStore,
      known: control.CONTROL_STORE_MIGRATIONS,
      to: options.controlStore,
      rollBack: (to: number) => control.rollBackPgliteControlStore({ directory: layout.controlStore }, to),
    },
    {
      name: 'event store',
      directory: layout.eventStore,
      known: events.EVENT_STORE_MIGRATIONS,
      to: options.eventStore,
      rollBack: (to: number) =>
        events.rollBackChdbEventStore({ directory: layout.eventStore, memoryLimitBytes: config.storeMemoryBytes }, to),
    },
  ];
  if (stores.every(({ to }) => to === undefined)) {
    const versions = stores.map(({ name, known }) => `${name} ${known.length} (${known.at(-1)})`).join(', ');
    throw new CommandFailed(
      `This release knows ${versions}. Say with --control-store or --event-store where to go back to.`,
      EXIT.misused,
    );
  }
  for (const { name, directory, known, to } of stores) {
    if (to === undefined) continue;
    if (!existsSync(directory)) throw new CommandFailed(`There is no ${name} in ${layout.path}.`);
    if (to > known.length) {
      throw new CommandFailed(`The ${name} of this release has version ${known.length}, not ${to}.`, EXIT.misused);
    }
    const undone = known.slice(to).map((migration, index) => `${to + index + 1} ${migration}`);
    process.stdout.write(`${name}: back to version ${to}, undoing ${undone.reverse().join(', ') || 'nothing'}\n`);
  }
  if (!options.yes) throw new CommandFailed('Nothing was undone. Pass --yes to do it.', EXIT.misused);
  for (const { name, to, rollBack } of stores) {
    if (to === undefined) continue;
    await rollBack(to);
    process.stdout.write(`${name}: version ${to}\n`);
  }
}
