/** Options that several commands have, with what is wrong with a value said in words. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandFailed, EXIT } from './exit.ts';

export const DEFAULT_URL = 'http://127.0.0.1:4400';

export function urlOption(): Option {
  return new Option('--url <url>', 'address of the server').argParser(readUrl).default(DEFAULT_URL);
}

/** Without a default, where leaving it out means something else than a server on this machine. */
export function optionalUrlOption(description: string): Option {
  return new Option('--url <url>', description).argParser(readUrl);
}

export function addKeyOptions(command: Command, what: string): Command {
  return command
    .addOption(new Option('--key <key>', what))
    .addOption(
      new Option('--key-file <file>', 'file that holds the key; keeps it out of the list of processes').conflicts(
        'key',
      ),
    );
}

export type KeyOptions = { readonly key?: string; readonly keyFile?: string };

export function keyOf(options: KeyOptions): string {
  const key = options.keyFile === undefined ? options.key : readFileSync(options.keyFile, 'utf8');
  if (key === undefined) {
    throw new CommandFailed(
      'Give a key with --key or --key-file. Keys are made in the console under Settings → Keys, or by "uptake keys create".',
      EXIT.misused,
    );
  }
  const trimmed = key.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    throw new CommandFailed('The key is empty or holds characters no key has.', EXIT.misused);
  return trimmed;
}

export function readUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidArgumentError('It is not an address like http://127.0.0.1:4400.');
  }
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError('It may hold neither a user nor a query; the key goes to --key.');
  }
  return url.href.replace(/\/+$/, '');
}

export function readWholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,15}$/.test(text) || value < from || value > to) {
      throw new InvalidArgumentError(`It is not a whole number from ${from} to ${to}.`);
    }
    return value;
  };
}

/** A date or an instant, handed on as text: the server reads it. */
export function readTime(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}(?:T[0-9:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('It is neither a date like 2026-11-01 nor a time like 2026-11-01T08:00:00Z.');
  }
  return text;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function readId(text: string): string {
  if (!UUID.test(text)) throw new InvalidArgumentError('It is not an id; "uptake keys list" shows ids.');
  return text.toLowerCase();
}
