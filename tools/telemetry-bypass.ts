/**
 * NoAdHocTelemetryBypass (requirement L3): Uptake's own milestones go through the recorder, and whatever else writes events
 * is on a list. Code that names a family by hand, reaches for the system ledger, or calls the pipeline, the log or the
 * store's insert from a new place fails the build.
 */
import { MILESTONE_FAMILIES } from '@uptake/domain/ledger';
import { placeOf } from './floors.ts';
import { type Finding, isTestCode, type SourceFile } from './sources.ts';

const RULE = 'telemetry-bypass';
const CATALOGUE = 'domain/ledger/catalogue.ts';
const RECORDER = 'capabilities/operations/self-telemetry/recorder.ts';

/** Everything that writes events, and whose. The first entry is the recorder; the others hold events of customers. */
const WRITERS: readonly (readonly [path: string, writes: string])[] = [
  [RECORDER, 'milestones of Uptake itself'],
  ['capabilities/collect/', 'what comes through the doors'],
  ['capabilities/operations/import-events.ts', 'events of a file, over a door'],
  ['apps/server/demo.ts', 'the demo workspace'],
];

/** Who may know where the system ledger lies: who writes it, who counts it or leaves it out, who judges it, who forgets it. */
const LEDGER_READERS: readonly string[] = [
  RECORDER,
  'capabilities/operations/self-telemetry/usage.query.ts',
  'capabilities/operations/self-telemetry/prune.ts',
  'capabilities/collect/create.ts',
  'capabilities/collect/tallies.ts',
];
const LEDGER_NAMES: ReadonlySet<string> = new Set(['SYSTEM_LEDGER', 'SYSTEM_CATALOGUE']);

const WRITING_CALLS: ReadonlySet<string> = new Set(['ingest', 'runPipeline', 'insertEvents']);

const FAMILY_LITERAL = new RegExp(`(['"\`])(${Object.keys(MILESTONE_FAMILIES).join('|')})\\1`);

export function checkTelemetryBypass(source: SourceFile): readonly Finding[] {
  const { path } = source;
  const { floor } = placeOf(path);
  // The rooms of io/ are what is written to; tests write what they like.
  if (floor === undefined || floor === 'io' || isTestCode(path)) return [];
  return [...checkCalls(source), ...checkNames(source), ...checkLedger(source)];
}

function checkCalls({ path, calls }: SourceFile): readonly Finding[] {
  if (WRITERS.some(([writer]) => path === writer || (writer.endsWith('/') && path.startsWith(writer)))) return [];
  return calls
    .filter(({ name, object }) => WRITING_CALLS.has(name) || (name === 'append' && /log$/i.test(object)))
    .map(({ name, line }) => ({
      file: path,
      line,
      rule: RULE,
      message: `${name}() writes events, and this file is not on the list of writers. Milestones of Uptake itself go through the recorder (take a RecordMilestone as an argument); a new way in for events of customers belongs on the list in tools/telemetry-bypass.ts.`,
    }));
}

function checkNames({ path, text }: SourceFile): readonly Finding[] {
  if (path === CATALOGUE) return [];
  return text.split('\n').flatMap((line, index) => {
    const family = FAMILY_LITERAL.exec(line)?.[2];
    if (family === undefined) return [];
    const message = `"${family}" is written in ${CATALOGUE} alone. Use what domain/ledger exports under \`milestones\`.`;
    return [{ file: path, line: index + 1, rule: RULE, message }];
  });
}

function checkLedger({ path, imports }: SourceFile): readonly Finding[] {
  if (LEDGER_READERS.includes(path) || path.startsWith('domain/ledger/')) return [];
  return imports
    .filter(({ names }) => names.some((name) => LEDGER_NAMES.has(name)))
    .map(({ line }) => ({
      file: path,
      line,
      rule: RULE,
      message:
        'Only the recorder and what counts, judges or forgets its rows knows where the system ledger lies. Take a RecordMilestone as an argument.',
    }));
}
