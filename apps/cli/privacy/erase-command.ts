/** `uptake erase`: erases a person or a tenant from every store and keeps the certificate. */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { CommandFailed, EXIT, EXIT_CODES_HELP } from '../exit.ts';
import { addKeyOptions, type KeyOptions, keyOf, urlOption } from '../options.ts';
import { createServerClient, type ServerClient } from '../server-client.ts';
import { addSubjectOptions, requiredSubject, type SubjectOptions } from './subject-options.ts';

type EraseOptions = KeyOptions &
  SubjectOptions & { readonly url: string; readonly yes?: true; readonly certificate?: string };
type Erasure = {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly error: string | null;
  readonly next_step: string | null;
  readonly steps: readonly { readonly name: string; readonly found?: Readonly<Record<string, number>> | null }[];
};

const PATH = '/api/v1/erasures';
const POLL_MS = 300;
const EXAMPLES = `
Erases events, aggregates, refused rows, links of pseudonyms and reports about the person or tenant. This
cannot be undone: take everything out first with "uptake export --person" where it is asked for. The server works on it even
when this command is stopped; a stopped or killed server goes on where it was.

Examples:
  $ uptake erase --person 4711 --yes --key-file secret.key
  $ uptake erase --tenant skärgård-media --yes --key-file secret.key --certificate erased.json`;

export function addErase(program: Command): void {
  const command = program
    .command('erase')
    .summary('erase a person or a tenant')
    .description('Erase a person or a tenant from every store, with a signed certificate.')
    .addOption(urlOption())
    .option('--yes', 'do it; without it the command says what it would do')
    .option('--certificate <file>', 'where the certificate goes (default: standard output)')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_CODES_HELP)
    .action(runErase);
  addSubjectOptions(addKeyOptions(command, 'secret key with the scope "admin"'));
}

async function runErase(options: EraseOptions): Promise<void> {
  const subject = requiredSubject(options);
  if (!options.yes) {
    const whom = subject.kind === 'tenant' ? `the tenant "${subject.tenant_id}"` : 'this person';
    throw new CommandFailed(`This erases ${whom} for good, from every store. Pass --yes to do it.`, EXIT.misused);
  }
  const client = createServerClient({ url: options.url, key: keyOf(options) });
  const { id } = await client.json<Erasure>(PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(subject),
  });
  const erasure = await finished(client, id);
  const certificate = `${JSON.stringify(await client.json(`${PATH}/${id}/certificate`), null, 2)}\n`;
  if (options.certificate === undefined) process.stdout.write(certificate);
  else {
    writeFileSync(options.certificate, certificate, { mode: 0o600 });
    process.stderr.write(`The certificate is in ${options.certificate}.\n`);
  }
  process.stderr.write(erasedInWords(erasure));
}

/** Whoever mistyped an id must not go away believing that somebody was erased. */
export function erasedInWords({ steps }: Pick<Erasure, 'steps'>): string {
  const found = Object.entries(steps.find(({ name }) => name === 'count')?.found ?? {}).filter(([, rows]) => rows > 0);
  if (found.length === 0) return 'Nothing was kept under this id. Check that it is the one your product sends.\n';
  const rows = found.map(([store, count]) => `${store.replaceAll('_', ' ')} ${count.toLocaleString('en')}`);
  return `Erased: ${rows.join(', ')}.\n`;
}

async function finished(client: ServerClient, id: string): Promise<Erasure> {
  for (let said = ''; ; ) {
    const erasure = await client.json<Erasure>(`${PATH}/${id}`);
    const { state, error, next_step: step } = erasure;
    if (state === 'done') return erasure;
    if (state === 'failed') throw new CommandFailed(`the erasure ${id} was given up: ${error ?? 'no reason is known'}`);
    if (step !== null && step !== said) process.stderr.write(`${step.replaceAll('_', ' ')} …\n`);
    said = step ?? said;
    await delay(POLL_MS);
  }
}
