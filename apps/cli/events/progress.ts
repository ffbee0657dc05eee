/** Shows how far a long command is: a bar on a terminal, a plain line now and then elsewhere. Only ever on stderr. */
import { Presets, SingleBar } from 'cli-progress';

export type Progress = {
  /** `done` in the unit of `total`; `events` is what people count. */
  readonly update: (done: number, events: number) => void;
  /** A line of its own, above the bar. */
  readonly note: (text: string) => void;
  readonly stop: () => void;
};

const LINE_EVERY_MS = 2_000;

export function createProgress(options: {
  readonly stream: NodeJS.WriteStream;
  /** 0 where nobody knows. */
  readonly total: number;
  readonly isQuiet: boolean;
  readonly verb: string;
  readonly nowMs: () => number;
}): Progress {
  const { stream, total, isQuiet, verb, nowMs } = options;
  const startedMs = nowMs();
  let firstEvents: number | undefined;
  const rateOf = (events: number): string => {
    firstEvents ??= events;
    const seconds = Math.max(0.001, (nowMs() - startedMs) / 1_000);
    return `${Math.round((events - firstEvents) / seconds).toLocaleString('en')} events/s`;
  };
  if (isQuiet) return { update: () => undefined, note: (text) => stream.write(`${text}\n`), stop: () => undefined };
  return stream.isTTY && total > 0 ? createBar(stream, total, rateOf) : createLines(stream, total, verb, rateOf, nowMs);
}

function createBar(stream: NodeJS.WriteStream, total: number, rateOf: (events: number) => string): Progress {
  const format = '{bar} {percentage}%  {events} events  {rate}  {eta_formatted} left';
  const bar = new SingleBar(
    { stream, format, hideCursor: true, clearOnComplete: false, fps: 8 },
    Presets.shades_classic,
  );
  bar.start(total, 0, { events: '0', rate: '' });
  return {
    update: (done, events) =>
      bar.update(Math.min(done, total), { events: events.toLocaleString('en'), rate: rateOf(events) }),
    note: (text) => {
      stream.write(`\r\u001b[K${text}\n`);
    },
    stop: () => bar.stop(),
  };
}

function createLines(
  stream: NodeJS.WriteStream,
  total: number,
  verb: string,
  rateOf: (events: number) => string,
  nowMs: () => number,
): Progress {
  let nextMs = nowMs() + LINE_EVERY_MS;
  return {
    update: (done, events) => {
      const rate = rateOf(events);
      if (nowMs() < nextMs) return;
      nextMs = nowMs() + LINE_EVERY_MS;
      const share = total > 0 ? ` (${Math.floor((100 * Math.min(done, total)) / total)}%)` : '';
      stream.write(`${verb} ${events.toLocaleString('en')} events${share}, ${rate}\n`);
    },
    note: (text) => {
      stream.write(`${text}\n`);
    },
    stop: () => undefined,
  };
}
