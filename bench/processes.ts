/** What benchmarks need of other processes: the load generator and the memory a server takes. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LoadOptions, LoadResult } from './events-door/load.ts';

export async function load(options: LoadOptions): Promise<LoadResult> {
  const module = fileURLToPath(new URL('./events-door/load.ts', import.meta.url));
  const child = spawn(process.execPath, [module, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(output) as LoadResult;
}

/** Processor time a process has used, all its threads, in seconds (Linux). Other programs on the machine hardly change it. */
export function processorSeconds(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
  const fields = afterName.split(' ');
  // Fields 14 and 15 of the whole line, in ticks of which Linux promises programs a hundred a second.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process in bytes (Linux). */
export function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}
