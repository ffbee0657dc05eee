/**
 * A new password for somebody who lost theirs. It takes whoever holds the data directory: no mail is sent, and an admin of one
 * workspace must not come into an account that belongs to others too.
 */
import { Problem } from '@uptake/domain/contract';
import type { ControlStore } from '@uptake/io/control-store';
import { accounts, sessions, users } from '@uptake/io/control-store/schema';
import { hashPassword } from 'better-auth/crypto';
import { and, eq } from 'drizzle-orm';
import { recordAudit } from './audit.ts';
import { makePassword, type RandomBytes } from './key-format.ts';

export type ResetPassword = (email: string) => Promise<{ readonly userId: string; readonly password: string }>;

export function createPasswordReset(dependencies: {
  controlStore: ControlStore;
  randomBytes: RandomBytes;
  nowMs: () => number;
}): ResetPassword {
  const { controlStore, randomBytes, nowMs } = dependencies;
  return (email) =>
    controlStore.asSystem(async (tx) => {
      const [person] = await tx.select().from(users).where(eq(users.email, email.trim().toLowerCase()));
      if (person === undefined) throw new Problem('not_found', `Nobody here signs in with ${email}.`);
      const userId = person.id;
      const password = makePassword(randomBytes);
      await tx
        .update(accounts)
        .set({ password: await hashPassword(password), updatedAt: new Date(nowMs()) })
        .where(and(eq(accounts.userId, userId), eq(accounts.providerId, 'credential')));
      // Whoever found the old password is out at once.
      await tx.delete(sessions).where(eq(sessions.userId, userId));
      const entry = {
        actor: { kind: 'system' },
        action: 'password.reset',
        subject: { kind: 'user', id: userId },
      } as const;
      await recordAudit(tx, entry, nowMs());
      return { userId, password };
    });
}
