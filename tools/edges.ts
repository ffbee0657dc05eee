/** Reads `capabilities/edges.json`, the one list of what may reach sideways inside a floor, and checks it for itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCycles } from './cycles.ts';
import type { Finding } from './sources.ts';

export const EDGES_FILE = 'capabilities/edges.json';

export type Edge = { readonly from: string; readonly to: string; readonly for: string };

export type Edges = {
  /** A capability that reads another through its `read-model.ts`. */
  readonly read_models: readonly Edge[];
  /** A room of `io/` that stands on another; `*` is every room. */
  readonly io: readonly Edge[];
  /** npm packages that are pure enough for `domain/`. */
  readonly domain_packages: readonly { readonly name: string; readonly for: string }[];
};

export function readEdges(root: string): Edges {
  return JSON.parse(readFileSync(join(root, EDGES_FILE), 'utf8'));
}

/** `used` holds `from→to` of every edge the code goes along. */
export function checkEdges(edges: Edges, used: ReadonlySet<string>): readonly Finding[] {
  const graph = new Map<string, readonly string[]>();
  for (const { from, to } of edges.read_models) graph.set(from, [...(graph.get(from) ?? []), to]);
  const cycles = findCycles(graph).map((cycle) =>
    finding(
      'edge-cycle',
      `The read models form a cycle: ${cycle.join(' → ')}. Let one side react to messages instead.`,
    ),
  );
  const unused = edges.read_models
    .filter(({ from, to }) => !used.has(edgeKey(from, to)))
    .map(({ from, to }) =>
      finding('edge-unused', `No file of ${from} reads ${to} any more. Take the edge off the list.`),
    );
  return [...cycles, ...unused];
}

export function edgeKey(from: string, to: string): string {
  return `${from}→${to}`;
}

function finding(rule: string, message: string): Finding {
  return { file: EDGES_FILE, line: 1, rule, message };
}
