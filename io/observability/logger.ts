/** Structured logs on pino, without personal data: forbidden fields are cut and every text passes the scrubber. */
import { type DestinationStream, pino } from 'pino';
import type { Logger } from './port.ts';

/** Fields that may hold a payload, a credential or an identity; their values never reach a log line. */
const FORBIDDEN_FIELDS = new Set([
  'authorization',
  'body',
  'cookie',
  'email',
  'headers',
  'ip',
  'key',
  'password',
  'properties',
  'remoteaddress',
  'row',
  'rows',
  'secret',
  'session_id',
  'sessionid',
  'token',
  'url',
  'user_id',
  'userid',
]);

const MAX_TEXT_LENGTH = 2_000;

export type LoggerOptions = {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Takes what could be personal or secret out of free text, error messages above all. */
  readonly scrub: (text: string) => string;
  /** Where lines go; standard output where absent. */
  readonly destination?: DestinationStream;
};

export function createLogger({ level, scrub, destination }: LoggerOptions): Logger {
  const base = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination(1),
  );
  return wrap(base, scrub);
}

function wrap(target: pino.Logger, scrub: (text: string) => string): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: Readonly<Record<string, unknown>>, message: string): void => {
      if (target.isLevelEnabled(level)) target[level](cleanFields(fields, scrub, 0), scrub(message));
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(target.child(cleanFields(fields, scrub, 0)), scrub),
  };
}

function cleanFields(
  fields: Readonly<Record<string, unknown>>,
  scrub: (text: string) => string,
  depth: number,
): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    clean[name] = FORBIDDEN_FIELDS.has(name.toLowerCase()) ? '[cut]' : cleanValue(value, scrub, depth);
  }
  return clean;
}

function cleanValue(value: unknown, scrub: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value, scrub);
  if (value instanceof Error) return describeError(value, scrub, depth);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= 4) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => cleanValue(item, scrub, depth + 1));
  return cleanFields(value as Record<string, unknown>, scrub, depth + 1);
}

function describeError(error: Error, scrub: (text: string) => string, depth: number): Record<string, unknown> {
  // The library of the control store says what it sent along with its statement: names, notes, tokens.
  const [message = ''] = error.message.split('\nparams: ');
  const described: Record<string, unknown> = { type: error.name, message: cleanText(message, scrub) };
  if (error.stack !== undefined) {
    // Only the frames: the stack's first lines repeat the message, unscrubbed.
    described.frames = error.stack
      .replace(error.message, () => '')
      .split('\n')
      .filter((line) => line.trimStart().startsWith('at '))
      .slice(0, 12)
      .map((line) => line.trim());
  }
  if (error.cause instanceof Error && depth < 3) described.cause = describeError(error.cause, scrub, depth + 1);
  return described;
}

function cleanText(text: string, scrub: (text: string) => string): string {
  return scrub(text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text);
}
