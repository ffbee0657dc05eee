/**
 * Tells within a second that keys, environments or tracking plans were changed by another process. Asked on the way of
 * every event, so an answer from memory costs one comparison; the store is asked at most twice a second, and only by those
 * who are busy. Whoever comes after a pause waits for one small look-up.
 */
import type { ControlStore } from '@uptake/io/control-store';
import { configurationRevisions } from '@uptake/io/control-store/schema';
import type { Logger } from '@uptake/io/observability';

export type ConfigurationTopic = (typeof configurationRevisions.$inferSelect)['topic'];

export type ConfigurationWatch = {
  /** Whether what is remembered may be used without asking; looks again in the background when it is time. */
  isCurrent(): boolean;
  /** Asks the store. Resolves too where it does not answer: what is remembered goes on, since nothing can change either. */
  look(): Promise<void>;
  /** Called when a change of the topic was seen. */
  onChange(topic: ConfigurationTopic, listener: () => void): void;
};

export type ConfigurationWatchDependencies = {
  readonly controlStore: ControlStore;
  readonly nowMs: () => number;
  readonly logger: Logger;
};

const MAX_AGE_MS = 1_000;
/** From this age on the busy look again without waiting. */
const LOOK_AFTER_MS = 500;

export function createConfigurationWatch(dependencies: ConfigurationWatchDependencies): ConfigurationWatch {
  const { controlStore, nowMs, logger } = dependencies;
  const revisions = new Map<string, number>();
  const listeners: { topic: ConfigurationTopic; listener: () => void }[] = [];
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  async function lookNow(): Promise<void> {
    // As of before the question: what changes while it is on its way is seen by the next.
    const askedAtMs = nowMs();
    try {
      const rows = await controlStore.asSystem((tx) => tx.select().from(configurationRevisions));
      for (const { topic, revision } of rows) {
        const known = revisions.get(topic);
        revisions.set(topic, revision);
        // Nothing can be remembered from before the first look.
        if (known === undefined || known === revision) continue;
        for (const each of listeners) if (each.topic === topic) each.listener();
      }
    } catch (error) {
      logger.warn({ error: String(error) }, 'changes of configuration could not be looked up; what is known goes on');
    }
    lookedAtMs = askedAtMs;
  }

  function look(): Promise<void> {
    looking ??= lookNow().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  return {
    isCurrent() {
      const ageMs = nowMs() - lookedAtMs;
      if (ageMs >= LOOK_AFTER_MS && looking === undefined) void look();
      return ageMs < MAX_AGE_MS;
    },
    look,
    onChange(topic, listener) {
      listeners.push({ topic, listener });
    },
  };
}
