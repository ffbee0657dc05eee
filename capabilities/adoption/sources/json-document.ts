/** The bytes of an answer as JSON, with numbers only where they are exactly what was sent. */
import { SourceFailed } from '../source-driver.ts';
import type { Json } from './json-path.ts';

const MAX_DEPTH = 100;
/** Ten thousand rows of fifty fields. */
const MAX_VALUES = 500_000;
/** Sixteen digits and more may be more than a number keeps. */
const LONG_NUMBER = /\d{16}/;

export function parseJson(body: Uint8Array): Json | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
  if (isTooMuch(text)) return undefined;
  try {
    return (LONG_NUMBER.test(text) ? JSON.parse(text, keepExact) : JSON.parse(text)) as Json;
  } catch {
    return undefined;
  }
}

/**
 * Whoever walks through a document does so by recursion, and a megabyte of brackets would end it; values are never deep. And
 * every path walks through it again, so that five megabytes of `0,` would take minutes.
 */
function isTooMuch(text: string): boolean {
  let depth = 0;
  let values = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[{\]},]/gs)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (token === '[' || token === '{' || token === ',') values += 1;
    if (depth > MAX_DEPTH || values > MAX_VALUES) return true;
  }
  return false;
}

/** An identifier of twenty digits would silently become another one: it stays the text it was, which no number takes. */
function keepExact(this: unknown, _key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? String(value);
  return Number.isInteger(value) || !Number.isFinite(value) ? source : value;
}

/** For what polled systems answer: says what came instead. */
export function requireJson(body: Uint8Array, contentType: string | undefined, host: string): Json {
  const document = parseJson(body);
  if (document !== undefined) return document;
  if (/^\s*[[{]/.test(Buffer.from(body.subarray(0, 200)).toString()) && isTooMuch(Buffer.from(body).toString())) {
    throw new SourceFailed(
      `${host} answered with more than ${MAX_VALUES} values, or ${MAX_DEPTH} levels of them; ask for less on a page.`,
      {
        isRetriable: false,
      },
    );
  }
  const sent = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const isHtml = sent === 'text/html' || /^\s*<(!doctype|html)/i.test(Buffer.from(body.subarray(0, 200)).toString());
  const instead = isHtml
    ? 'a web page (HTML), perhaps of a sign-in; check the address and the credentials'
    : `something that is no JSON to be read${/^[\w.+/-]{3,60}$/.test(sent) ? ` (${sent})` : ''}; check the address`;
  throw new SourceFailed(`${host} answered with ${instead}.`, { isRetriable: false });
}
