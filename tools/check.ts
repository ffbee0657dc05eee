/**
 * `npm run check`: types, lint and format, floors and cycles, docs behind the code, requirements without their tests.
 * Changes nothing, says file, line, rule and what to do, and ends within half a minute.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { TEST_PROJECTS } from '../vitest.config.ts';
import { checkDocs } from './docs.ts';
import { checkHouse } from './house.ts';
import { checkLock, readLock } from './lockfile.ts';
import { checkRequirements } from './requirements.ts';
import type { Finding } from './sources.ts';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules/.bin');

type Outcome = { readonly isPassed: boolean; readonly report: string };
type Step = { readonly name: string; readonly run: () => Promise<Outcome> };

const STEPS: readonly Step[] = [
  { name: 'types', run: () => program('tsc', ['--project', '.', '--pretty', 'false']) },
  { name: 'types of the console', run: () => program('tsc', ['--project', 'apps/console', '--pretty', 'false']) },
  {
    name: 'lint and format',
    run: () => program('biome', ['check', '--error-on-warnings', '--max-diagnostics=50', '.']),
  },
  { name: 'floors, cycles, house rules', run: async () => outcomeOf(checkHouse(ROOT, TEST_PROJECTS)) },
  { name: 'lock file', run: async () => outcomeOf(checkLock(readLock(ROOT))) },
  { name: 'docs', run: async () => outcomeOf(checkDocs(ROOT, { isWriting: false })) },
  { name: 'requirements', run: async () => outcomeOf(checkRequirements(ROOT)) },
];

function outcomeOf(findings: readonly Finding[]): Outcome {
  const lines = findings.map(({ file, line, rule, message }) => `${file}:${line}  ${rule}\n    ${message}`);
  return { isPassed: findings.length === 0, report: lines.join('\n') };
}

/** Runs a program of `node_modules/.bin`; its output matters only when it fails. */
function program(name: string, parameters: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(BIN, name), parameters, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ isPassed: code === 0, report: Buffer.concat(output).toString('utf8').trimEnd() });
    });
  });
}

async function runStep({ name, run }: Step): Promise<boolean> {
  const startMs = performance.now();
  // A step that breaks down has not passed, and does not keep the others from telling what they found.
  const { isPassed, report } = await run().catch((error: Error) => ({ isPassed: false, report: String(error.stack) }));
  const tookSeconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${isPassed ? '✓' : '✗'} ${name.padEnd(30)}${tookSeconds.padStart(5)} s`);
  if (!isPassed) console.log(`${report}\n`);
  return isPassed;
}

const startMs = performance.now();
const passed = await Promise.all(STEPS.map(runStep));
const failures = passed.filter((isPassed) => !isPassed).length;
const tookSeconds = ((performance.now() - startMs) / 1000).toFixed(1);
console.log(
  failures === 0
    ? `Everything holds (${tookSeconds} s)`
    : `${failures} of ${STEPS.length} checks failed (${tookSeconds} s)`,
);
process.exitCode = failures === 0 ? 0 : 1;
