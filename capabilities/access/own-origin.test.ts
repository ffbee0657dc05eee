import { expect, test } from 'vitest';
import { isOwnOrigin } from './own-origin.ts';

test.each([
  ['https://uptake.example.test', 'uptake.example.test', 'https://uptake.example.test', true],
  ['https://evil.test', 'uptake.example.test', 'https://uptake.example.test', false],
  ['http://uptake.example.test', 'uptake.example.test', 'https://uptake.example.test', false],
  ['https://uptake.example.test.evil.test', 'uptake.example.test', 'https://uptake.example.test', false],
  ['http://127.0.0.1:4400', '127.0.0.1:4400', 'http://localhost:4400', true],
  ['http://localhost:39041', 'localhost:39041', 'http://localhost:4400', true],
  // Another program on this machine is not us.
  ['http://localhost:3000', 'localhost:4400', 'http://localhost:4400', false],
  // DNS rebinding: the browser believes evil.test is here.
  ['http://evil.test:4400', 'evil.test:4400', 'http://localhost:4400', false],
  ['null', 'localhost:4400', 'http://localhost:4400', false],
])('a page of %s asking %s of an installation at %s: %s', (origin, host, baseUrl, isOurs) => {
  expect(isOwnOrigin(origin, host, baseUrl)).toBe(isOurs);
});
