import { describe, expect, test } from 'vitest';
import { traceIdOf } from './edge.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createUserAgentParser, parseUserAgent } from './user-agent.ts';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36`,
    'Chrome',
    'Windows',
    'desktop',
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
    'Edge',
    'Windows',
    'desktop',
  ],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Chrome/130.0.0.0 Safari/537.36 OPR/116.0.0.0`,
    'Opera',
    'macOS',
    'desktop',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    'Safari',
    'macOS',
    'desktop',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0', 'Firefox', 'Linux', 'desktop'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    'Safari',
    'iOS',
    'mobile',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1',
    'Chrome',
    'iOS',
    'mobile',
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.7 Mobile/15E148 Safari/604.1',
    'Safari',
    'iOS',
    'tablet',
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${WEBKIT} Chrome/131.0.0.0 Mobile Safari/537.36`,
    'Chrome',
    'Android',
    'mobile',
  ],
  [`Mozilla/5.0 (Linux; Android 13; SM-X700) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36`, 'Chrome', 'Android', 'tablet'],
  [
    `Mozilla/5.0 (Linux; Android 14; SM-S921B) ${WEBKIT} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36`,
    'Samsung Internet',
    'Android',
    'mobile',
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36`,
    'Chrome',
    'ChromeOS',
    'desktop',
  ],
  ['Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko', 'Internet Explorer', 'Windows', 'desktop'],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Slack/4.41 Chrome/130.0.0.0 Electron/33.0.0 Safari/537.36`,
    'Electron',
    'macOS',
    'desktop',
  ],
])('%s', (text, browserFamily, osFamily, deviceType) => {
  expect(parseUserAgent(text)).toEqual({ browserFamily, osFamily, deviceType });
});

test.each([
  '',
  'curl/8.5.0',
  'node',
  'okhttp/4.12.0',
  'python-requests/2.32',
  'Jane’s phone +49 30 901820',
  `Mozilla/5.0 ${'('.repeat(5_000)}`,
])('a user agent that is no browser’s says nothing: %s', (text) => {
  expect(parseUserAgent(text)).toEqual({ browserFamily: '', osFamily: '', deviceType: '' });
});

test('user agents are read once each, as long as they are remembered', () => {
  const parse = createUserAgentParser(2);
  const text = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';
  expect(parse(text)).toBe(parse(text));
});

describe('a traceparent', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  test.each([
    [`00-${trace}-00f067aa0ba902b7-01`, trace],
    [`cc-${trace}-00f067aa0ba902b7-01-what-the-future-will-be-like`, trace],
    [`ff-${trace}-00f067aa0ba902b7-01`, ''],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, ''],
    [`00-${trace}-${'0'.repeat(16)}-01`, ''],
    [`00-${trace.toUpperCase()}-00f067aa0ba902b7-01`, ''],
    [`00-${trace}-00f067aa0ba902b7`, ''],
    ['', ''],
    [undefined, ''],
  ])('%s gives %s', (header, expected) => {
    expect(traceIdOf(header)).toBe(expected);
  });
});

describe('a key’s rate', () => {
  test('lets a burst of the largest batch pass, then as much as flows in', () => {
    let nowMs = 0;
    const limiter = createRateLimiter(() => nowMs);
    expect(limiter.take('k', 1_000, 10)).toBe(0);
    expect(limiter.take('k', 1, 10)).toBe(1);
    nowMs += 50;
    expect(limiter.take('k', 1, 10)).toBe(1);
    nowMs += 50;
    expect(limiter.take('k', 1, 10)).toBe(0);
    expect(limiter.take('k', 25, 10)).toBe(3);
  });

  test('is its own, and a clock set back gives nothing away', () => {
    let nowMs = 10_000;
    const limiter = createRateLimiter(() => nowMs);
    expect(limiter.take('a', 1_000, 10)).toBe(0);
    expect(limiter.take('b', 1_000, 10)).toBe(0);
    nowMs -= 5_000;
    expect(limiter.take('a', 1, 10)).toBe(1);
  });
});
