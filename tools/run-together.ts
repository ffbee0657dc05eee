/** Runs several programs that belong together: when one ends, or somebody presses Ctrl-C, all of them end. */
import { type ChildProcess, spawn } from 'node:child_process';

export type Program = { readonly program: string; readonly parameters: readonly string[]; readonly cwd: string };

/** Time to finish what is under way before the programs are ended by force. */
const PATIENCE_MS = 15_000;

/** Resolves with the exit code of the program that ended first, 0 after an abort, once all have ended. */
export async function runTogether(programs: readonly Program[], signal: AbortSignal): Promise<number> {
  const children = programs.map(start);
  const ends = children.map(exitCodeOf);
  const aborted = new Promise<number>((resolve) => {
    if (signal.aborted) resolve(0);
    signal.addEventListener('abort', () => resolve(0), { once: true });
  });
  const firstCode = await Promise.race([...ends, aborted]);
  // One signal each: a second one tells the server not to finish what is under way.
  for (const child of children) if (isRunning(child)) child.kill('SIGTERM');
  const force = setTimeout(() => children.forEach(killGroup), PATIENCE_MS);
  await Promise.all(ends);
  clearTimeout(force);
  return firstCode;
}

/**
 * In a process group of its own: the terminal's Ctrl-C then reaches this process alone, which hands it on once. Standard
 * input is closed because a background group that reads the terminal is stopped by it.
 */
function start({ program, parameters, cwd }: Program): ChildProcess {
  return spawn(program, parameters, { cwd, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || !isRunning(child)) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group ended between the look and the signal.
  }
}
