import { EVENT_NAME_PATTERN, LIMITS } from '@uptake/domain/contract';
import { describe, expect, test } from 'vitest';
import { formatNumber } from '../format/numbers.ts';
import { snippetsFor } from './snippets.ts';

const ORIGIN = 'https://uptake.example';
const KEY = 'upk_w_0123456789';
const byId = Object.fromEntries(snippetsFor(ORIGIN, KEY).map((snippet) => [snippet.id, snippet]));

describe('the snippets', () => {
  test('each name this server and the key, and send an event with a lawful name', () => {
    for (const { code } of snippetsFor(ORIGIN, KEY)) {
      expect(code).toContain(`${ORIGIN}/api/v1/telemetry/events`);
      expect(code).toContain(KEY);
      expect(/hello_uptake/.exec(code)?.[0]).toMatch(EVENT_NAME_PATTERN);
    }
  });

  test('curl holds valid JSON in single quotes', () => {
    const body = /-d '(.*)'$/.exec(byId.curl?.code ?? '')?.[1] ?? '';
    expect(JSON.parse(body)).toMatchObject({ event_name: 'hello_uptake', properties: { from: 'curl' } });
  });

  test('the browser snippet sends one beacon that carries the key in its body', () => {
    const sent: { url: string; body: string }[] = [];
    const run = new Function(
      'navigator',
      'fetch',
      'location',
      'crypto',
      byId.browser?.code.replace('export ', '') ?? '',
    );
    const navigator = { sendBeacon: (url: string, body: string) => sent.push({ url, body }) > 0 };
    run(navigator, () => expect.unreachable(), { pathname: '/projects' }, { randomUUID: () => 'id' });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toBe(`${ORIGIN}/api/v1/telemetry/events`);
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
      writeKey: KEY,
      events: [{ event_id: 'id', event_name: 'hello_uptake', surface: '/projects', properties: { from: 'browser' } }],
    });
  });

  test('the browser snippet falls back to fetch when the beacon is refused', () => {
    let isFetched = false;
    const run = new Function(
      'navigator',
      'fetch',
      'location',
      'crypto',
      byId.browser?.code.replace('export ', '') ?? '',
    );
    const fetch = () => {
      isFetched = true;
    };
    run({ sendBeacon: () => false }, fetch, { pathname: '/' }, { randomUUID: () => 'id' });
    expect(isFetched).toBe(true);
  });

  test('the batch size told is the one the door has', () => {
    expect(byId.node?.note).toContain(formatNumber(LIMITS.eventsPerBatch));
  });
});
