/** All commands in one program. */
import { Command } from 'commander';
import { addDoctor } from './doctor/command.ts';
import { addExport } from './events/export-command.ts';
import { addImport } from './events/import-command.ts';
import { IMPORT_EXIT_CODES_HELP } from './exit.ts';
import { addKeys } from './keys/command.ts';
import { addOperators } from './operators/command.ts';
import { addPassword } from './operators/password-command.ts';
import manifest from './package.json' with { type: 'json' };
import { addErase } from './privacy/erase-command.ts';
import { addPrune } from './privacy/prune-command.ts';
import { addRollback } from './rollback-command.ts';
import { addSchema } from './schema/command.ts';
import { addServe } from './serve-command.ts';

export function createProgram(): Command {
  const program = new Command('uptake')
    .description('Self-hosted product telemetry that ends in adoption')
    .version(manifest.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError('(--help shows what is allowed)')
    .exitOverride()
    .addHelpText('after', IMPORT_EXIT_CODES_HELP)
    .addHelpText('after', '\nEvery command has --help with examples.');
  for (const add of [
    addServe,
    addDoctor,
    addKeys,
    addSchema,
    addOperators,
    addPassword,
    addImport,
    addExport,
    addPrune,
    addErase,
    addRollback,
  ])
    add(program);
  return program;
}
