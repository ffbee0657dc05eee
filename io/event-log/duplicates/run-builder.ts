/** The event loop's side of the worker that builds runs: started when first needed, one request at a time. */
import { Worker } from 'node:worker_threads';
import type { BuildReply, BuildRequest } from './run-worker.ts';
import type { WrittenRun } from './run-writer.ts';

export class RunBuilder {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  build(request: BuildRequest): Promise<WrittenRun> {
    const result = this.#last.then(() => this.#ask(request));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Ends the worker at once; a build under way is rejected and leaves an unfinished file behind. */
  async terminate(): Promise<void> {
    await this.#worker?.terminate();
    await this.#last;
  }

  #ask(request: BuildRequest): Promise<WrittenRun> {
    const worker = this.#start();
    return new Promise((resolve, reject) => {
      const settle = () => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        worker.unref();
      };
      const onMessage = (reply: BuildReply) => {
        settle();
        if ('run' in reply) resolve(reply.run);
        else reject(Object.assign(new Error(reply.error.message), { code: reply.error.code }));
      };
      const onError = (error: unknown) => {
        settle();
        this.#worker = undefined;
        reject(error);
      };
      const onExit = (code: number) => onError(new Error(`the worker that writes run files ended with ${code}`));
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.ref();
      worker.postMessage(request);
    });
  }

  #start(): Worker {
    this.#worker ??= new Worker(new URL('./run-worker.ts', import.meta.url), { name: 'event-log-runs' });
    this.#worker.unref();
    return this.#worker;
  }
}
