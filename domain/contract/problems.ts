/** The problem table: every coded error of every door (RFC 9457). The code is stable; the title may be reworded. */
export const PROBLEMS = {
  invalid_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_encoding: { status: 400, title: 'The body could not be decompressed' },
  invalid_utf8: { status: 400, title: 'The body is not UTF-8' },
  invalid_batch: { status: 400, title: 'The body is neither an event nor a batch of events' },
  invalid_request: { status: 400, title: 'The request does not fit its description' },
  invalid_definition: { status: 400, title: 'The question does not fit its description' },
  unsupported_encoding: { status: 415, title: 'Content-Encoding is neither gzip nor identity' },
  unsupported_media_type: { status: 415, title: 'Content-Type is not one this door reads' },
  unauthenticated: { status: 401, title: 'No valid key or session' },
  key_missing: { status: 401, title: 'No key was given' },
  key_unknown: { status: 401, title: 'The key is not known here' },
  key_revoked: { status: 401, title: 'The key was revoked' },
  key_expired: { status: 401, title: 'The key has expired' },
  forbidden: { status: 403, title: 'The key or person may not do this' },
  address_not_allowed: { status: 403, title: 'The key may not be used from this address' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  method_not_allowed: { status: 405, title: 'The address does not answer this method' },
  conflict: { status: 409, title: 'Somebody changed this meanwhile' },
  body_too_large: { status: 413, title: 'The body is too large' },
  batch_too_large: { status: 413, title: 'The batch holds too many events' },
  request_timeout: { status: 408, title: 'The body did not arrive in time' },
  rate_limited: { status: 429, title: 'Too many requests' },
  query_timeout: { status: 504, title: 'The question took too long' },
  log_unavailable: { status: 503, title: 'Events cannot be made durable right now' },
  store_unavailable: { status: 503, title: 'The store cannot answer right now' },
  internal_error: { status: 500, title: 'Something went wrong here' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing wrong with an input, for a person to act on. */
export type InputError = { readonly path: string; readonly message: string };

/** A coded failure that a door turns into `application/problem+json`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string;
  /** Seconds for `Retry-After`, where waiting helps. */
  readonly retryAfterSeconds: number | undefined;
  /** Where an input of many parts is wrong, part by part; `path` is a JSON pointer into it. */
  readonly errors: readonly InputError[] | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { retryAfterSeconds?: number; cause?: unknown; errors?: readonly InputError[] } = {},
  ) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.detail = detail;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.errors = options.errors;
  }

  /** The RFC 9457 body. `type` is a relative reference to the documentation of the code. */
  toJSON(): {
    type: string;
    title: string;
    status: number;
    code: ProblemCode;
    detail: string;
    errors?: readonly InputError[];
  } {
    return {
      type: `/docs/problems#${this.code}`,
      title: PROBLEMS[this.code].title,
      status: this.status,
      code: this.code,
      detail: this.detail,
      ...(this.errors === undefined ? {} : { errors: this.errors }),
    };
  }
}
