/** `npm run bench -- NAME [--option value]`: runs one benchmark after saying on which machine; without a name, lists them. */
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync } from 'oxc-parser';
import { type Benchmark, parseOptions } from './options.ts';

const FOLDER = import.meta.dirname;

/** Files below `bench/` that export what a benchmark exports; told from their text, so that nothing is run by looking. */
async function findBenchmarks(): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob(['*.ts', '*/*.ts'], { cwd: FOLDER })) {
    if (!file.endsWith('.test.ts') && isBenchmark(file)) files.push(file);
  }
  return files.sort();
}

function isBenchmark(file: string): boolean {
  const { module } = parseSync(file, readFileSync(join(FOLDER, file), 'utf8'));
  const names = module.staticExports.flatMap(({ entries }) => entries.map(({ exportName }) => exportName.name));
  return ['name', 'describe', 'run'].every((name) => names.includes(name));
}

async function load(file: string): Promise<Benchmark> {
  return import(pathToFileURL(join(FOLDER, file)).href);
}

function describeMachine(): string {
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  const memory = `${gib(totalmem())} memory (${gib(freemem())} free)`;
  return `${model}, ${availableParallelism()} cores, ${memory}, ${type()} ${release()}, Node ${process.versions.node}`;
}

async function main([name, ...parameters]: readonly string[]): Promise<number> {
  const benchmarks = await Promise.all((await findBenchmarks()).map(load));
  const chosen = benchmarks.find((benchmark) => benchmark.name === name);
  if (chosen === undefined) {
    if (name !== undefined) console.error(`There is no benchmark "${name}".\n`);
    console.log('npm run bench -- NAME [--option value]\n');
    const width = Math.max(0, ...benchmarks.map((benchmark) => benchmark.name.length));
    for (const benchmark of benchmarks) console.log(`  ${benchmark.name.padEnd(width)}  ${benchmark.describe}`);
    return name === undefined ? 0 : 1;
  }
  console.log(`${chosen.name}: ${chosen.describe}\n${describeMachine()}`);
  await chosen.run(parseOptions(parameters));
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
