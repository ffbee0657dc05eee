/** What a kind of source has to be able to do, and how it says that it could not. */
import { type InputError, Problem } from '@uptake/domain/contract';
import type { SourceRow as ValueRow } from './map-rows.ts';
import type { SourceRow } from './source-rows.ts';

export type StoredKind = SourceRow['kind'];

/** What a kind of source can do; `fetchValues` is absent where values are sent to us. */
export type SourceDriver = {
  readonly readConfig: (config: unknown) => readonly InputError[];
  readonly readCredentials: (credentials: unknown, config: unknown) => readonly InputError[];
  /** Where credentials are sent: kept ones are not sent elsewhere, or whoever may change a source could have them come to himself. */
  readonly targetOf?: (config: unknown) => string;
  /** Made here and shown once, where whoever sends has to know it and brought none. */
  readonly makeCredentials?: () => { readonly credentials: unknown; readonly secret: string };
  readonly fetchValues?: (asked: FetchAsked) => Promise<FetchedValues>;
  /** Where values are sent to us: what the text of one message says. Throws `Problem`. */
  readonly readMessage?: (config: unknown, message: string) => FetchedValues;
};

export type FetchAsked = {
  readonly config: unknown;
  readonly credentials: unknown;
  readonly signal: AbortSignal;
  readonly day: number;
  readonly workspaceId: string;
  readonly tenantId: string | undefined;
  /** Of a binding: the name of the attribute that is bound, and of its task. */
  readonly bound: { readonly task: string; readonly attribute: string } | undefined;
};

export type FetchedValues = {
  readonly rows: readonly ValueRow[];
  readonly notices: readonly string[];
  readonly sample?: unknown;
};

export type SourceDrivers = Readonly<Partial<Record<StoredKind, SourceDriver>>>;

/** The other side did not give values; the message is for a person and holds no credentials. */
export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
  readonly isRetriable: boolean;

  constructor(message: string, options: { readonly isRetriable: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isRetriable = options.isRetriable;
  }
}

export function driverOf(drivers: SourceDrivers, kind: StoredKind): SourceDriver {
  const driver = drivers[kind];
  if (driver === undefined) throw new Problem('conflict', `This server has no sources of the kind ${kind}.`);
  return driver;
}
