/** An event as a client puts it on the wire, derived from the envelope's table so that the two cannot drift apart. */
import type { Consent, ENVELOPE_FIELDS, PropertyValue } from '@uptake/domain/contract';

type Field = (typeof ENVELOPE_FIELDS)[number];

type WireValue<F extends Field> = F extends { kind: 'enum'; values: readonly (infer Value)[] }
  ? Value
  : F extends { kind: 'boolean' }
    ? boolean
    : F extends { kind: 'assignments' }
      ? Record<string, string>
      : F extends { kind: 'properties' }
        ? Record<string, PropertyValue>
        : F extends { kind: 'consent' }
          ? Partial<Consent> | string
          : string;

/** Absent fields are left out, never `undefined`: the same object may be serialised or handed to the pipeline as it is. */
export type IncomingEvent = { -readonly [F in Field as F['name']]?: WireValue<F> } & { event_name: string };
