import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { keepRecentProblems } from './recent-problems.ts';

test('the last warnings and errors are kept as they were logged, older ones and the rest are not', () => {
  const written: string[] = [];
  const recent = keepRecentProblems(2, { write: (line) => void written.push(line) });
  const scrub = (text: string) => text.replace('ada@example.com', '[email]');
  const logger = createLogger({ level: 'info', scrub, destination: recent.destination });
  logger.warn({}, 'the first');
  logger.info({}, 'all is well');
  logger.warn({ password: 'hunter2' }, 'mail to ada@example.com failed');
  logger.error({ error: new Error('no route to ada@example.com') }, 'the last');
  expect(written).toHaveLength(4);
  const messages = recent.lines().map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages).toEqual(['mail to [email] failed', 'the last']);
  expect(recent.lines().join()).not.toMatch(/ada@|hunter2/);
});
