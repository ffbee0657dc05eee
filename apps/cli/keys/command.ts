/** `uptake keys`: lists, makes, rotates and revokes keys, over HTTP or directly on the data directory. */
import { SECRET_KEY_SCOPES } from '@uptake/domain/contract';
import { readConfig } from '@uptake/io/config';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandFailed, EXIT, EXIT_CODES_HELP } from '../exit.ts';
import {
  addKeyOptions,
  DEFAULT_URL,
  type KeyOptions,
  keyOf,
  optionalUrlOption,
  readId,
  readWholeNumber,
} from '../options.ts';
import { createServerClient } from '../server-client.ts';
import {
  type EnvironmentName,
  type FreshKey,
  type Key,
  type KeyAdministration,
  keysOverHttp,
} from './key-administration.ts';

type WhereOptions = KeyOptions & {
  readonly url?: string;
  readonly dataDir?: string;
  readonly workspace?: string;
  readonly json?: true;
};

type CreateOptions = WhereOptions & {
  readonly kind: 'write' | 'secret';
  readonly name: string;
  readonly environment?: string;
  readonly scopes?: (typeof SECRET_KEY_SCOPES)[number][];
  readonly allow?: string[];
};

const WHERE = `
With --key, a running server is asked. Without, the data directory is opened, which works while no server holds it.`;

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .summary('list, make, rotate and revoke keys')
    .description('List, make, rotate and revoke the keys of a workspace.')
    .addHelpText('after', WHERE);

  addWhere(keys.command('list').description('List the keys. The keys themselves are never shown again.'))
    .addHelpText('after', examples('uptake keys list --key-file admin.key', 'uptake keys list --data-dir ./data'))
    .action((options: WhereOptions) =>
      withKeys(options, async (administration) => {
        const [all, environments] = [await administration.list(), await administration.environments()];
        print(options, { keys: all }, () => tableOf(all, environments, Date.now()));
      }),
    );

  addWhere(keys.command('create').description('Make a key and print it, once.'))
    .addOption(
      new Option('--kind <kind>', 'write: may send events; secret: what its scopes say')
        .choices(['write', 'secret'])
        .makeOptionMandatory(),
    )
    .requiredOption('--name <name>', 'what it is for')
    .option('--environment <id or product/environment>', 'where its events belong (needed for a write key)')
    .option(
      '--scopes <scopes>',
      `of a secret key, comma-separated: ${SECRET_KEY_SCOPES.join(', ')} (default: read)`,
      readScopes,
    )
    .option('--allow <addresses>', 'only from these addresses or networks, comma-separated', readList)
    .addHelpText(
      'after',
      examples(
        'uptake keys create --kind write --name "web app" --environment app/production --key-file admin.key',
        'uptake keys create --kind secret --name reports --scopes read --allow 10.0.0.0/8 --key-file admin.key',
      ),
    )
    .action((options: CreateOptions) => withKeys(options, (administration) => create(administration, options)));

  addWhere(keys.command('rotate').description('Make a key with the same rights; the old one ends after an overlap.'))
    .argument('<id>', 'id of the key', readId)
    .option('--overlap <seconds>', 'how long the old key still works', readWholeNumber(0, 2_592_000), 3_600)
    .addHelpText('after', examples('uptake keys rotate 3f2a… --overlap 86400 --key-file admin.key'))
    .action((id: string, options: WhereOptions & { overlap: number }) =>
      withKeys(options, async (administration) => {
        const fresh = await administration.rotate(id, options.overlap);
        print(options, fresh, () => `${shown(fresh)}\nThe old key works for another ${options.overlap} s.`);
      }),
    );

  addWhere(keys.command('revoke').description('End a key at once.'))
    .argument('<id>', 'id of the key', readId)
    .addHelpText('after', examples('uptake keys revoke 3f2a… --key-file admin.key'))
    .action((id: string, options: WhereOptions) =>
      withKeys(options, async (administration) => {
        await administration.revoke(id);
        print(options, { id, revoked: true }, () => `The key ${id} is revoked.`);
      }),
    );
}

function addWhere(command: Command): Command {
  addKeyOptions(command, 'secret key with the scope "admin" ("read" to list)');
  return command
    .addOption(optionalUrlOption(`server to ask (default with --key: ${DEFAULT_URL})`))
    .option('--data-dir <directory>', 'data directory to open (UPTAKE_DATA_DIR, default .uptake)')
    .option('--workspace <slug>', 'workspace, where the data directory has several')
    .option('--json', 'print JSON')
    .addHelpText('after', EXIT_CODES_HELP);
}

async function withKeys(options: WhereOptions, work: (keys: KeyAdministration) => Promise<void>): Promise<void> {
  const isRemote = options.key !== undefined || options.keyFile !== undefined;
  if (!isRemote && options.url !== undefined) throw new CommandFailed('--url needs --key or --key-file.', EXIT.misused);
  if (isRemote) {
    if (options.dataDir !== undefined || options.workspace !== undefined) {
      throw new CommandFailed('A key already names its workspace: leave --data-dir and --workspace out.', EXIT.misused);
    }
    return work(keysOverHttp(createServerClient({ url: options.url ?? DEFAULT_URL, key: keyOf(options) })));
  }
  // The stores are loaded only here: asking a server should not wait for a database engine.
  const { withKeysOfDirectory } = await import('./directory-keys.ts');
  const config = readConfig(undefined, {}, { UPTAKE_DATA_DIR: options.dataDir });
  try {
    await withKeysOfDirectory(config, options.workspace, work);
  } catch (error) {
    if ((error as { reason?: unknown }).reason !== 'in_use') throw error;
    const advice = 'A server runs on this data directory. Ask it instead: pass --key (and --url).';
    throw new CommandFailed(`${(error as Error).message}\n${advice}`, EXIT.failed, { cause: error });
  }
}

async function create(administration: KeyAdministration, options: CreateOptions): Promise<void> {
  const { kind, name, environment, scopes, allow } = options;
  if (kind === 'write' && scopes !== undefined) {
    throw new CommandFailed('A write key has no scopes: it may send events, nothing else.', EXIT.misused);
  }
  const environments = await administration.environments();
  if (kind === 'write' && environment === undefined) {
    throw new CommandFailed(`A write key needs --environment: ${pathsOf(environments)}.`, EXIT.misused);
  }
  const fresh = await administration.create({
    kind,
    name,
    environmentId: environment === undefined ? undefined : findEnvironment(environments, environment).id,
    scopes,
    allowedAddresses: allow,
  });
  print(options, fresh, () => shown(fresh));
}

function findEnvironment(environments: readonly EnvironmentName[], asked: string): EnvironmentName {
  const found = environments.find(({ id, path }) => id === asked.toLowerCase() || path === asked);
  if (found !== undefined) return found;
  throw new CommandFailed(`There is no environment "${asked}". There are: ${pathsOf(environments)}.`, EXIT.misused);
}

function pathsOf(environments: readonly EnvironmentName[]): string {
  return environments.map(({ path }) => path).join(', ');
}

/** The key alone on standard output, so that `$(uptake keys create …)` holds it; the rest is for eyes. */
function shown(fresh: FreshKey): string {
  process.stderr.write(`Made ${fresh.kind} key "${fresh.name}" (${fresh.id}). It is shown this once:\n`);
  return fresh.key;
}

function tableOf(keys: readonly Key[], environments: readonly EnvironmentName[], nowMs: number): string {
  const header = ['ID', 'KIND', 'NAME', 'BEGINS', 'MAY', 'ENVIRONMENT', 'LAST USED', 'STATE'];
  const rows = keys.map((key) => [
    key.id,
    key.kind,
    key.name,
    key.prefix,
    key.kind === 'write' ? 'send events' : key.scopes.join(','),
    environments.find(({ id }) => id === key.environment_id)?.path ?? '-',
    key.last_used_at?.slice(0, 16).replace('T', ' ') ?? 'never',
    stateOf(key, nowMs),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function stateOf({ revoked_at, expires_at }: Key, nowMs: number): string {
  if (revoked_at !== null) return 'revoked';
  if (expires_at === null) return 'active';
  return Date.parse(expires_at) <= nowMs ? 'expired' : `until ${expires_at.slice(0, 16).replace('T', ' ')}`;
}

function print({ json }: WhereOptions, value: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text()}\n`);
}

function readScopes(text: string): (typeof SECRET_KEY_SCOPES)[number][] {
  return readList(text).map((scope) => {
    const known = SECRET_KEY_SCOPES.find((each) => each === scope);
    if (known === undefined) throw new InvalidArgumentError(`"${scope}" is none of ${SECRET_KEY_SCOPES.join(', ')}.`);
    return known;
  });
}

function readList(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.includes('')) throw new InvalidArgumentError('It is an empty list, or has an empty place in it.');
  return items;
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
