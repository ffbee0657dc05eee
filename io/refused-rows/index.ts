/** Keeps rows that the event store cannot read: one durable file each, scrubbed as they are, for a person to look at. */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RefusedRows {
  /** Durable when it returns; the same token again replaces the same file, so a repeat after a crash adds nothing. */
  keep(row: { readonly token: string; readonly reason: string; readonly row: Uint8Array }): void;
  /** The rows of which this is true, as they were given. */
  find(isWanted: (row: Buffer) => boolean): readonly Buffer[];
  /** Durable when it returns. */
  remove(isWanted: (row: Buffer) => boolean): void;
}

export function openRefusedRows(directory: string): RefusedRows {
  const kept = (isWanted: (row: Buffer) => boolean): { readonly file: string; readonly row: Buffer }[] =>
    filesOf(directory).flatMap((file) => {
      const { row } = JSON.parse(readFileSync(file, 'utf8')) as { row: string };
      const bytes = Buffer.from(row, 'utf8');
      return isWanted(bytes) ? [{ file, row: bytes }] : [];
    });
  return {
    keep({ token, reason, row }) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const file = join(directory, `${token.replace(/[^\w.-]/g, '_')}.json`);
      writeFileSync(file, `${JSON.stringify({ reason, row: Buffer.from(row).toString('utf8') })}\n`, {
        mode: 0o600,
        flush: true,
      });
      syncDirectory(directory);
    },
    find: (isWanted) => kept(isWanted).map(({ row }) => row),
    remove(isWanted) {
      const files = kept(isWanted);
      for (const { file } of files) rmSync(file, { force: true });
      if (files.length > 0) syncDirectory(directory);
    },
  };
}

function filesOf(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function syncDirectory(directory: string): void {
  const folder = openSync(directory, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
