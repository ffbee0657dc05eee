/**
 * Credentials that the first start made up itself, kept for their owner alone so that later starts can show them again.
 * What the environment gave is never written down; deleting the file loses nothing but the reminder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BootstrapResult } from '@uptake/capabilities/access';

export type FirstSignIn = {
  readonly email: string;
  readonly adminUserId: string;
  readonly password?: string;
  readonly writeKey?: string;
};

const FILE = 'first-sign-in.json';

export function keepFirstSignIn(
  directory: string,
  result: Extract<BootstrapResult, { isFirstStart: true }>,
): FirstSignIn {
  const kept: FirstSignIn = {
    email: result.adminEmail,
    adminUserId: result.adminUserId,
    ...(result.adminPassword.isGenerated && { password: result.adminPassword.value }),
    ...(result.writeKey.isGenerated && { writeKey: result.writeKey.value }),
  };
  writeFileSync(join(directory, FILE), `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flush: true });
  return kept;
}

export function readFirstSignIn(directory: string): FirstSignIn | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, FILE), 'utf8')) as FirstSignIn;
  } catch {
    return undefined;
  }
}
