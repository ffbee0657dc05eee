/** Finds and ends processes that a test run started and forgot. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export type Leftover = { readonly pid: number; readonly command: string };

/** How the processes of a run are told: either is enough, since a program may be started without the one or the other. */
export type Trace = {
  /** `NAME=value` in the environment. */
  readonly mark: string;
  /** Session (`setsid`) they were born into. */
  readonly sessionId: number | undefined;
};

/**
 * Ends every process of the run after leaving it `graceMs` to end by itself, and returns those it had to end. Where there
 * is no `/proc` (macOS, Windows) it finds none.
 */
export async function endLeftovers(trace: Trace, { graceMs }: { graceMs: number }): Promise<readonly Leftover[]> {
  const deadlineMs = performance.now() + graceMs;
  let leftovers = processesOf(trace);
  while (leftovers.length > 0 && performance.now() < deadlineMs) {
    await pause(50);
    leftovers = processesOf(trace);
  }
  for (const { pid } of leftovers) end(pid);
  return leftovers;
}

function processesOf({ mark, sessionId }: Trace): readonly Leftover[] {
  return listPids().flatMap((pid) => {
    if (pid === process.pid) return [];
    const { state, session } = statusOf(pid);
    // A zombie holds nothing any more; it only waits to be noticed.
    if (state === 'Z') return [];
    const isOfRun =
      (sessionId !== undefined && session === sessionId) || readProc(pid, 'environ').split('\0').includes(mark);
    return isOfRun ? [{ pid, command: readProc(pid, 'cmdline').split('\0').join(' ').trim() }] : [];
  });
}

/** From `/proc/PID/stat`: behind the command in parentheses stand state, parent, group, session. */
function statusOf(pid: number): { state: string; session: number | undefined } {
  const stat = readProc(pid, 'stat');
  const [state = 'Z', , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, session: session === undefined ? undefined : Number(session) };
}

function listPids(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Empty where the process has gone or belongs to somebody else. */
function readProc(pid: number, file: 'environ' | 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself between the look and the signal.
  }
}
