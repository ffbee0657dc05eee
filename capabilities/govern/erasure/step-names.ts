/** The steps of an erasure by name. */

/** In this order. What follows `prepare` is done anew where events of the subject came in meanwhile. */
export const STEPS = [
  /** Waits until everything that was accepted is in the store: the log is empty of the subject then. */
  'drain',
  'count',
  'prepare',
  'erase_rows',
  'rebuild_aggregates',
  'erase_documents',
  'write_out',
  'verify',
  'certify',
] as const;
export type StepName = (typeof STEPS)[number];
