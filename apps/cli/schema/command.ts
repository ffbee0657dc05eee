/** `uptake schema`: the tracking plan as files of the customer's repository, checked there and brought to a server. */
import { type Command, Option } from 'commander';
import { CommandFailed, EXIT, explain } from '../exit.ts';
import { addKeyOptions, readTime, readWholeNumber, urlOption } from '../options.ts';
import { type DiffOptions, diffSchemas } from './diff.ts';
import { type ImportOptions, importSchema } from './import-schema.ts';
import { type LintOptions, lintSchemas } from './lint.ts';
import { type PullOptions, pullSchemas } from './pull.ts';
import { type PushOptions, pushSchemas } from './push.ts';
import { REPORT_FORMATS } from './report.ts';
import { type TypesOptions, writeTypes } from './types.ts';

export const DEFAULT_DIRECTORY = 'uptake/schemas';

const EXIT_CODES = `
Exit codes:
  0    nothing found, or done
  1    findings, differences that were asked about, or refused by the server
  2    wrong command line, unreadable files, or no server`;

export function addSchema(program: Command): void {
  const schema = program
    .command('schema')
    .summary('keep the tracking plan as files: lint, diff, push, pull, types')
    .description(`Keep event schemas as files of your repository, one <event_name>.json each in ${DEFAULT_DIRECTORY}.`)
    .addHelpText('after', EXIT_CODES);

  addLocal(schema, 'lint', 'Check the files; needs no server.')
    .addOption(new Option('--format <format>', 'how to print findings').choices([...REPORT_FORMATS]).default('text'))
    .option('--max-warnings <count>', 'fail when there are more warnings than this', readWholeNumber(0, 1_000_000))
    .addHelpText('after', examples('uptake schema lint', 'uptake schema lint --format github --max-warnings 0'))
    .action((options: LintOptions) => finish(() => lintSchemas(options)));

  addRemote(schema, 'diff', 'Show what differs from the plan on the server; breaking changes are marked "!".', 'read')
    .addOption(
      new Option('--fail-on <what>', 'exit with 1 where there is a breaking change, or any difference')
        .choices(['never', 'breaking', 'any'])
        .default('never'),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', examples('uptake schema diff --key-file uptake.key --fail-on breaking'))
    .action((options: DiffOptions) => finish(() => diffSchemas(options)));

  addRemote(schema, 'push', 'Bring new and changed schemas to the server, each as a new version.', 'admin')
    .option('--dry-run', 'show what would be pushed')
    .option('--migration-note <text>', 'for breaking changes: how senders move to the new version')
    .option('--reviewer <member>', 'for breaking changes: address or id of who reviewed them')
    .option('--accepted-until <time>', 'for breaking changes: until when the old version stays accepted', readTime)
    .addHelpText(
      'after',
      examples(
        'uptake schema push --key-file uptake.key',
        'uptake schema push --key-file uptake.key --migration-note "Web sends seat_count from 4.2 on" --reviewer mika@example.com --accepted-until 2027-01-31T00:00:00Z',
      ),
    )
    .action((options: PushOptions) => finish(() => pushSchemas(options)));

  addRemote(schema, 'pull', 'Write the schemas of the server as files.', 'read')
    .option('--force', 'overwrite files that say something else')
    .addHelpText('after', examples('uptake schema pull --key-file uptake.key --product app'))
    .action((options: PullOptions) => finish(() => pullSchemas(options)));

  addLocal(schema, 'types', 'Write TypeScript types, so that the compiler checks what you track.')
    .option('--out <file>', 'file to write (default: standard output)')
    .option('--check', 'write nothing; exit with 1 where the file is not up to date')
    .addHelpText(
      'after',
      examples(
        'uptake schema types --out src/uptake-events.ts',
        'uptake schema types --out src/uptake-events.ts --check',
      ),
    )
    .action((options: TypesOptions) => finish(() => writeTypes(options)));

  addLocal(schema, 'import', 'Make a draft from a JSON Schema of draft 04, 06, 07, 2019-09 or 2020-12.')
    .argument('<file>', 'JSON Schema of the properties of one event')
    .requiredOption('--event-name <name>', 'name of the event')
    .addHelpText('after', examples('uptake schema import old/project.json --event-name project_created'))
    .action((file: string, options: ImportOptions) => finish(() => importSchema(file, options)));
}

function addLocal(schema: Command, name: string, description: string): Command {
  return schema
    .command(name)
    .description(description)
    .option('--dir <directory>', 'directory of the schemas', DEFAULT_DIRECTORY)
    .addHelpText('after', EXIT_CODES);
}

function addRemote(schema: Command, name: string, description: string, scope: string): Command {
  return addKeyOptions(addLocal(schema, name, description), `secret key with the scope "${scope}"`)
    .addOption(urlOption())
    .option('--product <slug or id>', "whose plan (default: the key's product, or the workspace's first)");
}

/** Runs a command that answers whether there was something to complain about; what kept it from running is another code. */
async function finish(work: () => Promise<boolean> | boolean): Promise<void> {
  let isClean: boolean;
  try {
    isClean = await work();
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(explain(error).message, EXIT.misused, { cause: error });
  }
  if (!isClean) throw new CommandFailed('', EXIT.failed);
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
