/** The three products of the demo suite and the versions their users run. */
import { DAY_MS, HOUR_MS } from './calendar.ts';
import type { DemoProductSlug } from './tenants.ts';
import type { Timeline } from './timeline.ts';

/** Documents has planned everything it sends and takes nothing else. */
export const DEMO_PRODUCTS: readonly {
  readonly slug: DemoProductSlug;
  readonly name: string;
  readonly mode: 'observe' | 'enforce';
}[] = [
  { slug: 'projects', name: 'Harborlight Projects', mode: 'observe' },
  { slug: 'documents', name: 'Harborlight Documents', mode: 'enforce' },
  { slug: 'agents', name: 'Harborlight Agents', mode: 'observe' },
];

export const FAULTY_PROJECTS_VERSION = '4.8.0';
export const FIXED_PROJECTS_VERSION = '4.8.1';
export const LEAN_AGENTS_VERSION = '1.6.0';

type Release = { readonly version: string; readonly releasedMs: number };
export type Releases = Readonly<Record<DemoProductSlug, readonly Release[]>>;

/** Each product's versions, oldest first; the first was there before the period. */
export function createReleases(timeline: Timeline): Releases {
  const at = (share: number): number => timeline.startMs + share * (timeline.endMs - timeline.startMs);
  return {
    projects: [
      { version: '4.6.2', releasedMs: 0 },
      { version: '4.7.0', releasedMs: timeline.featureReleasedMs },
      { version: FAULTY_PROJECTS_VERSION, releasedMs: timeline.faultyReleaseMs },
      { version: FIXED_PROJECTS_VERSION, releasedMs: timeline.fixReleaseMs },
      { version: '4.9.0', releasedMs: at(0.88) },
    ],
    documents: [
      { version: '2.11.3', releasedMs: 0 },
      { version: '2.12.0', releasedMs: at(0.3) },
      { version: '2.13.0', releasedMs: at(0.72) },
    ],
    agents: [
      { version: '1.4.1', releasedMs: 0 },
      { version: '1.5.0', releasedMs: at(0.25) },
      { version: LEAN_AGENTS_VERSION, releasedMs: timeline.leanAgentsReleaseMs },
    ],
  };
}

/** The newest version that has reached a client: browsers within hours, phones through their stores within a day or two. */
export function versionAt(releases: Releases, product: DemoProductSlug, atMs: number, delayMs: number): string {
  const versions = releases[product];
  for (let i = versions.length - 1; i > 0; i--) {
    if (versions[i]!.releasedMs + delayMs <= atMs) return versions[i]!.version;
  }
  return versions[0]!.version;
}

export const MEAN_DELAY_MS = { browser: 1.5 * HOUR_MS, phone: 1 * DAY_MS, server: 0 } as const;
