/** The live view's connection: opens `/live`, and opens it again when it breaks or falls silent. */
import { useEffect, useEffectEvent, useState } from 'react';
import { ApiProblem, parseJson, problemOf, send } from './client.ts';
import type { Scope } from './queries.ts';
import { createEventParser } from './server-sent-events.ts';
import type { LiveEvent } from './types.ts';

/** The server says something every 15 s; after twice that the connection is taken for dead. */
const SILENCE_MS = 32_000;
const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000];

/** What a body that breaks off in the middle comes to; browsers say no more than “network error”. */
const CONNECTION_LOST = new ApiProblem({
  status: 0,
  code: 'connection_lost',
  title: 'The connection was lost',
  detail: 'The console connects again by itself. Events that came meanwhile are in Explore.',
});

export type LiveState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  | { kind: 'broken'; problem: unknown }
  /** Trying again would not help: signed out, or not allowed. */
  | { kind: 'refused'; problem: ApiProblem };

type Handlers = { onEvent: (event: LiveEvent) => void; onSkipped?: (events: number) => void };

export function useLiveStream(scope: Scope, { onEvent, onSkipped }: Handlers): LiveState {
  const [state, setState] = useState<LiveState>({ kind: 'connecting' });
  const takeEvent = useEffectEvent(onEvent);
  const takeSkipped = useEffectEvent((events: number) => onSkipped?.(events));
  const { workspaceId, environmentId } = scope;

  useEffect(() => {
    const stop = new AbortController();
    const run = async () => {
      for (let failures = 0; !stop.signal.aborted; failures++) {
        try {
          await readStream({ workspaceId, environmentId }, stop.signal, {
            onOpen: () => {
              failures = 0;
              setState({ kind: 'open' });
            },
            onMessage: (event, data) => {
              const body = parseJson(data);
              if (event === 'telemetry' && body !== undefined) takeEvent(body as LiveEvent);
              if (event === 'skipped') takeSkipped(Number((body as { events?: number } | undefined)?.events ?? 0));
            },
          });
          if (!stop.signal.aborted) setState({ kind: 'connecting' });
        } catch (problem) {
          if (stop.signal.aborted) return;
          if (problem instanceof ApiProblem && !problem.isTransient) return setState({ kind: 'refused', problem });
          setState({ kind: 'broken', problem: problem instanceof ApiProblem ? problem : CONNECTION_LOST });
        }
        await pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0, stop.signal);
      }
    };
    setState({ kind: 'connecting' });
    void run();
    return () => stop.abort();
  }, [workspaceId, environmentId]);
  return state;
}

type Reader = { onOpen: () => void; onMessage: (event: string, data: string) => void };

/** Resolves when the server ends the stream, rejects when it refuses or the stream falls silent. */
async function readStream(scope: Scope, signal: AbortSignal, { onOpen, onMessage }: Reader): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const response = await send(`/live?environment_id=${encodeURIComponent(scope.environmentId)}`, {
      workspaceId: scope.workspaceId,
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || response.body === null) throw problemOf(response, parseJson(await response.text()));
    onOpen();
    const parse = createEventParser();
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      for (const { event, data } of parse(decoder.decode(piece.value, { stream: true }))) onMessage(event, data);
    }
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
