/** The last warnings and errors of the log, kept in memory for the diagnostics bundle. Lines come scrubbed, as they are logged. */
import { type DestinationStream, pino } from 'pino';

export type RecentProblems = {
  /** Passes every line on, to standard output where nothing else was said. */
  readonly destination: DestinationStream;
  /** Oldest first. */
  lines(): readonly string[];
};

/** As pino writes the levels warn, error and fatal. */
const PROBLEM = /^\{"level":[456]0,/;
const LINE_LENGTH = 4_000;

export function keepRecentProblems(
  limit: number,
  destination: DestinationStream = pino.destination(1),
): RecentProblems {
  const lines: string[] = [];
  return {
    destination: {
      write(line) {
        destination.write(line);
        if (!PROBLEM.test(line)) return;
        lines.push(line.trimEnd().slice(0, LINE_LENGTH));
        if (lines.length > limit) lines.shift();
      },
    },
    lines: () => [...lines],
  };
}
