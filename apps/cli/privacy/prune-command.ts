/** `uptake prune`: removes now what is older than it may be, or says what would go. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { CommandFailed, EXIT_CODES_HELP } from '../exit.ts';
import { addKeyOptions, type KeyOptions, keyOf, urlOption } from '../options.ts';
import { createServerClient, type ServerClient } from '../server-client.ts';

type Removed = {
  readonly environment_id: string;
  readonly class: string;
  readonly before: string;
  readonly rows: number;
  readonly oldest: string | null;
  readonly newest: string | null;
  readonly remaining: number;
};
type Run = {
  readonly id: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly removed: readonly Removed[];
  readonly bytes_before: number | null;
  readonly bytes_after: number | null;
};
type PruneOptions = KeyOptions & { readonly url: string; readonly dryRun?: true; readonly json?: true };

const PATH = '/api/v1/retention';
const POLL_MS = 500;
const PATIENCE_MS = 60 * 60_000;
const EXAMPLES = `
The server does this every night. What is removed, and that nothing older is left, is kept as a run (Governance →
Retention) and as an entry of the audit log.

Examples:
  $ uptake prune --dry-run --key-file secret.key
  $ uptake prune --key-file secret.key --json`;

export function addPrune(program: Command): void {
  const command = program
    .command('prune')
    .summary('remove what is older than it may be')
    .description(
      'Remove events, refused events, and counts of them, of the key’s workspace that are older than their retention.',
    )
    .addOption(urlOption())
    .option('--dry-run', 'say what would go, and remove nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_CODES_HELP)
    .action(runPrune);
  addKeyOptions(command, 'secret key with the scope "admin"');
}

async function runPrune(options: PruneOptions): Promise<void> {
  const client = createServerClient({ url: options.url, key: keyOf(options) });
  if (options.dryRun) {
    const { would_remove: removed } = await prune<{ would_remove: readonly Removed[] }>(client, { dry_run: true });
    print(options, { would_remove: removed }, tableOf(removed, 'would go'));
    return;
  }
  const before = await newestRun(client);
  await prune(client, { trigger: 'command' });
  const run = await finishedRun(client, before?.id);
  const bytes = `${run.bytes_before ?? 0} bytes on disk before, ${run.bytes_after ?? 0} after.`;
  print(options, run, `${tableOf(run.removed, 'removed')}\n${bytes}`);
  if (run.removed.some(({ remaining }) => remaining > 0)) throw new CommandFailed('something older is still there.');
}

function prune<Body>(client: ServerClient, body: Record<string, unknown>): Promise<Body> {
  return client.json<Body>(`${PATH}/prune`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function newestRun(client: ServerClient): Promise<Run | undefined> {
  return (await client.json<{ runs: readonly Run[] }>(`${PATH}/runs`)).runs[0];
}

async function finishedRun(client: ServerClient, before: string | undefined): Promise<Run> {
  for (const giveUpAtMs = Date.now() + PATIENCE_MS; Date.now() < giveUpAtMs; ) {
    const run = await newestRun(client);
    if (run !== undefined && run.id !== before && run.finished_at !== null) return run;
    await delay(POLL_MS);
  }
  throw new CommandFailed('the server has not finished within an hour; look at its jobs.');
}

function tableOf(removed: readonly Removed[], verb: string): string {
  const found = removed.filter(({ rows }) => rows > 0);
  if (found.length === 0) return `Nothing is older than it may be: 0 rows ${verb}.`;
  return found
    .map(
      (each) =>
        `${each.environment_id}  ${each.class.padEnd(10)}  ${each.rows} rows ${verb}, ${each.oldest} to ${each.newest}`,
    )
    .join('\n');
}

function print(options: PruneOptions, data: unknown, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(data, null, 2) : text}\n`);
}
