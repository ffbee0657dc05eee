/** The types every part of the graph is built with: its scalars, its builder, and what resolvers know. */
import type { Principal } from '@uptake/domain/contract';
import type { UploadedFile } from './uploaded-file.ts';

type GraphScalars = {
  ID: { Input: string; Output: string };
  DateTime: { Input: Date; Output: Date | string };
  /** A day without a time zone, YYYY-MM-DD. */
  Date: { Input: string; Output: string };
  /** Where a value is required, null is none. */
  JSON: { Input: NonNullable<unknown>; Output: unknown };
  Upload: { Input: UploadedFile; Output: never };
};

/** What resolvers know of the request they answer. */
export type GraphContext = {
  readonly principal: Principal;
  readonly requestId: string;
};

export type GraphTypes = {
  Context: GraphContext;
  Scalars: GraphScalars;
  /** A field is there unless it says `nullable`, an input may be left out unless it says `required`. */
  DefaultFieldNullability: false;
};

export type GraphBuilder = PothosSchemaTypes.SchemaBuilder<PothosSchemaTypes.ExtendDefaultTypes<GraphTypes>>;

/** What makes arguments of a field, as `t.arg`: for arguments that several fields have. */
export type GraphArgument = Parameters<Parameters<GraphBuilder['queryFields']>[0]>[0]['arg'];
