/** Drafts an event schema from what was observed of an event, for a person to complete: nothing it guesses is enforced. */
import { type EventType, LIMITS, PII_CLASSIFICATIONS, type PiiClassification } from '@uptake/domain/contract';
import type { EventSchema, JsonType, JsonValue, PropertySchema } from './event-schema.ts';
import { SCHEMA_LIMITS } from './event-schema.ts';
import { FORMAT_CHECKS } from './formats.ts';
import { classOfName } from './personal-names.ts';

/** What the store saw of one property; counts are of events. */
export type ObservedProperty = {
  readonly name: string;
  /** Events in which it was there, null included. */
  readonly count: number;
  /** How often each JSON type was seen; whole numbers count as `integer` alone. */
  readonly types: Readonly<Partial<Record<JsonType, number>>>;
  /** Distinct texts and numbers, as many as were kept. */
  readonly examples: readonly (string | number | boolean)[];
  /** Distinct values there were, at least. Equal to the number of `examples` where all were kept. */
  readonly distinctCount: number;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** Of the longest text, in characters. */
  readonly maxLength?: number | undefined;
  /** Of the items of arrays. */
  readonly items?: ObservedProperty | undefined;
  /** Of the members of objects. */
  readonly properties?: readonly ObservedProperty[] | undefined;
};

export type ObservedEvent = {
  readonly eventName: string;
  readonly count: number;
  readonly eventType?: EventType | undefined;
  readonly featureArea?: string | undefined;
  readonly properties: readonly ObservedProperty[];
};

export type Proposal = {
  readonly schema: EventSchema;
  /** How each property was seen, most frequent first. `share` is of all events, 0 to 1. */
  readonly presence: readonly {
    readonly name: string;
    readonly count: number;
    readonly share: number;
    readonly types: readonly JsonType[];
    /** Empty for what sounds personal. */
    readonly examples: readonly (string | number | boolean)[];
    readonly isProposed: boolean;
  }[];
};

/** Fewer events than these show nothing about what is always there. */
const ENOUGH_TO_REQUIRE = 100;
const ENUM_MAX_VALUES = 20;
/** Each listed value should have been seen about so often, or the next new one is near. */
const ENUM_SIGHTINGS = 10;

export function proposeSchema({ eventName, count, eventType, featureArea, properties }: ObservedEvent): Proposal {
  const proposed = [...properties]
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .map((observed) => ({ observed, schema: propertyOf(observed) }));
  const kept = proposed.filter(({ schema }) => schema !== undefined).slice(0, SCHEMA_LIMITS.properties);
  const names = new Set(kept.map(({ observed }) => observed.name));
  const required = kept.filter(({ observed }) => count >= ENOUGH_TO_REQUIRE && observed.count >= count);
  const classes = kept.map(({ schema }) => PII_CLASSIFICATIONS.indexOf(schema!['x-pii-class'] ?? 'none'));
  const piiClass = PII_CLASSIFICATIONS[Math.max(0, ...classes)]!;
  return {
    schema: {
      event_name: eventName,
      version: 1,
      state: 'draft',
      owner: '',
      description: '',
      feature_area: featureArea ?? '',
      ...(eventType !== undefined && { event_type: eventType }),
      pii_class: piiClass,
      data_sensitivity: piiClass === 'high' ? 'restricted' : 'internal',
      properties: {
        type: 'object',
        properties: Object.fromEntries(kept.map(({ observed, schema }) => [observed.name, schema!])),
        ...(required.length > 0 && { required: required.map(({ observed }) => observed.name) }),
        additionalProperties: false,
      },
    },
    presence: proposed.map(({ observed }) => ({
      name: observed.name,
      count: observed.count,
      share: count === 0 ? 0 : Math.min(1, observed.count / count),
      types: typesOf(observed),
      examples: classOfName(observed.name) === undefined ? observed.examples.slice(0, 5) : [],
      isProposed: names.has(observed.name),
    })),
  };
}

/** `undefined` where what was seen allows no schema: nothing but null, or insides nobody looked into. */
function propertyOf(observed: ObservedProperty): PropertySchema | undefined {
  const value = shapeOf(observed);
  return value === undefined ? undefined : { ...value, 'x-pii-class': guessClass(observed.name) };
}

function shapeOf(observed: ObservedProperty): PropertySchema | undefined {
  const types = typesOf(observed);
  const solid = types.filter((type) => type !== 'null');
  if (solid.length === 0) return undefined;
  const values = enumOf(observed, types);
  if (values !== undefined) return { enum: values };
  const members = (observed.properties ?? []).map((each) => [each.name, propertyOf(each)] as const);
  const properties = members.filter((member): member is [string, PropertySchema] => member[1] !== undefined);
  const items = observed.items === undefined ? undefined : shapeOf(observed.items);
  if ((solid.includes('object') && properties.length === 0) || (solid.includes('array') && items === undefined)) {
    return undefined;
  }
  return {
    type: types.length === 1 ? types[0]! : types,
    ...(solid.includes('string') && textKeywords(observed)),
    ...(solid.some((type) => type === 'number' || type === 'integer') &&
      (observed.minimum ?? -1) >= 0 && { minimum: 0 }),
    ...(solid.includes('array') && { items: items!, maxItems: LIMITS.arrayItems }),
    ...(solid.includes('object') && { properties: Object.fromEntries(properties), additionalProperties: false }),
  };
}

/** Texts that come back again and again are the words of a list. */
function enumOf(observed: ObservedProperty, types: readonly JsonType[]): readonly JsonValue[] | undefined {
  const { examples, distinctCount, count } = observed;
  if (types.some((type) => type !== 'string' && type !== 'null') || classOfName(observed.name) !== undefined)
    return undefined;
  const isSmall = examples.length === distinctCount && distinctCount > 0 && distinctCount <= ENUM_MAX_VALUES;
  const areWords = examples.every((value) => typeof value === 'string' && /^[\p{L}\p{N}_.:/ -]{1,64}$/u.test(value));
  const isIdentifier = examples.every((value) => FORMAT_CHECKS.uuid.test(String(value)));
  if (!isSmall || !areWords || isIdentifier || count < distinctCount * ENUM_SIGHTINGS) return undefined;
  const words = [...examples].sort();
  return types.includes('null') ? [...words, null] : words;
}

function textKeywords({ examples, maxLength = 0 }: ObservedProperty): PropertySchema {
  const texts = examples.filter((value) => typeof value === 'string');
  const format = (['uuid', 'date-time', 'date'] as const).find(
    (each) => texts.length >= 3 && texts.every((text) => FORMAT_CHECKS[each].test(text)),
  );
  if (format !== undefined) return { format };
  // Room for twice what was seen, on a round number.
  const room = 2 ** Math.ceil(Math.log2(Math.max(16, maxLength * 2)));
  return { maxLength: Math.min(room, LIMITS.propertyStringLength) };
}

/** `number` says `integer` as well. */
function typesOf({ types }: ObservedProperty): JsonType[] {
  const seen = (Object.keys(types) as JsonType[]).filter((type) => (types[type] ?? 0) > 0);
  return seen.includes('number') ? seen.filter((type) => type !== 'integer') : seen;
}

/** Ids lead to people in other systems, so they are never `none` by guess. */
function guessClass(name: string): PiiClassification {
  return classOfName(name) ?? (/(?:^|_)(?:u?u?id|key|ref|hash)$/i.test(name) ? 'low' : 'none');
}
