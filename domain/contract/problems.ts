/** The problem table: every coded error of every door (RFC 9457). The code is stable; title and remedy may be reworded. */
export const PROBLEMS = {
  invalid_json: {
    status: 400,
    title: 'The body is not valid JSON',
    remedy: 'Look at the place that `detail` names; often the body was cut off.',
  },
  invalid_encoding: {
    status: 400,
    title: 'The body could not be decompressed',
    remedy: 'The gzip stream is damaged or cut off; compress again, or send it plain.',
  },
  invalid_utf8: { status: 400, title: 'The body is not UTF-8', remedy: 'Encode the body as UTF-8.' },
  invalid_batch: {
    status: 400,
    title: 'The body is neither an event nor a batch of events',
    remedy: 'Send one event, or `{"events": […]}`.',
  },
  invalid_request: {
    status: 400,
    title: 'The request does not fit its description',
    remedy: 'Mend the places listed in `errors`.',
  },
  invalid_definition: {
    status: 400,
    title: 'The question does not fit its description',
    remedy: 'Mend the places listed in `errors`.',
  },
  invalid_schema: {
    status: 400,
    title: 'The event schema cannot be kept as it is',
    remedy: 'Mend the places listed in `errors`; `uptake schema lint` finds them before they are sent.',
  },
  breaking_change: {
    status: 409,
    title: 'The change breaks what is sent today',
    remedy:
      'Send `migration_note`, `reviewer` and `accepted_until` along, or change the schema so that what was valid stays valid; `errors` lists what breaks and what is lacking.',
  },
  unsupported_encoding: {
    status: 415,
    title: 'Content-Encoding is neither gzip nor identity',
    remedy: 'Use gzip, or no encoding.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Content-Type is not one this door reads',
    remedy: 'Send `Content-Type: application/json`.',
  },
  unauthenticated: { status: 401, title: 'No valid key or session', remedy: 'Sign in, or send a key.' },
  key_missing: { status: 401, title: 'No key was given', remedy: 'Send the key as `Authorization: Bearer KEY`.' },
  key_unknown: {
    status: 401,
    title: 'The key is not known here',
    remedy: 'Check that the whole key was copied and that it belongs to this server.',
  },
  key_revoked: { status: 401, title: 'The key was revoked', remedy: 'Create a new key under Settings → Keys.' },
  key_expired: {
    status: 401,
    title: 'The key has expired',
    remedy: 'Use the key that replaced it, or create a new one under Settings → Keys.',
  },
  forbidden: {
    status: 403,
    title: 'The key or person may not do this',
    remedy: 'Use a key with the scope, or an account with the role, that `detail` names.',
  },
  aggregates_only: {
    status: 403,
    title: 'This environment shows counts, never single events',
    remedy: 'Ask for counts instead; whether an environment is a ledger is chosen by its policy.',
  },
  approval_required: {
    status: 403,
    title: 'Single people are shown with an approval only',
    remedy:
      'Ask for one with a reason under Governance → Approvals (`POST /api/v1/approvals`); once another admin has given it, the same request is answered until it is over.',
  },
  address_not_allowed: {
    status: 403,
    title: 'The key may not be used from this address',
    remedy: "Add the address to the key's list, or send from one that is on it.",
  },
  not_found: {
    status: 404,
    title: 'There is nothing at this address',
    remedy: 'Check the address and the id; what belongs to another workspace is not found either.',
  },
  conflict: { status: 409, title: 'Somebody changed this meanwhile', remedy: 'Load it again and repeat the change.' },
  idempotency_conflict: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    remedy: 'Use a new key for every message, and the same one only to send the very same message again.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    remedy: 'Send smaller batches. The limit holds for the body after decompression.',
  },
  operation_too_large: {
    status: 400,
    title: 'The operation asks for too much at once',
    remedy: 'Ask for fewer rows (`first`), fewer fields or fewer levels, and fetch the rest with further operations.',
  },
  batch_too_large: { status: 413, title: 'The batch holds too many events', remedy: 'Send fewer events per batch.' },
  request_timeout: {
    status: 408,
    title: 'The body did not arrive in time',
    remedy: 'Send the batch again; if it happens often, send smaller ones.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait as many seconds as `Retry-After` says and send the same again.',
  },
  query_timeout: {
    status: 504,
    title: 'The question took too long',
    remedy: 'Ask for a shorter period or fewer series, or raise `UPTAKE_QUERY_TIMEOUT_MS`.',
  },
  log_unavailable: {
    status: 503,
    title: 'Events cannot be made durable right now',
    remedy:
      'Nothing was kept: wait as `Retry-After` says and send the same again. Operators: look at free disk space and at `/readyz`.',
  },
  store_unavailable: {
    status: 503,
    title: 'The store cannot answer right now',
    remedy: 'Ask again later. Events are still accepted meanwhile. Operators: look at `/readyz` and the log.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong here',
    remedy:
      "A defect of Uptake; please report it with the `trace_id` or time of the request and the lines of the server's log around it.",
  },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>;

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
