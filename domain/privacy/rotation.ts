/** When pseudonyms change: every 30 days of UTC from 1970 on (requirement E2), so that every process agrees without asking. */

export const ROTATION_DAYS = 30;
const ROTATION_MS = ROTATION_DAYS * 86_400_000;

/** Number of the period in which something happened. */
export function rotationOf(ms: number): number {
  return Math.floor(ms / ROTATION_MS);
}

export function rotationStartMs(rotation: number): number {
  return rotation * ROTATION_MS;
}

/** Whether ids changed within [fromMs, toMs). */
export function crossesRotation(fromMs: number, toMs: number): boolean {
  return toMs > fromMs && rotationOf(fromMs) !== rotationOf(toMs - 1);
}
