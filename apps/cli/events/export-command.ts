/** `uptake export`: writes stored events to a file or to standard output, and can go on with a file that was cut short. */
import { createWriteStream, existsSync, renameSync, statSync, truncateSync } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Command } from 'commander';
import { CommandFailed, EXIT, EXIT_CODES_HELP } from '../exit.ts';
import { interruptible } from '../interruption.ts';
import { addKeyOptions, type KeyOptions, keyOf, readId, readTime, urlOption } from '../options.ts';
import { addSubjectOptions, type SubjectName, type SubjectOptions, subjectNameOf } from '../privacy/subject-options.ts';
import { createServerClient } from '../server-client.ts';
import { createProgress, type Progress } from './progress.ts';
import { findRestart } from './restart.ts';

type ExportOptions = KeyOptions &
  SubjectOptions & {
    readonly url: string;
    readonly from?: string;
    readonly to?: string;
    readonly environment?: string;
    readonly output?: string;
    readonly resume?: true;
    readonly force?: true;
    readonly quiet?: true;
  };

/** Counting a large environment's events precedes the first byte. */
const FIRST_BYTE_TIMEOUT_MS = 10 * 60_000;

const EXAMPLES = `
Events come oldest first, one per line, in the shape that "uptake import" reads. User and session ids are pseudonyms.
A file grows as FILE.part and gets its name when it is whole; after an interruption --resume goes on with it.

Examples:
  $ uptake export --key-file secret.key --from 2026-11-01 --output november.ndjson
  $ uptake export --key-file secret.key --output all.ndjson --resume
  $ uptake export --key-file admin.key --person 4711 --output person.ndjson
  $ uptake export --key-file secret.key --from 2026-11-20 | jq -r .event_name | sort | uniq -c`;

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .summary('write stored events (NDJSON)')
    .description('Write the stored events of one environment, or everything about a person or tenant, as NDJSON.')
    .addOption(urlOption())
    .option('--from <time>', 'earliest event time, inclusive (default: the oldest event)', readTime)
    .option('--to <time>', 'latest event time, exclusive; a date includes that day (default: now)', readTime)
    .option('--environment <id>', 'environment (default: that of the key)', readId)
    .option('-o, --output <file>', 'file to write (default: standard output)')
    .option('--resume', 'go on with a file that was cut short')
    .option('--force', 'replace a file that exists')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_CODES_HELP)
    .action(runExport);
  addSubjectOptions(addKeyOptions(command, 'secret key with the scope "export"; "admin" for a person or tenant'));
}

async function runExport(options: ExportOptions): Promise<void> {
  const client = createServerClient({ url: options.url, key: keyOf(options) });
  const subject = subjectNameOf(options);
  if (subject !== undefined) refuseWithSubject(options);
  const target = openTarget(options);
  const interruption = interruptible(Date.now);
  const shared = { signal: interruption.signal, timeoutMs: FIRST_BYTE_TIMEOUT_MS };
  const response =
    subject === undefined
      ? await client.request('/api/v1/export', {
          ...shared,
          query: { from: target.from ?? options.from, to: options.to, environment_id: options.environment },
          headers: { accept: 'application/x-ndjson' },
        })
      : await client.request('/api/v1/subject-exports', { ...shared, ...bodyOf(subject) });
  const total = Number(response.headers.get('uptake-event-count') ?? 0);
  const progress = createProgress({
    stream: process.stderr,
    total,
    isQuiet: options.quiet === true,
    verb: 'received',
    nowMs: Date.now,
  });
  const counter = countLines(progress);
  try {
    const body = Readable.fromWeb(response.body as unknown as ReadableStream<Uint8Array>);
    await pipeline(body, counter.transform, target.open(), { signal: interruption.signal, end: !target.isStdout });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
    progress.stop();
    const goOn = target.isStdout ? '' : ' Run the same command with --resume to go on.';
    if (interruption.signal.aborted) throw new CommandFailed(`stopped.${goOn}`, EXIT.interrupted);
    throw new CommandFailed(`the export broke off: ${(error as Error).message}.${goOn}`, EXIT.failed, { cause: error });
  } finally {
    progress.stop();
    interruption.release();
  }
  target.finish();
  process.stderr.write(`${counter.lines().toLocaleString('en')} events exported.\n`);
  if (subject !== undefined && counter.lines() === 0) {
    process.stderr.write('Nothing is kept under this id. Check that it is the one your product sends.\n');
  }
}

function bodyOf(subject: SubjectName) {
  return {
    method: 'POST',
    headers: { accept: 'application/x-ndjson', 'content-type': 'application/json' },
    body: JSON.stringify(subject),
  } as const;
}

/** What there is of a person is handed out whole and in one piece. */
function refuseWithSubject({ from, to, environment, resume }: ExportOptions): void {
  const given = Object.entries({ from, to, environment, resume }).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new CommandFailed(`--${given[0]} cannot be used with --person, --pseudonym or --tenant.`, EXIT.misused);
}

type Target = {
  readonly isStdout: boolean;
  /** Where a resumed export goes on. */
  readonly from: string | undefined;
  readonly open: () => NodeJS.WritableStream;
  readonly finish: () => void;
};

function openTarget({ output, resume, force }: ExportOptions): Target {
  if (output === undefined) {
    if (resume) throw new CommandFailed('--resume needs --output: only a file can be gone on with.', EXIT.misused);
    return { isStdout: true, from: undefined, open: () => process.stdout, finish: () => undefined };
  }
  if (existsSync(output) && !force) throw new CommandFailed(`${output} exists. Choose another name, or pass --force.`);
  const part = `${output}.part`;
  const finish = (): void => renameSync(part, output);
  if (!resume || !existsSync(part)) {
    return { isStdout: false, from: undefined, open: () => createWriteStream(part, { mode: 0o600 }), finish };
  }
  const restart = findRestart(part, statSync(part).size);
  const open = (): NodeJS.WritableStream => {
    truncateSync(part, restart.keepBytes);
    return createWriteStream(part, { flags: 'a' });
  };
  return { isStdout: false, from: restart.timestamp, open, finish };
}

function countLines(progress: Progress): { readonly transform: Transform; readonly lines: () => number } {
  let lines = 0;
  const transform = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
      progress.update(lines, lines);
      done(null, chunk);
    },
  });
  return { transform, lines: () => lines };
}
