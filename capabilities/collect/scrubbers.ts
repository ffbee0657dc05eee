/** The scrubber of an environment: the product's rules, and its own where it has any. */
import type { EnvironmentPrivacy } from '@uptake/domain/contract';
import { type OnScrubbed, Scrubber } from '@uptake/domain/privacy';
import { LRUCache } from 'lru-cache';
import type { Sender } from './batch.ts';

const MAX_KEPT = 1_000;

/** One scrubber for all environments without rules of their own, so that what it remembers of names serves them all. */
export function createScrubbers(onScrubbed: OnScrubbed): (sender: Sender) => Scrubber {
  const ordinary = new Scrubber(onScrubbed);
  // By the rules and not by the environment: settings are read anew every few seconds and mostly say the same.
  const own = new LRUCache<string, Scrubber>({ max: MAX_KEPT });
  const madeFor = new WeakMap<EnvironmentPrivacy, Scrubber>();
  return ({ environment: { privacy } }) => {
    if (privacy === undefined || (privacy.scrubNames.length === 0 && privacy.scrubForms.length === 0)) return ordinary;
    let scrubber = madeFor.get(privacy);
    if (scrubber === undefined) {
      const rules = { names: privacy.scrubNames, forms: privacy.scrubForms };
      const key = JSON.stringify(rules);
      scrubber = own.get(key) ?? new Scrubber(onScrubbed, rules);
      own.set(key, scrubber);
      madeFor.set(privacy, scrubber);
    }
    return scrubber;
  };
}
