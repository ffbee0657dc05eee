/** Speaks HTTP with the server: one `request`, and one kind of failure that a person can read. */

export type FieldError = { path: string; message: string };

/** A failed request: the server's problem+json, or the same shape for what never reached it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;
  /** Finds the request in the server's log. */
  readonly requestId: string | undefined;

  constructor(problem: {
    status: number;
    code: string;
    title: string;
    detail: string;
    errors?: readonly FieldError[];
    retryAfterSeconds?: number | undefined;
    requestId?: string | undefined;
  }) {
    super(`${problem.title}: ${problem.detail}`);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.retryAfterSeconds = problem.retryAfterSeconds;
    this.requestId = problem.requestId;
  }

  /** Whether the same request may succeed a little later. A question that took too long would only take as long again. */
  get isTransient(): boolean {
    if (this.code === 'query_timeout') return false;
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export type RequestOptions = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** Which of the person's workspaces is meant; the first where absent. */
  workspaceId?: string;
  signal?: AbortSignal;
};

export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  const text = await response.text();
  const body = parseJson(text);
  if (!response.ok) throw problemOf(response, body);
  if (text !== '' && body === undefined) {
    throw new ApiProblem({
      status: response.status,
      code: 'unexpected_answer',
      title: 'The server answered with something else than data',
      detail: `${path} did not answer with JSON. A proxy in between may be answering in its place.`,
    });
  }
  return body as T;
}

/** The request itself, for answers that are read as a stream. Throws `ApiProblem` when the server cannot be reached. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' });
  if (options.workspaceId !== undefined) headers.set('X-Uptake-Workspace', options.workspaceId);
  if (options.body !== undefined) headers.set('Content-Type', 'application/json');
  try {
    return await fetch(path, {
      method: options.method ?? 'GET',
      headers,
      credentials: 'same-origin',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiProblem({
      status: 0,
      code: 'unreachable',
      title: 'The server cannot be reached',
      detail: 'Check that Uptake is running and that you are online. This page tries again by itself.',
    });
  }
}

/** The problem a failed response describes (RFC 9457); the status alone where something in between answered. */
export function problemOf(response: Response, body: unknown): ApiProblem {
  const fields = isRecord(body) ? body : {};
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new ApiProblem({
    status: response.status,
    code: textOf(fields.code) ?? `http_${response.status}`,
    title: textOf(fields.title) ?? `The server answered ${response.status}`,
    detail: textOf(fields.detail) ?? '',
    errors: Array.isArray(fields.errors) ? fields.errors.filter(isFieldError) : [],
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
    requestId: textOf(fields.request_id),
  });
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFieldError(value: unknown): value is FieldError {
  return isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
