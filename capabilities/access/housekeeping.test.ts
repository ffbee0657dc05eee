import { randomUUID } from 'node:crypto';
import { rateLimits, sessions } from '@uptake/io/control-store/schema';
import { createJobs } from '@uptake/io/jobs';
import { createLogger } from '@uptake/io/observability';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FORGET_EXPIRED, scheduleHousekeeping } from './housekeeping.ts';
import { openTestAccess, TEST_ADMIN, type TestAccess } from './testing.ts';

const DAY_MS = 24 * 60 * 60_000;
let opened: TestAccess;

beforeAll(async () => {
  opened = await openTestAccess({ adminEmail: TEST_ADMIN.email, adminPassword: TEST_ADMIN.password });
  await opened.access.bootstrap();
}, 60_000);
afterAll(() => opened.remove());

test('the nightly job forgets sessions past their end and old sign-in counts, and keeps the living', async () => {
  const { controlStore, clock } = opened;
  const { cookie } = await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password);
  const [living] = await controlStore.asSystem((tx) => tx.select().from(sessions));
  await controlStore.asSystem(async (tx) => {
    await tx.insert(sessions).values({
      ...living!,
      id: randomUUID(),
      token: 'ended',
      expiresAt: new Date(clock.nowMs - 1_000),
    });
    await tx
      .insert(rateLimits)
      .values({ id: randomUUID(), key: 'old', count: 3, lastRequest: clock.nowMs - 2 * DAY_MS });
    await tx.insert(rateLimits).values({ id: randomUUID(), key: 'new', count: 3, lastRequest: clock.nowMs - 1_000 });
  });

  const jobs = createJobs({
    controlStore,
    nowMs: () => clock.nowMs,
    randomUuid: randomUUID,
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
    scrub: (text) => text,
    pollMs: 20,
  });
  await scheduleHousekeeping(jobs, controlStore, () => clock.nowMs);
  clock.nowMs += DAY_MS;
  await jobs.start();
  await expect
    .poll(async () => (await jobs.history(FORGET_EXPIRED, 1))[0]?.state, { timeout: 10_000 })
    .toBe('succeeded');
  await jobs.stop();

  const left = await controlStore.asSystem(async (tx) => ({
    tokens: (await tx.select().from(sessions)).map(({ token }) => token),
    keys: (await tx.select().from(rateLimits)).map(({ key }) => key),
  }));
  expect(left.tokens).toEqual([living!.token]);
  expect(left.keys).not.toContain('old');
  const me = await opened.ask({ url: '/api/v1/me', headers: { cookie } });
  expect(me.status).toBe(200);
});
