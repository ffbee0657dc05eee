/** PGlite on a directory of real files that are really on disk once a transaction is committed. */
import { fsyncSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * PGlite starts PostgreSQL with fsync off (-F): a commit survives the death of the process but not a power cut. Its
 * emscripten build passes `fsync` on only to file systems that offer it, and `fdatasync` (PostgreSQL's default for the
 * write-ahead log) not at all; hence this method and the file system below. Measured: 5 ms per commit instead of 1.
 */
const SYNC_PARAMETERS = ['-c', 'fsync=on', '-c', 'wal_sync_method=fsync'];

export function startPglite(directory: string): Promise<PGlite> {
  return PGlite.create({
    fs: new SyncingNodeFS(directory),
    startParams: [...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'), ...SYNC_PARAMETERS],
    relaxedDurability: false,
  });
}

type EmscriptenModule = Parameters<
  NonNullable<Awaited<ReturnType<NodeFS['init']>>['emscriptenOpts']['preRun']>[number]
>[0];
type OpenFile = { readonly nfd: number | null };
type WithNodeFiles = { readonly NODEFS: { readonly stream_ops: { fsync?: (file: OpenFile) => number } } };

class SyncingNodeFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    const offerFsync = (module: EmscriptenModule) => {
      (module as unknown as WithNodeFiles).NODEFS.stream_ops.fsync = ({ nfd }) => {
        if (nfd !== null) fsyncSync(nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), offerFsync] } };
  }
}
