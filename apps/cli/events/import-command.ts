/** `uptake import`: sends a file of events to the events door, and goes on where it stopped when it was interrupted. */
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip as gzipWithCallback } from 'node:zlib';
import { type BatchReply, type ImportTotals, importEvents } from '@uptake/capabilities/operations/import-events';
import type { Command } from 'commander';
import { CommandFailed, EXIT, IMPORT_EXIT_CODES_HELP } from '../exit.ts';
import { interruptible } from '../interruption.ts';
import { addKeyOptions, type KeyOptions, keyOf, readWholeNumber, urlOption } from '../options.ts';
import { createServerClient, type ServerClient } from '../server-client.ts';
import { type Checkpoint, checkpointPath, readCheckpoint, removeCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { type EventBatch, eventBatches, MAX_LINE_BYTES, type RejectedLine } from './event-batches.ts';
import { linesOf } from './lines.ts';
import { createProgress, type Progress } from './progress.ts';
import { openRejectedFile, type RejectedFile } from './rejected-file.ts';

const gzip = promisify(gzipWithCallback);

/** Enough to share an fsync and to hide the network; more would only make the server's queue longer. */
const BATCHES_UNDER_WAY = 4;
const CHECKPOINT_EVERY_MS = 200;

type ImportOptions = KeyOptions & {
  readonly url: string;
  readonly rejected?: string;
  readonly restart?: true;
  readonly patience: number;
  readonly quiet?: true;
};

type DoorReply = BatchReply & {
  readonly results: readonly { index: number; result: string; reason?: string; path?: string; detail?: string }[];
};

const EXAMPLES = `
Each line of the file is one event as POST /api/v1/telemetry/events reads it, or as "uptake export" wrote it: such a line says
how many events it stands for ("weight"), which only a secret key with the scope "admin" may say.

An import can be stopped and started again at any moment, by Ctrl-C or by a crash: FILE.uptake-import.json remembers how
far it came, and events that are sent twice are stored once. Lines that were rejected go to FILE.rejected.ndjson with the
reason; mend them and import that file's "event" values again.

Examples:
  $ uptake import events.ndjson --key-file write.key
  $ uptake import events.ndjson --url https://uptake.example.com --key upk_w_…
  $ gunzip -c events.ndjson.gz | uptake import - --key-file write.key --rejected rejected.ndjson`;

export function addImport(program: Command): void {
  const command = program
    .command('import')
    .summary('send a file of events (NDJSON)')
    .description('Send a file of events (NDJSON) to a running server.')
    .argument('<file>', 'file to read, or - for standard input')
    .addOption(urlOption())
    .option('--rejected <file>', 'where rejected lines go (default: FILE.rejected.ndjson)')
    .option('--restart', 'begin anew, whatever an earlier import of the file left')
    .option('--patience <seconds>', 'longest wait for a server that is busy or away', readWholeNumber(0, 86_400), 300)
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', IMPORT_EXIT_CODES_HELP)
    .action(runImport);
  addKeyOptions(command, 'write key, or secret key with the scope "write"; "admin" for exported events');
}

async function runImport(file: string, options: ImportOptions): Promise<void> {
  const client = createServerClient({ url: options.url, key: keyOf(options) });
  const source = openSource(file, options);
  const interruption = interruptible(Date.now);
  // A pipe may be silent for long; stopping must not wait for it.
  interruption.signal.addEventListener('abort', () => source.bytes.destroy());
  // Before anything is read: a wrong address or key should not look like a file of rejected lines.
  await client.request('/healthz', { timeoutMs: 10_000 });
  const rejected = openRejectedFile(source.rejectedPath, source.start.rejectedBytes);
  const progress = createProgress({
    stream: process.stderr,
    total: source.size,
    isQuiet: options.quiet === true,
    verb: 'sent',
    nowMs: Date.now,
  });
  if (source.start.offset > 0) progress.note(`Going on at line ${(source.start.lines + 1).toLocaleString('en')}.`);
  try {
    const recorder = createRecorder(source, rejected, progress, options.url);
    const lines = linesOf(source.bytes, { ...source.start, maxLineBytes: MAX_LINE_BYTES });
    const { isComplete } = await importEvents<EventBatch, DoorReply>({
      batches: eventBatches(lines),
      ingest: (batch) => sendBatch(client, batch),
      concurrency: BATCHES_UNDER_WAY,
      patienceMs: options.patience * 1_000,
      delay: (ms, signal) => delay(ms, undefined, { ...(signal && { signal }) }),
      signal: interruption.signal,
      onIngested: recorder.record,
      onWaiting: (waitMs, error) => progress.note(`${error.message} Trying again in ${Math.ceil(waitMs / 1_000)} s.`),
    }).finally(recorder.save);
    progress.stop();
    report(file, recorder.totals(), rejected, isComplete);
  } finally {
    progress.stop();
    rejected.close();
    interruption.release();
  }
}

type Source = {
  readonly bytes: Readable;
  /** 0 for standard input. */
  readonly size: number;
  readonly start: Checkpoint;
  readonly rejectedPath: string;
  /** Absent for standard input, which cannot be read again. */
  readonly file: string | undefined;
};

const NOTHING: ImportTotals = { batches: 0, accepted: 0, duplicates: 0, rejected: 0, sampled: 0, dropped: 0 };
const BEGINNING: Checkpoint = { offset: 0, lines: 0, rejectedBytes: 0, totals: NOTHING };

function openSource(file: string, options: ImportOptions): Source {
  if (file === '-') {
    if (process.stdin.isTTY)
      throw new CommandFailed('Standard input is a terminal; pipe events into it.', EXIT.misused);
    const rejectedPath = options.rejected ?? 'stdin.rejected.ndjson';
    return { bytes: process.stdin, size: 0, start: BEGINNING, rejectedPath, file: undefined };
  }
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new CommandFailed(`There is no file ${file}.`);
  const start = options.restart ? BEGINNING : (readCheckpoint(file, options.url) ?? BEGINNING);
  return {
    bytes: createReadStream(file, { start: start.offset, highWaterMark: 1024 * 1024 }),
    size: stat.size,
    start,
    rejectedPath: options.rejected ?? `${file}.rejected.ndjson`,
    file,
  };
}

async function sendBatch(client: ServerClient, batch: EventBatch): Promise<DoorReply> {
  if (batch.events.length === 0) return { ...NOTHING, results: [] };
  const body = await gzip(`{"events":[${batch.events.join(',')}]}`, { level: 1 });
  return client.json<DoorReply>(batch.isExported ? '/api/v1/import' : '/api/v1/telemetry/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body,
  });
}

/** Counts, keeps rejected lines and, for a file, the checkpoint: in this order, so that a kill between them loses nothing. */
function createRecorder(source: Source, rejected: RejectedFile, progress: Progress, url: string) {
  let totals: ImportTotals = { ...source.start.totals };
  let checkpoint: Checkpoint = source.start;
  // The first batch is written down at once.
  let savedMs = 0;
  const save = (): void => {
    if (source.file !== undefined && checkpoint !== source.start) writeCheckpoint(source.file, url, checkpoint);
    savedMs = Date.now();
  };
  return {
    totals: (): Readonly<ImportTotals> => totals,
    save,
    record: (batch: EventBatch, reply: DoorReply): void => {
      rejected.append(rejectedLinesOf(batch, reply));
      totals = {
        batches: totals.batches + 1,
        accepted: totals.accepted + reply.accepted,
        duplicates: totals.duplicates + reply.duplicates,
        rejected: totals.rejected + reply.rejected + batch.unsendable.length,
        sampled: totals.sampled + reply.sampled,
        dropped: totals.dropped + (reply.dropped ?? 0),
      };
      checkpoint = { offset: batch.endOffset, lines: batch.endLine, rejectedBytes: rejected.bytes(), totals };
      progress.update(batch.endOffset, totals.accepted + totals.duplicates + totals.rejected + totals.sampled);
      if (Date.now() - savedMs >= CHECKPOINT_EVERY_MS) save();
    },
  };
}

function rejectedLinesOf(batch: EventBatch, reply: DoorReply): RejectedLine[] {
  const byDoor = reply.results
    .filter(({ result }) => result === 'rejected')
    .map(({ index, reason = '', path = '', detail = '' }) => ({
      line: batch.lines[index]!,
      reason,
      path,
      detail,
      event: batch.events[index]!,
    }));
  return [...batch.unsendable, ...byDoor].sort((a, b) => a.line - b.line);
}

/** What became of the file, on stderr; throws where the exit code has something to say. */
function report(file: string, totals: Readonly<ImportTotals>, rejected: RejectedFile, isComplete: boolean): void {
  const number = (value: number): string => value.toLocaleString('en');
  const parts = [`${number(totals.accepted)} accepted`, `${number(totals.duplicates)} were there already`];
  if (totals.sampled > 0) parts.push(`${number(totals.sampled)} sampled out`);
  if (totals.dropped > 0) parts.push(`${number(totals.dropped)} dropped, since collection is switched off`);
  parts.push(`${number(totals.rejected)} rejected`);
  process.stderr.write(`${parts.join(', ')}.\n`);
  if (!isComplete) {
    const goOn = file === '-' ? '' : ` The same command goes on from here (${checkpointPath(file)}).`;
    throw new CommandFailed(`stopped.${goOn}`, EXIT.interrupted);
  }
  if (file !== '-') removeCheckpoint(file);
  if (totals.rejected > 0) {
    throw new CommandFailed(`the rejected lines and their reasons are in ${rejected.path}`, EXIT.rejectedSome);
  }
}
