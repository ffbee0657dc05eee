/** `uptake operators`: who may look at the installation as a whole, on a data directory that no server holds. */
import type { Operators } from '@uptake/capabilities/access';
import { readConfig } from '@uptake/io/config';
import type { Command } from 'commander';
import { CommandFailed, EXIT, EXIT_CODES_HELP } from '../exit.ts';

type OperatorsOptions = { readonly dataDir?: string; readonly json?: true };

const WHERE = `
Operators see the system page and the diagnostics of this installation, whatever workspaces they belong to. The data
directory is opened, which works while no server holds it; while one does, operators manage each other in the console
under System.`;

const SYSTEM = { kind: 'system' } as const;

export function addOperators(program: Command): void {
  const operators = program
    .command('operators')
    .summary('list, add and remove operators')
    .description('List, add and remove the operators of this installation.')
    .addHelpText('after', WHERE);

  addWhere(operators.command('list').description('List the operators.'))
    .addHelpText('after', '\nExamples:\n  $ uptake operators list --data-dir ./data')
    .action((options: OperatorsOptions) =>
      withOperators(options, async (all) => {
        const listed = await all.list();
        const rows = listed.map(({ userId, email, name, addedAt }) => ({
          user_id: userId,
          email,
          name,
          added_at: addedAt.toISOString(),
        }));
        const lines = rows.map(({ email, name, added_at }) => `${email}  ${name}  since ${added_at.slice(0, 10)}`);
        print(
          options,
          { operators: rows },
          lines.join('\n') || 'There is no operator yet: the first "uptake serve" makes one.',
        );
      }),
    );

  addWhere(operators.command('add').description('Make a person who has an account an operator.'))
    .argument('<email>', 'address they sign in with')
    .addHelpText('after', '\nExamples:\n  $ uptake operators add ada@example.com --data-dir ./data')
    .action((email: string, options: OperatorsOptions) =>
      withOperators(options, async (all) => {
        const { userId } = await all.add(email, SYSTEM);
        print(options, { user_id: userId, email }, `${email} operates this installation.`);
      }),
    );

  addWhere(operators.command('remove').description('Make a person an operator no longer. The last one stays.'))
    .argument('<email>', 'address they sign in with')
    .addHelpText('after', '\nExamples:\n  $ uptake operators remove ada@example.com --data-dir ./data')
    .action((email: string, options: OperatorsOptions) =>
      withOperators(options, async (all) => {
        const wanted = email.trim().toLowerCase();
        const present = (await all.list()).find((operator) => operator.email === wanted);
        if (present === undefined) throw new CommandFailed(`${email} is no operator of this installation.`);
        await all.remove(present.userId, SYSTEM);
        print(options, { user_id: present.userId, removed: true }, `${email} is an operator no longer.`);
      }),
    );
}

function addWhere(command: Command): Command {
  return command
    .option('--data-dir <directory>', 'data directory to open (UPTAKE_DATA_DIR, default .uptake)')
    .option('--json', 'print JSON')
    .addHelpText('after', EXIT_CODES_HELP);
}

async function withOperators(options: OperatorsOptions, work: (operators: Operators) => Promise<void>): Promise<void> {
  // The stores are loaded only here: help should not wait for a database engine.
  const { withInstallation } = await import('../installation.ts');
  const config = readConfig(undefined, {}, { UPTAKE_DATA_DIR: options.dataDir });
  try {
    await withInstallation(config, Date.now, ({ access }) => work(access.operators));
  } catch (error) {
    if ((error as { reason?: unknown }).reason !== 'in_use') throw error;
    const advice = 'A server runs on this data directory: manage operators in its console, under System.';
    throw new CommandFailed(`${(error as Error).message}\n${advice}`, EXIT.failed, { cause: error });
  }
}

function print({ json }: OperatorsOptions, value: unknown, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text}\n`);
}
