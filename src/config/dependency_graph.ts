/** Who waits for whom, as a graph: programs that wait for each other would never start. */

/** By node: those that it depends on. */
export type Graph = ReadonlyMap<string, readonly string[]>;

interface Visit {
  readonly node: string;
  readonly rest: Iterator<string>;
}

/**
 * Cycles, each as its nodes in order of dependency, without the first one again: `[a, b]` for
 * `a -> b -> a`. There is at least one for each tangle, and none only if there is none.
 */
export function findCycles(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  for (const start of graph.keys()) walk(graph, start, done, cycles);
  return cycles;
}

/** Depth first, by a stack of its own: a chain may be as long as a configuration. */
function walk(graph: Graph, start: string, done: Set<string>, cycles: string[][]): void {
  if (done.has(start)) return;
  const path: Visit[] = [];
  const onPath = new Map<string, number>();
  function enter(node: string): void {
    onPath.set(node, path.length);
    path.push({ node, rest: (graph.get(node) ?? [])[Symbol.iterator]() });
  }
  enter(start);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const next = top.rest.next();
    if (next.done) {
      onPath.delete(top.node);
      done.add(top.node);
      path.pop();
      continue;
    }
    const index = onPath.get(next.value);
    if (index !== undefined) cycles.push(path.slice(index).map(({ node }) => node));
    else if (!done.has(next.value)) enter(next.value);
  }
}
