/** What trees of processes take of the machine, from one pass over /proc. */
import fs from "node:fs";
import type { TreeUsage } from "../model/usage.ts";
import { processIds, type ProcessStat, statOf } from "./proc_stat.ts";

/**
 * The processes that belong to each root: what descends from it, and of its process group what was
 * left by its parents. One that is older than its parent is not its child: a pid has been used anew.
 */
export function treesOf(
  stats: Iterable<ProcessStat>,
  roots: readonly number[],
): ReadonlyMap<number, readonly ProcessStat[]> {
  const trees = new Map<number, ProcessStat[]>(roots.map((root) => [root, []]));
  const byPid = new Map<number, ProcessStat>();
  for (const stat of stats) byPid.set(stat.pid, stat);
  const known = new Map<number, number | null>(roots.map((root) => [root, root]));
  const parentOf = (stat: ProcessStat) => {
    const parent = byPid.get(stat.parent);
    return parent && parent.startTime <= stat.startTime ? parent : undefined;
  };
  /** Up to an ancestor that is known, and down again: the chain may be long. */
  const rootOf = (stat: ProcessStat): number | null => {
    const chain: ProcessStat[] = [];
    let above: ProcessStat | undefined = stat;
    for (; above && !known.has(above.pid); above = parentOf(above)) {
      known.set(above.pid, null); // nobody is their own ancestor, whatever was read
      chain.push(above);
    }
    let root = above ? known.get(above.pid)! : null;
    for (const { pid, pgid } of chain.toReversed()) {
      root ??= trees.has(pgid) ? pgid : null;
      known.set(pid, root);
    }
    return known.get(stat.pid)!;
  };
  for (const stat of byPid.values()) {
    const root = rootOf(stat);
    if (root !== null) trees.get(root)!.push(stat);
  }
  return trees;
}

/** The kernel counts processor time for its readers in these, on every architecture that we know. */
const TICK_MS = 10;

/** After so long others get their turn. */
const TURN_MS = 10;

/** PSS is counted by the kernel page by page: no more than this for one request. */
const PSS_MS = 500;

/**
 * @param roots Pids of children of ours, which nobody else can have meanwhile.
 * @param withPss Ask for PSS, too, which takes longer.
 */
export async function measureTrees(
  roots: readonly number[],
  withPss: boolean,
): Promise<ReadonlyMap<number, TreeUsage>> {
  const stats: ProcessStat[] = [];
  await inTurns(processIds(), (pid) => {
    const stat = statOf(pid);
    if (stat) stats.push(stat);
  });
  const trees = [...treesOf(stats, roots)].filter(([, tree]) => tree.length > 0);
  const pss = withPss ? await readPss(trees.flatMap(([, tree]) => tree)) : new Map();
  return new Map(trees.map(([root, tree]) => [root, sum(tree, pss)]));
}

async function inTurns<T>(items: readonly T[], task: (item: T) => void): Promise<void> {
  let began = performance.now();
  for (const item of items) {
    task(item);
    if (performance.now() - began < TURN_MS) continue;
    await new Promise(setImmediate);
    began = performance.now();
  }
}

function sum(tree: readonly ProcessStat[], pss: ReadonlyMap<number, number>): TreeUsage {
  const total = (of: (stat: ProcessStat) => number) => tree.reduce((all, one) => all + of(one), 0);
  const shares = tree.flatMap(({ pid }) => pss.get(pid) ?? []);
  return {
    processes: tree.length,
    cpu_ms: total(({ ticks }) => ticks) * TICK_MS,
    rss_bytes: total(({ pages }) => pages) * pageBytes(),
    pss_bytes: shares.length === tree.length ? shares.reduce((all, one) => all + one, 0) : null,
  };
}

function read(path: string): string {
  try {
    return fs.readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** By pid, as far as there was time. */
async function readPss(stats: readonly ProcessStat[]): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  const end = performance.now() + PSS_MS;
  await inTurns(stats, ({ pid }) => {
    if (performance.now() > end) return;
    const bytes = kilobytes(read(`/proc/${pid}/smaps_rollup`), "Pss");
    if (bytes !== null) found.set(pid, bytes);
  });
  return found;
}

let pageSize: number | undefined;

function pageBytes(): number {
  return pageSize ??= kilobytes(read("/proc/self/smaps"), "KernelPageSize") ?? 4096;
}

/** One line of /proc/PID/smaps, in bytes. */
function kilobytes(text: string, field: string): number | null {
  const found = new RegExp(`^${field}: +(\\d+) kB$`, "m").exec(text);
  return found ? Number(found[1]) * 1024 : null;
}
