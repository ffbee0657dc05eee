/**
 * Reads server-sent events from a `fetch` body (WHATWG HTML, section 9.2). `EventSource` would do it too, but can send
 * no header and hides why a connection was refused.
 */

export type ServerSentEvent = { event: string; data: string };

/** A parser that takes the stream in pieces, cut anywhere, and returns the events that are complete. */
export function createEventParser(): (piece: string) => ServerSentEvent[] {
  let rest = '';
  let event = '';
  let data: string[] = [];
  return (piece) => {
    const complete: ServerSentEvent[] = [];
    // A lone CR at the end may be the first half of CRLF, so it waits for what follows.
    const text = rest + piece;
    const isCut = text.endsWith('\r');
    const lines = (isCut ? text.slice(0, -1) : text).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + (isCut ? '\r' : '');
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) complete.push({ event: event || 'message', data: data.join('\n') });
        event = '';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
      if (field === 'event') event = value;
      else if (field === 'data') data.push(value);
    }
    return complete;
  };
}
