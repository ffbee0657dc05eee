/** Files to be fetched once made: kept sealed for an hour at most, at an address that nobody can guess. */
import { createHash } from 'node:crypto';
import { Problem } from '@uptake/domain/contract';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionFiles } from '@uptake/io/control-store/schema';
import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { AdoptionDependencies } from './dependencies.ts';

export const FILE_LIFETIME_MS = 60 * 60 * 1_000;
const TOKEN_BYTES = 32;
/** Of one workspace, sealed. What is fetched is fetched at once; only what nobody came for is there to give way. */
const MOST_BYTES = 256 * 1024 * 1024;

export type KeptFile = { readonly url: string; readonly expiresAt: Date };
export type FetchedFile = { readonly fileName: string; readonly bytes: Buffer };

export type Files = {
  /** The oldest of the workspace give way where there are too many. */
  keep(tx: ControlTransaction, workspaceId: string, file: { fileName: string; bytes: Uint8Array }): Promise<KeptFile>;
  /** Throws `not_found` for what never was and for what is over. */
  fetch(token: string): Promise<FetchedFile>;
  /** Returns how many were over. */
  removeExpired(): Promise<number>;
};

export function createFiles(
  dependencies: Pick<AdoptionDependencies, 'controlStore' | 'secrets' | 'nowMs' | 'randomBytes' | 'baseUrl'>,
  mostBytes = MOST_BYTES,
): Files {
  const { controlStore, secrets, nowMs, randomBytes, baseUrl } = dependencies;
  return {
    async keep(tx, workspaceId, { fileName, bytes }) {
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      const tokenHash = hashOf(token);
      const expiresAt = new Date(nowMs() + FILE_LIFETIME_MS);
      const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
      await tx.insert(adoptionFiles).values({
        tokenHash,
        workspaceId,
        fileName,
        sealedContent: secrets.encrypt(content, contextOf(tokenHash)),
        expiresAt,
      });
      await makeRoom(tx, workspaceId, mostBytes);
      return { url: `${baseUrl}/api/v1/adoption/files/${token}`, expiresAt };
    },

    async fetch(token) {
      const tokenHash = hashOf(token);
      const [row] = await controlStore.asSystem((tx) =>
        tx
          .select()
          .from(adoptionFiles)
          .where(and(eq(adoptionFiles.tokenHash, tokenHash), gt(adoptionFiles.expiresAt, new Date(nowMs())))),
      );
      if (row === undefined)
        throw new Problem('not_found', 'The file is gone; they are kept for an hour. Make it again.');
      const content = secrets.decrypt(row.sealedContent, contextOf(tokenHash));
      return { fileName: row.fileName, bytes: Buffer.from(content, 'base64') };
    },

    removeExpired: async () => {
      const removed = await controlStore.asSystem((tx) =>
        tx
          .delete(adoptionFiles)
          .where(lte(adoptionFiles.expiresAt, new Date(nowMs())))
          .returning({ tokenHash: adoptionFiles.tokenHash }),
      );
      return removed.length;
    },
  };
}

/** The newest stays whatever its size: it is the answer to somebody who waits. */
async function makeRoom(tx: ControlTransaction, workspaceId: string, mostBytes: number): Promise<void> {
  await tx.execute(sql`
    DELETE FROM adoption_files WHERE token_hash IN (
      SELECT token_hash FROM (
        SELECT token_hash, row_number() OVER newest AS place, sum(octet_length(sealed_content)) OVER newest AS bytes
        FROM adoption_files WHERE workspace_id = ${workspaceId}::uuid
        WINDOW newest AS (ORDER BY expires_at DESC, token_hash)
      ) AS kept WHERE place > 1 AND bytes > ${mostBytes})`);
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const contextOf = (tokenHash: string) => `adoption_file:${tokenHash}`;
