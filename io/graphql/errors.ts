/** Errors as the graph answers them: a code of the problem table in `extensions.code`, and nothing of the inside. */
import { PROBLEMS, Problem, type ProblemCode } from '@uptake/domain/contract';
import { GraphQLError } from 'graphql';

export type GraphFailure = {
  readonly requestId: string;
  /** Turns an error of a store into the problem it is; what it does not know is `internal_error`. */
  readonly toProblem: (error: Error) => Problem;
  /** Told of what nobody foresaw. */
  readonly onUnexpected: (error: Error) => void;
};

/** Keeps where in the operation it happened, and Yoga's word on the status of the reply. */
export function graphErrorOf(error: unknown, { requestId, toProblem, onUnexpected }: GraphFailure): GraphQLError {
  const known = error instanceof GraphQLError ? error : undefined;
  const cause = rootOf(error);
  if (cause instanceof GraphQLError) return coded(cause.message, 'invalid_request', known ?? cause, { requestId });
  const problem = cause instanceof Problem ? cause : toProblem(cause);
  if (problem.code === 'internal_error') onUnexpected(cause);
  return coded(problem.detail, problem.code, known, {
    requestId,
    ...(problem.errors && { errors: problem.errors }),
    ...(problem.retryAfterSeconds !== undefined && { retryAfterSeconds: problem.retryAfterSeconds }),
  });
}

function coded(
  message: string,
  code: ProblemCode,
  at: GraphQLError | undefined,
  more: Readonly<Record<string, unknown>>,
): GraphQLError {
  const http = at?.extensions.http;
  return new GraphQLError(message, {
    nodes: at?.nodes,
    source: at?.source,
    positions: at?.positions,
    path: at?.path,
    extensions: { code, title: PROBLEMS[code].title, ...more, ...(http !== undefined && { http }) },
  });
}

/** A GraphQLError of its own is a mistake of whoever wrote the operation; one around another error is only its place. */
function rootOf(error: unknown): Error {
  let root = error;
  while (root instanceof GraphQLError && root.originalError !== undefined) root = root.originalError;
  return root instanceof Error ? root : new Error(String(root));
}
