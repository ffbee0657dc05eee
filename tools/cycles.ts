/** Finds cycles in a graph of names. */

/**
 * One cycle per strongly connected component (Tarjan 1972), its first name repeated at the end: the shortest way from the
 * component's first name back to itself.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  return components(graph)
    .filter((component) => component.length > 1 || graph.get(component[0] ?? '')?.includes(component[0] ?? ''))
    .map((component) => shortestCycle(graph, component));
}

function components(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();

  function visit(name: string): number {
    const index = order.size;
    order.set(name, index);
    stack.push(name);
    onStack.add(name);
    let low = index;
    for (const next of graph.get(name) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (onStack.has(next)) low = Math.min(low, order.get(next) ?? low);
    }
    if (low === index) found.push(popUntil(name));
    return low;
  }

  function popUntil(name: string): string[] {
    const component = stack.splice(stack.indexOf(name));
    for (const each of component) onStack.delete(each);
    return component.sort();
  }

  for (const name of graph.keys()) if (!order.has(name)) visit(name);
  return found;
}

/** Breadth first from the component's first name, inside the component, until it is met again. */
function shortestCycle(graph: ReadonlyMap<string, readonly string[]>, component: readonly string[]): readonly string[] {
  const start = component[0] ?? '';
  const inside = new Set(component);
  const paths: string[][] = [[start]];
  const seen = new Set<string>();
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    for (const next of graph.get(path.at(-1) ?? '') ?? []) {
      if (next === start) return [...path, start];
      if (!inside.has(next) || seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return [start];
}
