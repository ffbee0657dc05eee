/** Forgets what has no use any more: sessions and verifications past their end, and old entries of the sign-in limit. */
import type { ControlStore } from '@uptake/io/control-store';
import { rateLimits, sessions, verifications } from '@uptake/io/control-store/schema';
import type { Jobs } from '@uptake/io/jobs';
import { lt } from 'drizzle-orm';

/** Far longer than the window of any limit. */
const RATE_LIMIT_MEMORY_MS = 24 * 60 * 60_000;

export async function forgetExpired(controlStore: ControlStore, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  await controlStore.asSystem(async (tx) => {
    await tx.delete(sessions).where(lt(sessions.expiresAt, now));
    await tx.delete(verifications).where(lt(verifications.expiresAt, now));
    await tx.delete(rateLimits).where(lt(rateLimits.lastRequest, nowMs - RATE_LIMIT_MEMORY_MS));
  });
}

export const FORGET_EXPIRED = 'access.forget-expired';
const DAILY_AT_NIGHT = '17 3 * * *';

/** Lets `forgetExpired` run every night (UTC). */
export async function scheduleHousekeeping(jobs: Jobs, controlStore: ControlStore, nowMs: () => number): Promise<void> {
  jobs.define({
    name: FORGET_EXPIRED,
    run: () => forgetExpired(controlStore, nowMs()),
    maxAttempts: 5,
    backoffMs: 60_000,
    timeoutMs: 10 * 60_000,
  });
  await jobs.schedule(FORGET_EXPIRED, DAILY_AT_NIGHT);
}
