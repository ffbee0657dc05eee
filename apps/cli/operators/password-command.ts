/** `uptake password`: a new password for somebody who lost theirs, on a data directory that no server holds. */
import { readConfig } from '@uptake/io/config';
import type { Command } from 'commander';
import { CommandFailed, EXIT, EXIT_CODES_HELP } from '../exit.ts';

type PasswordOptions = { readonly dataDir?: string; readonly json?: true };

const HELP = `
Ends every session of the person, and is written into the audit log. The data directory is opened, which works while no server
holds it. Whoever knows their password changes it in the console instead, under their name at the bottom left.

Examples:
  $ uptake password ada@example.com
  $ uptake password ada@example.com --data-dir ./data --json`;

export function addPassword(program: Command): void {
  program
    .command('password')
    .summary('give a person a new password')
    .description('Give a person who lost their password a new one, and print it once.')
    .argument('<email>', 'address they sign in with')
    .option('--data-dir <directory>', 'data directory to open (UPTAKE_DATA_DIR, default .uptake)')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .addHelpText('after', EXIT_CODES_HELP)
    .action(givePassword);
}

async function givePassword(email: string, { dataDir, json }: PasswordOptions): Promise<void> {
  // The stores are loaded only here: help should not wait for a database engine.
  const { withInstallation } = await import('../installation.ts');
  const config = readConfig(undefined, {}, { UPTAKE_DATA_DIR: dataDir });
  try {
    const { userId, password } = await withInstallation(config, Date.now, ({ access }) => access.resetPassword(email));
    if (json) process.stdout.write(`${JSON.stringify({ user_id: userId, email, password }, null, 2)}\n`);
    else {
      process.stderr.write(`The new password of ${email}. It is shown this once:\n`);
      process.stdout.write(`${password}\n`);
    }
  } catch (error) {
    if ((error as { reason?: unknown }).reason !== 'in_use') throw error;
    const advice = 'A server runs on this data directory: stop it, give the password, start it again.';
    throw new CommandFailed(`${(error as Error).message}\n${advice}`, EXIT.failed, { cause: error });
  }
}
