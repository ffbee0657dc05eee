/**
 * `npm test`: every test in one run, the browser's included. Builds the console first where its sources are newer, sees to
 * a Chromium, and ends with the plain line `N passed, N failed`.
 *
 * `npm test -- --project unit domain/contract` runs less: projects by name, files by a part of their path.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildConsoleIfStale } from '@uptake/server/console-build';
import { PROCESS_ENVIRONMENT } from '@uptake/server/launch.js';
import { ensureChromium } from '../tests/browser/chromium.ts';
import { TEST_PROJECTS } from '../vitest.config.ts';
import { endLeftovers } from './leftovers.ts';
import { openTestFiles } from './test-files.ts';
import { failedRun, lastLine, readSummary, type TestSummary } from './test-summary.ts';

const ROOT = join(import.meta.dirname, '..');
/** Processes the tests start inherit this variable, so that those left behind can be told from anybody else's. */
const RUN_MARK = 'UPTAKE_TEST_RUN';

async function main(): Promise<TestSummary> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { project: { type: 'string', multiple: true, default: Object.keys(TEST_PROJECTS) } },
  });
  const unknown = values.project.find((name) => !(name in TEST_PROJECTS));
  if (unknown !== undefined) {
    return failedRun(`There is no test project "${unknown}"; there are ${Object.keys(TEST_PROJECTS).join(', ')}.`);
  }
  try {
    if (values.project.some((name) => name !== 'unit')) buildConsoleIfStale(ROOT, console.error);
    if (values.project.includes('browser')) ensureChromium();
  } catch (error) {
    return failedRun(error instanceof Error ? error.message : String(error));
  }
  return runVitest(values.project, positionals);
}

async function runVitest(projects: readonly string[], filters: readonly string[]): Promise<TestSummary> {
  const files = openTestFiles(process.env);
  const report = join(files.path, 'report.json');
  const mark = randomUUID();
  try {
    const { exitCode, sessionId } = await start(
      [
        join(ROOT, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...projects.map((name) => `--project=${name}`),
        ...filters,
      ],
      { [RUN_MARK]: mark, TMPDIR: files.path },
    );
    const summary = readSummary(report, exitCode);
    const leftovers = await endLeftovers({ mark: `${RUN_MARK}=${mark}`, sessionId }, { graceMs: 3_000 });
    for (const { pid, command } of leftovers) {
      summary.failed += 1;
      summary.notes.push(`A test left process ${pid} running; it was ended: ${command}`);
    }
    return summary;
  } finally {
    files.remove();
  }
}

type Ended = { readonly exitCode: number; readonly sessionId: number | undefined };

/** In a session of its own, by which its processes are known afterwards; Ctrl-C is handed on, since it does not reach there. */
function start(parameters: readonly string[], environment: Record<string, string>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, parameters, {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...PROCESS_ENVIRONMENT, ...process.env, ...environment },
    });
    const handOn = (signal: NodeJS.Signals) => child.kill(signal);
    process.on('SIGINT', handOn);
    process.on('SIGTERM', handOn);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGINT', handOn);
      process.off('SIGTERM', handOn);
      resolve({ exitCode: code ?? 1, sessionId: child.pid });
    });
  });
}

const summary = await main();
for (const note of summary.notes) console.error(note);
console.log(lastLine(summary));
process.exitCode = summary.failed === 0 && summary.passed > 0 ? 0 : 1;
