/** Keeps rows that the event store cannot read: one durable file each, scrubbed as they are, for a person to look at. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RefusedRows {
  /** Durable when it returns; the same token again replaces the same file, so a repeat after a crash adds nothing. */
  keep(row: { readonly token: string; readonly reason: string; readonly row: Uint8Array }): void;
}

export function openRefusedRows(directory: string): RefusedRows {
  return {
    keep({ token, reason, row }) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const file = join(directory, `${token.replace(/[^\w.-]/g, '_')}.json`);
      writeFileSync(file, `${JSON.stringify({ reason, row: Buffer.from(row).toString('utf8') })}\n`, {
        mode: 0o600,
        flush: true,
      });
      const folder = openSync(directory, 'r');
      fsyncSync(folder);
      closeSync(folder);
    },
  };
}
