import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listFiles, parseSource, readSources } from './sources.ts';
import { checkTelemetryBypass } from './telemetry-bypass.ts';

const rulesOf = (path: string, text: string) =>
  checkTelemetryBypass(parseSource(path, text)).map(({ file, line, rule }) => `${file}:${line} ${rule}`);

describe('NoAdHocTelemetryBypass', () => {
  test('holds in this repository', () => {
    const root = join(import.meta.dirname, '..');
    expect(readSources(root, listFiles(root)).flatMap(checkTelemetryBypass)).toEqual([]);
  });

  test.each([
    ['ingests by itself', 'export const save = (collect, it) => collect.ingest(it);'],
    ['ingests with a function it was given', 'export const save = ({ ingest }, it) => ingest(it);'],
    ['runs the pipeline', "import { runPipeline } from '../collect/pipeline.ts';\nrunPipeline();"],
    ['appends to the log', 'export const save = (stores, it) => stores.eventLog.append(it);'],
    ['appends to a private log', 'class A { #log; save(it) { this.#log.append(it); } }'],
    ['names the call in quotes', "export const save = (collect, it) => collect['ingest'](it);"],
    ['inserts into the store', 'export const save = (store, it) => store.insertEvents(it);'],
    ['names a family by hand', "export const family = 'support_diagnostics_opened';"],
    ['names a family as a template', 'export const family = `operation_started`;'],
    [
      'knows where the ledger lies',
      "import { SYSTEM_LEDGER } from '@uptake/domain/ledger';\nexport { SYSTEM_LEDGER };",
    ],
  ])('fails code that %s', (_what, text) => {
    const findings = rulesOf('capabilities/operations/reports/service.ts', text);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(/^capabilities\/operations\/reports\/service\.ts:\d telemetry-bypass$/);
  });

  test('fails it in apps as well', () => {
    expect(rulesOf('apps/server/system.ts', 'collect.ingest([]);')).toHaveLength(1);
  });

  test('lets the recorder write, seams record, tests test and others append to what is no log', () => {
    expect(rulesOf('capabilities/operations/self-telemetry/recorder.ts', 'ingest(RECORDER, []);')).toEqual([]);
    const seam = "import { milestones } from '@uptake/domain/ledger';\nrecord(who, milestones.diagnosticsOpened());";
    expect(rulesOf('capabilities/operations/diagnostics/routes.ts', seam)).toEqual([]);
    expect(rulesOf('capabilities/operations/reports/service.test.ts', 'collect.ingest([]);')).toEqual([]);
    expect(rulesOf('apps/console/search-parameters.ts', 'search.append(name, value);')).toEqual([]);
  });
});
