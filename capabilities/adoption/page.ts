/** Cursors of pages: opaque to whoever asks, a number to us. */
import { Problem } from '@uptake/domain/contract';
import type { PageInfo } from './model.ts';

export function readCursor(after: string | undefined): number | undefined {
  if (after === undefined) return undefined;
  const number = Number(Buffer.from(after, 'base64url').toString('latin1'));
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Problem('invalid_request', '`after` is no cursor of this list.');
  return number;
}

export function pageInfo(hasNextPage: boolean, end: number | undefined): PageInfo {
  return { hasNextPage, endCursor: end === undefined ? undefined : Buffer.from(String(end)).toString('base64url') };
}
