/** What a GraphQL door needs whatever it serves: builder and scalars, limits of an operation, uploads, errors with codes. */
export { createGraphBuilder, perRequest } from './builder.ts';
export { type GraphFailure, graphErrorOf } from './errors.ts';
export { refuseUnkeepable } from './keepable.ts';
export { checkOperation, GRAPH_LIMITS, type OperationLimits, type OperationSize, pageSize } from './limits.ts';
export { type GraphRequest, type MultipartLimits, readMultipart } from './multipart.ts';
export type { GraphArgument, GraphBuilder, GraphContext } from './types.ts';
export { UploadedFile } from './uploaded-file.ts';
