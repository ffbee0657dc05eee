/** Worker thread: builds run files one request after the other, so that the event loop never waits for a sort or a sync. */
import { parentPort } from 'node:worker_threads';
import type { Filter } from './filter.ts';
import { type MergeInput, mergeRuns, writeTable } from './run-building.ts';
import type { WrittenRun } from './run-writer.ts';

export type BuildRequest =
  | {
      readonly kind: 'write_table';
      readonly words: Uint32Array<SharedArrayBuffer>;
      readonly gate: Filter;
      readonly path: string;
      readonly bitsPerId: number;
    }
  | {
      readonly kind: 'merge';
      readonly inputs: readonly MergeInput[];
      readonly oldest: number;
      readonly path: string;
      readonly bitsPerId: number;
    };

export type BuildReply =
  | { readonly run: WrittenRun }
  | { readonly error: { readonly message: string; readonly code: string | undefined } };

parentPort?.on('message', (request: BuildRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer(request: BuildRequest): BuildReply {
  try {
    const { path, bitsPerId } = request;
    if (request.kind === 'write_table') return { run: writeTable(request.words, path, bitsPerId, request.gate) };
    return { run: mergeRuns(request.inputs, request.oldest, path, bitsPerId) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { error: { message, code } };
  }
}
