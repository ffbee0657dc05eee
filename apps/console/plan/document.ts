/** The schema as text in the editor: to and from JSON, and which line a place of the document stands on. */
import type { EventSchema } from '@uptake/domain/tracking-plan';

export function documentText(schema: EventSchema): string {
  return JSON.stringify(schema, undefined, 2);
}

export type Parsed = { readonly document: Readonly<Record<string, unknown>> } | { readonly mistake: string };

export function parseDocument(text: string): Parsed {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
      return { document: document as Record<string, unknown> };
    }
    return { mistake: 'An event schema is a JSON object.' };
  } catch (error) {
    return { mistake: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** An event nobody described yet. */
export function emptyDraft(eventName: string): EventSchema {
  return {
    event_name: eventName,
    version: 1,
    state: 'draft',
    owner: '',
    description: '',
    feature_area: '',
    pii_class: 'none',
    data_sensitivity: 'internal',
    properties: { type: 'object', properties: {}, additionalProperties: false },
  };
}

/**
 * The line of a place, counted from 1, in a text as `documentText` writes it; the line of the nearest place around it
 * where it is not there, as with a missing field. `undefined` where the text was laid out in another way.
 */
export function lineOf(text: string, path: string): number | undefined {
  const parsed = parseDocument(text);
  if ('mistake' in parsed || JSON.stringify(parsed.document, undefined, 2) !== text) return undefined;
  const segments = path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  let line = 1;
  let value: unknown = parsed.document;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null) return line;
    const entries: [string, unknown][] = Array.isArray(value)
      ? value.map((item, index) => [String(index), item])
      : Object.entries(value);
    const at = entries.findIndex(([name]) => name === segment);
    if (at === -1) return line;
    line += 1 + entries.slice(0, at).reduce((lines, [, each]) => lines + linesOf(each), 0);
    value = entries[at]![1];
  }
  return line;
}

function linesOf(value: unknown): number {
  return JSON.stringify(value, undefined, 2).split('\n').length;
}
