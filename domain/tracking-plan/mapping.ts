/**
 * A mapping mends events that were refused: a list of steps on the event as it was sent, written as data so that it can be
 * reviewed, previewed and kept beside what it changed. It never touches who, when or which event it was.
 */
import { EVENT_NAME_PATTERN, type InputError, LIMITS, type PropertyValue } from '@uptake/domain/contract';
import { scrubText } from '@uptake/domain/privacy';
import { isDocument, pointer, said, segmentsOf } from './pointer.ts';

export const CONVERSIONS = ['string', 'number', 'integer', 'boolean'] as const;
export type Conversion = (typeof CONVERSIONS)[number];

/** `from`, `to` and `path` are JSON pointers into the event: `/properties/…` or a field of the envelope. */
export type MappingStep =
  | { readonly op: 'rename_event'; readonly to: string }
  /** Moves a value; where `to` holds one already, that one stays and `from` is dropped. */
  | { readonly op: 'rename'; readonly from: string; readonly to: string }
  | { readonly op: 'drop'; readonly path: string }
  /** Sets a value where there is none. */
  | { readonly op: 'default'; readonly path: string; readonly value: PropertyValue }
  /** `"42"` → 42, 1 → true, 3 → "3"; what cannot be converted stays, and is refused again with its reason. */
  | { readonly op: 'convert'; readonly path: string; readonly to: Conversion }
  /** Replaces texts by others, such as values of an enum that were renamed. */
  | { readonly op: 'replace'; readonly path: string; readonly values: { readonly [value: string]: PropertyValue } };

export type EventMapping = { readonly steps: readonly MappingStep[] };

/** Fields of the envelope a mapping may touch: those that describe. Ids, times and classes are what they were. */
export const MAPPABLE_FIELDS = [
  'event_type',
  'platform',
  'app_version',
  'user_role',
  'auth_context',
  'is_internal',
  'feature_area',
  'workflow_name',
  'surface',
  'device_type',
  'browser_family',
  'os_family',
  'connection_type',
] as const;

export const MAPPING_LIMITS = { steps: 100, values: 200 } as const;

type Raw = { readonly [name: string]: unknown };

/** The event after all steps, in their order. The event given stays as it is; a step that finds nothing does nothing. */
export function applyMapping(event: Raw, mapping: EventMapping): Record<string, unknown> {
  const mended = structuredClone(event) as Record<string, unknown>;
  for (const step of mapping.steps) applyStep(mended, step);
  return mended;
}

function applyStep(event: Record<string, unknown>, step: MappingStep): void {
  switch (step.op) {
    case 'rename_event':
      event.event_name = step.to;
      return;
    case 'rename': {
      const value = take(event, step.from);
      if (value !== undefined && read(event, step.to) === undefined) write(event, step.to, value);
      return;
    }
    case 'drop':
      take(event, step.path);
      return;
    case 'default':
      if (read(event, step.path) === undefined) write(event, step.path, structuredClone(step.value));
      return;
    case 'convert':
      change(event, step.path, (value) => convert(value, step.to));
      return;
    case 'replace':
      change(event, step.path, (value) => {
        const isListed = typeof value === 'string' && Object.hasOwn(step.values, value);
        return isListed ? structuredClone(step.values[value]) : value;
      });
  }
}

function convert(value: unknown, to: Conversion): unknown {
  switch (to) {
    case 'string':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    case 'boolean':
      if (value === 'true' || value === '1' || value === 1) return true;
      return value === 'false' || value === '0' || value === 0 ? false : value;
    case 'number':
    case 'integer': {
      if (typeof value === 'boolean') return Number(value);
      // Only what is written as a number: "", "0x10" and "1e999" are none.
      const isNumber = typeof value === 'string' && /^\s*-?\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?\s*$/i.test(value);
      const number = isNumber ? Number(value) : value;
      return to === 'integer' && typeof number === 'number' ? Math.round(number) : number;
    }
  }
}

/** The object that holds the last segment; made on the way only where `isMaking`. */
function holderOf(event: Record<string, unknown>, segments: readonly string[], isMaking: boolean): Holder | undefined {
  let holder: unknown = event;
  for (const segment of segments.slice(0, -1)) {
    if (!isHolder(holder)) return undefined;
    const inner = Object.hasOwn(holder, segment) ? holder[segment as never] : undefined;
    if (inner === undefined && isMaking && !Array.isArray(holder)) {
      const made: Record<string, unknown> = {};
      (holder as Record<string, unknown>)[segment] = made;
      holder = made;
    } else {
      holder = inner;
    }
  }
  return isHolder(holder) ? (holder as Holder) : undefined;
}

type Holder = Record<string, unknown>;

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function read(event: Record<string, unknown>, path: string): unknown {
  const segments = segmentsOf(path);
  const holder = holderOf(event, segments, false);
  const name = segments.at(-1)!;
  return holder !== undefined && Object.hasOwn(holder, name) ? holder[name] : undefined;
}

function write(event: Record<string, unknown>, path: string, value: unknown): void {
  const segments = segmentsOf(path);
  const holder = holderOf(event, segments, true);
  if (holder !== undefined && !Array.isArray(holder)) holder[segments.at(-1)!] = value;
}

function take(event: Record<string, unknown>, path: string): unknown {
  const segments = segmentsOf(path);
  const holder = holderOf(event, segments, false);
  const name = segments.at(-1)!;
  if (holder === undefined || Array.isArray(holder) || !Object.hasOwn(holder, name)) return undefined;
  const value = holder[name];
  delete holder[name];
  return value;
}

function change(event: Record<string, unknown>, path: string, convertValue: (value: unknown) => unknown): void {
  const value = read(event, path);
  if (value !== undefined) write(event, path, convertValue(value));
}

/** The mapping, or everything that is wrong with it; `path` is a JSON pointer into the document. */
export function parseMapping(document: unknown): EventMapping | InputError[] {
  if (!isDocument(document) || !Array.isArray(document.steps)) {
    return [{ path: '', message: 'A mapping is {"steps": […]}.' }];
  }
  const { steps } = document;
  if (steps.length === 0 || steps.length > MAPPING_LIMITS.steps) {
    return [{ path: '/steps', message: `A mapping has 1 to ${MAPPING_LIMITS.steps} steps.` }];
  }
  const errors = steps.flatMap((step: unknown, index) => stepErrors(step, pointer('steps', index)));
  // Every field of every step was looked at.
  return errors.length > 0 ? errors : { steps: steps as readonly MappingStep[] };
}

type FieldErrors = (value: unknown) => string | undefined;

const FIELDS_OF: Readonly<Record<MappingStep['op'], Readonly<Record<string, FieldErrors>>>> = {
  rename_event: {
    to: (value) =>
      typeof value === 'string' && EVENT_NAME_PATTERN.test(value)
        ? undefined
        : 'Event names are lower-case letters, digits and underscores, a letter first, at most 100.',
  },
  rename: { from: pathError, to: newPathError },
  drop: { path: pathError },
  default: { path: newPathError, value: valueError },
  convert: {
    path: pathError,
    to: (value) => (CONVERSIONS.some((each) => each === value) ? undefined : `It is one of ${CONVERSIONS.join(', ')}.`),
  },
  replace: {
    path: pathError,
    values: (value) => {
      if (!isDocument(value)) return 'It is an object of old texts to new values.';
      const entries = Object.entries(value);
      if (entries.length > MAPPING_LIMITS.values) return `At most ${MAPPING_LIMITS.values} values can be replaced.`;
      for (const [, each] of entries) {
        const message = valueError(each);
        if (message !== undefined) return message;
      }
      return undefined;
    },
  },
};

function stepErrors(step: unknown, at: string): InputError[] {
  if (!isDocument(step)) return [{ path: at, message: 'A step is an object.' }];
  const fields =
    typeof step.op === 'string' && Object.hasOwn(FIELDS_OF, step.op) ? FIELDS_OF[step.op as never] : undefined;
  if (fields === undefined) {
    return [{ path: `${at}/op`, message: `Steps are ${Object.keys(FIELDS_OF).join(', ')}.` }];
  }
  const checks = Object.entries<FieldErrors>(fields);
  const errors = Object.keys(step)
    .filter((name) => name !== 'op' && !Object.hasOwn(fields, name))
    .map((name) => ({ path: at + pointer(name), message: `"${step.op}" has no field ${said(name)}.` }));
  for (const [name, check] of checks) {
    const message = check(step[name]);
    if (message !== undefined) errors.push({ path: at + pointer(name), message });
  }
  return errors;
}

function pathError(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('/')) return 'It is a JSON pointer such as "/properties/plan".';
  const [root, ...segments] = segmentsOf(value);
  if (root === 'properties') {
    if (segments.length === 0) return 'Name one property, such as "/properties/plan".';
    if (segments.length > LIMITS.propertyDepth + 1) return 'Events are not nested so deeply.';
    const isNamed = segments.every(
      (name) => name !== '' && name !== '__proto__' && name.length <= LIMITS.propertyNameLength,
    );
    return isNamed ? undefined : `Names are 1 to ${LIMITS.propertyNameLength} characters, not "__proto__".`;
  }
  const isMappable = segments.length === 0 && MAPPABLE_FIELDS.some((field) => field === root);
  return isMappable ? undefined : `Of the envelope a mapping may touch ${MAPPABLE_FIELDS.join(', ')} alone.`;
}

/** A path that something is written to. What it will hold is scrubbed on replay; the name is the mapping's own. */
function newPathError(value: unknown): string | undefined {
  const message = pathError(value);
  if (message !== undefined) return message;
  return segmentsOf(value as string).some((name) => scrubText(name) !== name)
    ? 'The name itself holds personal data.'
    : undefined;
}

/** A constant that a mapping writes: JSON that an event may hold, without anything personal in it. */
function valueError(value: unknown): string | undefined {
  if (value === undefined) return 'It is missing.';
  const text = JSON.stringify(value);
  if (text.length > LIMITS.propertyStringLength) return 'It is too long.';
  return textsOf(value).some((each) => scrubText(each) !== each)
    ? 'It holds personal data or a secret; a mapping may not write such a thing into events.'
    : undefined;
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsOf(inner)]);
}
