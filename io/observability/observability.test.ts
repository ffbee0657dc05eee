import { describe, expect, test } from 'vitest';
import { createLogger, createMetrics } from './index.ts';

function capture() {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    scrub: (text) => text.replaceAll('ada@example.com', '[email]'),
    destination: { write: (line) => void lines.push(line) },
  });
  return { logger, lines, text: () => lines.join('') };
}

describe('the log', () => {
  test('writes one JSON line with time, level, fields and message', () => {
    const { logger, lines } = capture();
    logger.info({ port: 4400 }, 'listening');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 30,
      port: 4400,
      msg: 'listening',
      time: expect.stringMatching(/^\d{4}-/),
    });
  });

  test('cuts fields that hold payloads, credentials or identities, at any depth', () => {
    const { logger, text } = capture();
    logger.info({ password: 'hunter2', request: { Authorization: 'Bearer abc', nested: { user_id: 'u-77' } } }, 'seen');
    expect(text()).not.toMatch(/hunter2|Bearer abc|u-77/);
    expect(text()).toContain('[cut]');
  });

  test('scrubs messages, texts and errors with their causes and leaves the stack frames', () => {
    const { logger, text, lines } = capture();
    const error = new Error('cannot parse ada@example.com', { cause: new Error('near ada@example.com') });
    logger.error({ error, detail: 'for ada@example.com' }, 'failed for ada@example.com');
    expect(text()).not.toContain('ada@');
    expect(JSON.parse(lines[0]!).error.cause.message).toBe('near [email]');
    expect(JSON.parse(lines[0]!).error.frames[0]).toMatch(/^at /);
  });

  test('leaves out what a failed statement was sent with, in the message as in what looks like frames', () => {
    const { logger, text, lines } = capture();
    const cause = new Error('could not extend file: No space left on device');
    logger.error({ error: new Error('Failed query: INSERT\nparams: Contoso,\n  at Redmond', { cause }) }, 'failed');
    expect(text()).not.toMatch(/Contoso|Redmond/);
    expect(JSON.parse(lines[0]!).error).toMatchObject({
      message: 'Failed query: INSERT',
      cause: { message: cause.message },
    });
  });

  test('hands its fields down to children and keeps quiet below its level', () => {
    const { logger, lines } = capture();
    const child = logger.child({ role: 'writer' });
    child.debug({}, 'not this');
    child.warn({}, 'this');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ role: 'writer', msg: 'this' });
  });
});

describe('the metrics', () => {
  test('count by label and appear in the Prometheus exposition', async () => {
    const metrics = createMetrics({ processMetrics: false });
    const events = metrics.counter('uptake_events_total', 'Events by result.', ['result']);
    events.add(3, { result: 'accepted' });
    metrics.counter('uptake_events_total', 'Events by result.', ['result']).add(2, { result: 'accepted' });
    events.add(1, { result: 'rejected' });
    expect(await metrics.value('uptake_events_total', { result: 'accepted' })).toBe(5);
    expect(await metrics.value('uptake_events_total')).toBe(6);
    expect((await metrics.exposition()).body).toContain('uptake_events_total{result="accepted"} 5');
  });

  test('ask a gauge for its value at the scrape', async () => {
    const metrics = createMetrics({ processMetrics: false });
    let waiting = 7;
    metrics.gauge('uptake_log_events_waiting', 'Waiting.', [], (gauge) => gauge.set(waiting));
    expect((await metrics.exposition()).body).toContain('uptake_log_events_waiting 7');
    waiting = 9;
    expect((await metrics.exposition()).body).toContain('uptake_log_events_waiting 9');
  });

  test('observe under labels looked up once as under labels given each time', async () => {
    const metrics = createMetrics({ processMetrics: false });
    const seconds = metrics.histogram('uptake_request_seconds', 'Duration.', ['route'], [1]);
    seconds.bound({ route: '/a' })(0.5);
    seconds.observe(0.5, { route: '/a' });
    expect((await metrics.exposition()).body).toContain('uptake_request_seconds_count{route="/a"} 2');
  });
});
