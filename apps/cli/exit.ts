/** How a command ends: its exit code, and a message for whoever started it. */
import { PROBLEMS, Problem } from '@uptake/domain/contract';

export const EXIT = {
  done: 0,
  /** It could not be done; the message says why. */
  failed: 1,
  /** The command line was wrong. */
  misused: 2,
  /** Everything was read, but some events were rejected. */
  rejectedSome: 3,
  /** Stopped by Ctrl-C; the same command goes on where it stopped. */
  interrupted: 130,
} as const;

export const EXIT_CODES_HELP = exitCodesHelp([]);
export const IMPORT_EXIT_CODES_HELP = exitCodesHelp(['  3    import: done, but some events were rejected']);

function exitCodesHelp(others: readonly string[]): string {
  return [
    '',
    'Exit codes:',
    '  0    done',
    '  1    failed; the message says why',
    '  2    wrong command line',
    ...others,
    '  130  stopped by Ctrl-C',
  ].join('\n');
}

/** Ends the command. An empty message means that everything has been said. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly code: number;

  constructor(message: string, code: number = EXIT.failed, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** Failures of other rooms whose message is written for whoever started the program; all others show their stack. */
const EXPLAINED = new Set([
  'ConfigError',
  'ControlStoreRefused',
  'DataDirectoryUnusable',
  'LogDirectoryError',
  'SecretKeyRefused',
  'ServerUnreachable',
  'StoreUnavailable',
]);

export function explain(error: unknown): { readonly message: string; readonly code: number } {
  if (error instanceof CommandFailed) return { message: error.message, code: error.code };
  if (error instanceof Problem) return { message: problemInWords(error), code: EXIT.failed };
  if (!(error instanceof Error)) return { message: String(error), code: EXIT.failed };
  const isExplained = EXPLAINED.has(error.name) || 'syscall' in error;
  return { message: isExplained ? error.message : (error.stack ?? error.message), code: EXIT.failed };
}

/** What is wrong with a key is in the title alone: its detail says what to do about it. */
function problemInWords({ code, status, detail }: Problem): string {
  return status === 401 ? `${PROBLEMS[code].title}. ${detail}` : detail;
}
