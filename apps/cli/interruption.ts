/** Turns Ctrl-C and a polite kill into a signal that a command can end on by itself. */
import { EXIT } from './exit.ts';

/** A terminal sends Ctrl-C to the launcher and to this process, so the same wish may arrive twice. */
const SAME_WISH_MS = 500;

export function interruptible(nowMs: () => number): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  let firstMs: number | undefined;
  const stop = (): void => {
    if (firstMs !== undefined && nowMs() - firstMs > SAME_WISH_MS) process.exit(EXIT.interrupted);
    firstMs ??= nowMs();
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
    },
  };
}
