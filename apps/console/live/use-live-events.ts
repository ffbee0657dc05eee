/** Feeds the buffer from the stream and hands out a snapshot four times a second, however fast events come. */
import { useCallback, useEffect, useState } from 'react';
import { type LiveState, useLiveStream } from '../api/live-stream.ts';
import type { Scope } from '../api/queries.ts';
import { createEventBuffer, type LiveSnapshot } from './event-buffer.ts';

const KEPT_EVENTS = 300;
const SNAPSHOT_MS = 250;

type LiveEvents = LiveSnapshot & { state: LiveState; togglePause: () => void; clear: () => void };

export function useLiveEvents(scope: Scope): LiveEvents {
  const [buffer] = useState(() => createEventBuffer(KEPT_EVENTS));
  const [snapshot, setSnapshot] = useState(() => buffer.snapshot(Date.now()));
  const refresh = useCallback(() => setSnapshot(buffer.snapshot(Date.now())), [buffer]);
  const state = useLiveStream(scope, {
    onEvent: (event) => buffer.add(event, Date.now()),
    onSkipped: (events) => buffer.skip(events, Date.now()),
  });
  useEffect(() => {
    const timer = setInterval(refresh, SNAPSHOT_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  const togglePause = useCallback(() => {
    buffer.setPaused(!buffer.snapshot(Date.now()).isPaused);
    refresh();
  }, [buffer, refresh]);
  const clear = useCallback(() => {
    buffer.clear();
    refresh();
  }, [buffer, refresh]);
  return { ...snapshot, state, togglePause, clear };
}
