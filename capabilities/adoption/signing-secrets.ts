/** A signing secret and the one before it, which holds until whoever has it was told the new one. */
import { Problem } from '@uptake/domain/contract';
import { makeWebhookSecret } from './sources/webhook-signature.ts';

/** As it is sealed. */
export type SigningSecrets = { readonly secret: string; readonly previousSecret?: string };

export type RotatedSecrets = { readonly secrets: SigningSecrets; readonly previousExpiresAt: Date | null };

export const DEFAULT_OVERLAP_SECONDS = 24 * 3_600;
const MAX_OVERLAP_SECONDS = 7 * 24 * 3_600;

/** Throws `invalid_request`. */
export function readOverlapMs(overlapSeconds: number): number {
  if (Number.isInteger(overlapSeconds) && overlapSeconds >= 0 && overlapSeconds <= MAX_OVERLAP_SECONDS)
    return overlapSeconds * 1_000;
  const errors = [{ path: '/overlapSeconds', message: `must be 0 to ${MAX_OVERLAP_SECONDS} (seven days)` }];
  throw new Problem('invalid_request', 'The secrets cannot both hold for so long.', { errors });
}

/** Without overlap the one before is kept nowhere; of three, the oldest ends at once. */
export function rotateSecrets(
  before: SigningSecrets | undefined,
  overlapMs: number,
  { nowMs, randomBytes }: { readonly nowMs: number; readonly randomBytes: (bytes: number) => Buffer },
): RotatedSecrets {
  const secret = makeWebhookSecret(randomBytes);
  if (before === undefined || overlapMs === 0) return { secrets: { secret }, previousExpiresAt: null };
  return { secrets: { secret, previousSecret: before.secret }, previousExpiresAt: new Date(nowMs + overlapMs) };
}

/** Those that hold now, the newest first. */
export function secretsInUse(
  { secret, previousSecret }: SigningSecrets,
  previousExpiresAt: Date | null,
  nowMs: number,
): readonly string[] {
  const isOverlap = previousExpiresAt !== null && previousExpiresAt.getTime() > nowMs;
  return isOverlap && previousSecret !== undefined ? [secret, previousSecret] : [secret];
}
