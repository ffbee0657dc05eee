/** JSON documents of unknown shape: telling objects apart, and naming places in them (RFC 6901). */
import { quotable } from '@uptake/domain/contract';

export type Document = { readonly [name: string]: unknown };

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Exact, so that whoever reads it finds the place; unlike `jsonPointer` of the contract it cuts nothing. */
export function pointer(...segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The segments of a pointer; `pointer(...segmentsOf(path)) === path`. */
export function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A name or word in quotes, cut short where it is long. */
export function said(text: string): string {
  return `"${quotable(text)}"`;
}
