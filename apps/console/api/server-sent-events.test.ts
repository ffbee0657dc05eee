import { describe, expect, test } from 'vitest';
import { createEventParser } from './server-sent-events.ts';

const STREAM = 'event: telemetry\ndata: {"event_name":"naïve_ünïcode"}\n\n: comment\nevent: heartbeat\ndata: {}\n\n';
const EVENTS = [
  { event: 'telemetry', data: '{"event_name":"naïve_ünïcode"}' },
  { event: 'heartbeat', data: '{}' },
];

describe('the reader of server-sent events', () => {
  test('finds the same events wherever the network cuts the stream', () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
      const parse = createEventParser();
      expect([...parse(STREAM.slice(0, cut)), ...parse(STREAM.slice(cut))]).toEqual(EVENTS);
    }
  });

  test('takes every line end, also a CRLF that is cut in the middle', () => {
    const crlf = STREAM.replaceAll('\n', '\r\n');
    for (let cut = 0; cut <= crlf.length; cut++) {
      const parse = createEventParser();
      expect([...parse(crlf.slice(0, cut)), ...parse(crlf.slice(cut))]).toEqual(EVENTS);
    }
  });

  test('joins several data lines and gives an event without data to nobody', () => {
    const parse = createEventParser();
    expect(parse('data: a\ndata:b\n\nevent: empty\n\n')).toEqual([{ event: 'message', data: 'a\nb' }]);
  });

  test('keeps an unfinished event back', () => {
    const parse = createEventParser();
    expect(parse('data: a\n')).toEqual([]);
    expect(parse('\n')).toEqual([{ event: 'message', data: 'a' }]);
  });
});
