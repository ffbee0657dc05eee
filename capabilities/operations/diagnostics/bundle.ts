/**
 * The diagnostics bundle: what a stranger needs to help with an installation, and nothing of whom it serves. Every text in
 * it passes the scrubber once more on the way out.
 */
import type { DescribedSetting } from '@uptake/io/config';

export type DiagnosticsBundle = {
  readonly format: 'uptake-diagnostics/1';
  readonly generated_at: string;
  readonly versions: Readonly<Record<string, string | number>>;
  readonly settings: readonly DescribedSetting[];
  readonly health: unknown;
  readonly stores: unknown;
  /** By name and labels, as Prometheus writes them. */
  readonly counters: Readonly<Record<string, number>>;
  readonly jobs: readonly { readonly name: string; readonly state: string; readonly runs: number }[];
  /** The last warnings and errors of the log, oldest first. */
  readonly recent_problems: readonly unknown[];
};

export type BundleParts = {
  readonly nowMs: number;
  readonly versions: DiagnosticsBundle['versions'];
  readonly settings: readonly DescribedSetting[];
  readonly health: unknown;
  readonly stores: unknown;
  /** Prometheus text. */
  readonly exposition: string;
  readonly jobs: DiagnosticsBundle['jobs'];
  /** Lines of the log. */
  readonly recentProblems: readonly string[];
};

export function makeBundle(parts: BundleParts, scrub: (text: string) => string): DiagnosticsBundle {
  const bundle = {
    format: 'uptake-diagnostics/1',
    generated_at: new Date(parts.nowMs).toISOString(),
    versions: parts.versions,
    settings: parts.settings,
    health: scrubbed(parts.health, scrub),
    stores: scrubbed(parts.stores, scrub),
    counters: countersOf(parts.exposition),
    jobs: parts.jobs,
    recent_problems: parts.recentProblems.map((line) => scrubbed(readLine(line), scrub)),
  } satisfies DiagnosticsBundle;
  return bundle;
}

/** Counters and gauges; of a histogram its count and sum, which tell the mean. Buckets would be most of the bundle. */
export function countersOf(exposition: string): Readonly<Record<string, number>> {
  const counters: Record<string, number> = {};
  for (const line of exposition.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const space = line.lastIndexOf(' ');
    const name = line.slice(0, space);
    const value = Number(line.slice(space + 1));
    if (!Number.isFinite(value) || /_bucket\{/.test(name)) continue;
    counters[name] = value;
  }
  return counters;
}

function readLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Cut off at its length: a text like any other.
    return line;
  }
}

function scrubbed(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, scrub));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, scrubbed(item, scrub)]));
}
