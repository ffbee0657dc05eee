/** Ends a connection whose other side sends more than a table of values ever is. */
import { Socket } from 'node:net';
import { PolledDatabaseError } from './port.ts';

export const MAX_ANSWER_BYTES = 10 * 1024 * 1024;
const LOOK_MS = 10;

/**
 * Looked at from time to time: behind TLS nobody but the socket itself sees what comes, and it tells no more than how much.
 * A fast network brings a few megabytes more than the bound meanwhile.
 */
export function boundedSocket(host: string, maxBytes = MAX_ANSWER_BYTES): Socket {
  const socket = new Socket();
  const timer = setInterval(() => {
    if (socket.bytesRead <= maxBytes) return;
    clearInterval(timer);
    const mb = Math.floor(maxBytes / 1024 / 1024);
    socket.destroy(new PolledDatabaseError(`${host} answered with more than ${mb} MB.`, false));
  }, LOOK_MS);
  socket.once('close', () => clearInterval(timer));
  return socket;
}
