/** Limits of the events door. Lengths are UTF-16 code units, sizes bytes. */
export const LIMITS = {
  /** A request body after decompression. */
  bodyBytes: 5 * 1024 * 1024,
  eventsPerBatch: 1_000,
  /** One event as JSON. */
  eventBytes: 64 * 1024,
  propertiesPerEvent: 250,
  propertyNameLength: 100,
  propertyStringLength: 8_192,
  /** Levels of objects and arrays below `properties`. */
  propertyDepth: 5,
  arrayItems: 250,
  assignmentsPerEvent: 50,
  assignmentLength: 100,
  /** How far ahead of the server's clock a corrected timestamp may be. */
  futureMs: 10 * 60 * 1000,
  /** Window in which a repeated event id is a duplicate. */
  duplicateWindowMs: 7 * 24 * 60 * 60 * 1000,
} as const;
