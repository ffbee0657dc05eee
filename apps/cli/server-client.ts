/** Speaks HTTP with a running server: the key in the header, problems as errors, "later" told apart from "no". */
import { PROBLEMS, Problem, type ProblemCode } from '@uptake/domain/contract';
import { CommandFailed } from './exit.ts';

/** The server could not be reached, or broke off. Carries `retryAfterSeconds`, since trying again may help. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
  readonly retryAfterSeconds = 1;
}

export type ServerClient = {
  readonly url: string;
  /** The reply where its status is 2xx. Throws `Problem` or `ServerUnreachable` otherwise. */
  request(path: string, request?: ServerRequest): Promise<Response>;
  /** The same, its body read as JSON. */
  json<Body>(path: string, request?: ServerRequest): Promise<Body>;
};

export type ServerRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
  readonly signal?: AbortSignal;
  /** Until the head of the reply is there. */
  readonly timeoutMs?: number;
};

const DEFAULT_TIMEOUT_MS = 60_000;

export function createServerClient({ url, key }: { url: string; key?: string }): ServerClient {
  async function request(path: string, options: ServerRequest = {}): Promise<Response> {
    const { method = 'GET', query = {}, headers, body, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    const address = new URL(url + path);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    try {
      const response = await fetch(address, {
        method,
        headers: { accept: '*/*', ...(key !== undefined && { authorization: `Bearer ${key}` }), ...headers },
        ...(body !== undefined && { body }),
        signal: signal === undefined ? timeout.signal : AbortSignal.any([timeout.signal, signal]),
        redirect: 'error',
      });
      if (response.ok) return response;
      throw await problemOf(response, url);
    } catch (error) {
      if (error instanceof Problem || error instanceof CommandFailed || signal?.aborted) throw error;
      if (timeout.signal.aborted) throw new ServerUnreachable(`${url} did not answer within ${timeoutMs / 1_000} s.`);
      throw new ServerUnreachable(unreachable(url, error), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    url,
    request,
    json: async (path, options) => (await (await request(path, options)).json()) as never,
  };
}

function unreachable(url: string, error: unknown): string {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  switch (cause?.code) {
    case 'ECONNREFUSED':
      return `Nothing listens at ${url}. Start the server with "uptake serve", or name its address with --url.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host of ${url} is not known. Check --url.`;
    default:
      return `${url} cannot be reached: ${cause?.message ?? (error as Error).message}.`;
  }
}

/** Statuses without a problem body that mean the server, or a proxy before it, may answer later. */
const TRANSIENT = new Set([408, 429, 502, 503, 504]);

async function problemOf(response: Response, url: string): Promise<Error> {
  const text = await response.text().catch(() => '');
  const { code, detail } = readProblem(text);
  const retryAfterSeconds = readRetryAfter(response.headers.get('retry-after'), response.status);
  if (code !== undefined) return new Problem(code, detail, { ...(retryAfterSeconds && { retryAfterSeconds }) });
  if (TRANSIENT.has(response.status)) return new ServerUnreachable(`${url} answered ${response.status}.`);
  return new CommandFailed(`${url} answered ${response.status}, which Uptake does not say. Is --url right?`);
}

function readProblem(text: string): { code?: ProblemCode; detail: string } {
  try {
    const { code, title, detail, errors } = JSON.parse(text) as Record<string, unknown>;
    if (typeof code !== 'string' || !Object.hasOwn(PROBLEMS, code)) return { detail: '' };
    const mistakes = Array.isArray(errors)
      ? errors.map(({ path, message }: { path: string; message: string }) => `\n  ${path} ${message}`).join('')
      : '';
    return { code: code as ProblemCode, detail: `${String(detail ?? title)}${mistakes}` };
  } catch {
    return { detail: '' };
  }
}

function readRetryAfter(header: string | null, status: number): number | undefined {
  if (!TRANSIENT.has(status)) return undefined;
  const seconds = Number(header ?? '1');
  return Number.isFinite(seconds) && seconds >= 0 ? Math.max(seconds, 0.1) : 1;
}
