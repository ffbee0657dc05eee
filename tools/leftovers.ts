/** Finds and ends processes that a test run started and forgot. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export type Leftover = { readonly pid: number; readonly command: string };

/**
 * Ends every process whose environment holds `mark` (`NAME=value`) after leaving it `graceMs` to end by itself, and
 * returns those it had to end. Where there is no `/proc` (macOS, Windows) it finds none.
 */
export async function endLeftovers(mark: string, { graceMs }: { graceMs: number }): Promise<readonly Leftover[]> {
  const deadlineMs = performance.now() + graceMs;
  let leftovers = processesWith(mark);
  while (leftovers.length > 0 && performance.now() < deadlineMs) {
    await pause(50);
    leftovers = processesWith(mark);
  }
  for (const { pid } of leftovers) end(pid);
  return leftovers;
}

function processesWith(mark: string): readonly Leftover[] {
  return listPids().flatMap((pid) => {
    if (pid === process.pid) return [];
    // A zombie has an empty environment, so it does not count: it holds nothing any more.
    const isMarked = readProc(pid, 'environ').split('\0').includes(mark);
    return isMarked ? [{ pid, command: readProc(pid, 'cmdline').split('\0').join(' ').trim() }] : [];
  });
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
function readProc(pid: number, file: 'environ' | 'cmdline'): string {
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
