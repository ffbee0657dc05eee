/** Speaks GraphQL with the server: typed operations, the same failures as REST, and uploads that say how far they are. */
import { ApiProblem, type FieldError, parseJson, send } from './client.ts';

declare const answered: unique symbol;

/** The text of an operation that knows what it takes and what it answers. */
export type Operation<Answer, Variables> = string & { readonly [answered]?: (variables: Variables) => Answer };

/** Names the types of an operation; its text is checked against the schema by a test. */
export const operation = <Answer, Variables = Record<string, never>>(text: string) =>
  text as Operation<Answer, Variables>;

type GraphError = { message: string; extensions?: Record<string, unknown> };
type GraphReply<Answer> = { data?: Answer | null; errors?: GraphError[] };

export type GraphOptions = { workspaceId: string; signal?: AbortSignal };

const PATH = '/graphql';

export async function askGraph<Answer, Variables>(
  document: Operation<Answer, Variables>,
  variables: Variables,
  { workspaceId, signal }: GraphOptions,
): Promise<Answer> {
  const response = await send(PATH, {
    method: 'POST',
    body: { query: document, variables },
    workspaceId,
    ...(signal === undefined ? {} : { signal }),
  });
  return answerOf<Answer>(response.status, await response.text());
}

/** Share of the file that has left, 0 to 1; 1 while the server works on it. */
export type OnProgress = (share: number) => void;

/** Sends `file` as the variable `file` (GraphQL multipart request specification). XMLHttpRequest: fetch tells no progress. */
export function uploadToGraph<Answer, Variables>(
  document: Operation<Answer, Variables & { file: null }>,
  variables: Variables,
  file: File,
  { workspaceId, signal, onProgress }: GraphOptions & { onProgress?: OnProgress },
): Promise<Answer> {
  const form = new FormData();
  form.append('operations', JSON.stringify({ query: document, variables: { ...variables, file: null } }));
  form.append('map', JSON.stringify({ 0: ['variables.file'] }));
  form.append('0', file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', PATH);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('X-Uptake-Workspace', workspaceId);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress?.(total === 0 ? 1 : loaded / total));
    request.addEventListener('load', () => {
      try {
        resolve(answerOf<Answer>(request.status, request.responseText));
      } catch (problem) {
        reject(problem);
      }
    });
    request.addEventListener('error', () => reject(unreachable()));
    request.addEventListener('abort', () => reject(new DOMException('The upload was stopped.', 'AbortError')));
    signal?.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

/** The data of a reply; what failed is thrown as the problem it is. Half an answer is none. */
export function answerOf<Answer>(status: number, text: string): Answer {
  const body = parseJson(text) as GraphReply<Answer> | undefined;
  const [error] = body?.errors ?? [];
  if (error !== undefined) throw problemOfGraph(status, error);
  if (body?.data === undefined || body.data === null) {
    throw new ApiProblem({
      status,
      code: 'unexpected_answer',
      title: 'The server answered with something else than data',
      detail: `${PATH} did not answer with an answer. A proxy in between may be answering in its place.`,
    });
  }
  return body.data;
}

function problemOfGraph(status: number, { message, extensions = {} }: GraphError): ApiProblem {
  const { code, title, errors, retryAfterSeconds, requestId } = extensions;
  return new ApiProblem({
    // What fails while it is answered comes with status 200; it is no reason to ask again.
    status: status === 200 ? 400 : status,
    code: typeof code === 'string' ? code : 'graph_error',
    title: typeof title === 'string' ? title : 'The server could not answer',
    detail: message,
    errors: Array.isArray(errors) ? (errors as FieldError[]) : [],
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
  });
}

function unreachable(): ApiProblem {
  return new ApiProblem({
    status: 0,
    code: 'unreachable',
    title: 'The server cannot be reached',
    detail: 'The file did not arrive. Check that Uptake is running and that you are online, then send it again.',
  });
}
