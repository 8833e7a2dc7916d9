/**
 * Resource limits of the daemon and of its children.
 *
 * Both runtimes raise their own soft limit of open files to the hard one. Children get back the
 * limit that visor was started with: old programs close every descriptor up to it in a loop.
 */
import fs from "node:fs";
import { libc } from "./libc.ts";

export interface Limit {
  /** Infinity where there is none. */
  readonly soft: number;
  readonly hard: number;
}

export type LimitedResource = "NOFILE" | "NPROC";

const RESOURCES: Record<LimitedResource, number> = { NPROC: 6, NOFILE: 7 };
const LINES: Record<LimitedResource, string> = {
  NPROC: "Max processes",
  NOFILE: "Max open files",
};
const UNLIMITED = 2n ** 64n - 1n;

function toNumber(value: bigint): number {
  return value === UNLIMITED ? Infinity : Number(value);
}

function toNative(value: number): bigint {
  return value === Infinity ? UNLIMITED : BigInt(value);
}

export function getLimit(resource: LimitedResource): Limit {
  const pair = new BigUint64Array(2);
  libc().getrlimit(RESOURCES[resource], new Uint8Array(pair.buffer));
  return { soft: toNumber(pair[0]!), hard: toNumber(pair[1]!) };
}

/** @returns false if the system refuses, e.g. a hard limit above the current one without root. */
export function setLimit(resource: LimitedResource, { soft, hard }: Limit): boolean {
  const pair = new BigUint64Array([toNative(soft), toNative(hard)]);
  return libc().setrlimit(RESOURCES[resource], new Uint8Array(pair.buffer)) === 0;
}

/** One line of /proc/PID/limits. */
export function parseLimit(text: string, resource: LimitedResource): Limit | undefined {
  const line = text.split("\n").find((each) => each.startsWith(LINES[resource]));
  const found = line && /\s(\d+|unlimited)\s+(\d+|unlimited)\s/.exec(line);
  if (!found) return undefined;
  const [soft, hard] = found.slice(1).map((word) => word === "unlimited" ? Infinity : Number(word));
  return { soft: soft!, hard: hard! };
}

/**
 * The soft limit of open files that visor was started with, before the runtime raised it.
 *
 * A process inherits its limits, so the parent's answer is ours where its hard limit is ours. Where
 * it is not (a service manager set it, or there is no parent to ask), nothing is lowered: a program
 * that cannot open files is worse than one that closes many.
 */
function originalFileLimit(): number {
  const { soft, hard } = getLimit("NOFILE");
  try {
    const parent = parseLimit(fs.readFileSync(`/proc/${process.ppid}/limits`, "utf8"), "NOFILE");
    return parent?.hard === hard ? Math.min(parent.soft, soft) : soft;
  } catch {
    return soft; // no /proc, or no parent in our PID namespace
  }
}

let childFileLimit: number | undefined;

/** Raises what children get, and what visor has, to at least `minimum`. @see spec/processes.md §2 */
export function raiseFileLimit(minimum: number): boolean {
  childFileLimit = Math.max(childFileLimit ?? originalFileLimit(), minimum);
  return raiseLimit("NOFILE", minimum);
}

export function raiseLimit(resource: LimitedResource, minimum: number): boolean {
  const { soft, hard } = getLimit(resource);
  if (soft >= minimum) return true;
  return setLimit(resource, { soft: minimum, hard: Math.max(hard, minimum) });
}

/** Runs `task`, which starts a child, under the file limit that children get. */
export function withFileLimit<T>(task: () => T): T {
  childFileLimit ??= originalFileLimit();
  const own = getLimit("NOFILE");
  const theirs = Math.min(childFileLimit, own.hard);
  if (theirs === own.soft) return task();
  setLimit("NOFILE", { soft: theirs, hard: own.hard });
  try {
    return task();
  } finally {
    setLimit("NOFILE", own);
  }
}
