/** Handing back memory that only starting up needed. */
import fs from "node:fs";
import { libc } from "./libc.ts";

const MADV_DONTNEED = 4;

/** Of a mapping, that no page differs from the file, in memory or elsewhere. */
const UNCHANGED = ["Private_Dirty", "Anonymous", "Swap"].map((field) =>
  new RegExp(`^${field}: +0 kB$`, "m")
);

/** A stretch of our address space. */
export interface Mapping {
  readonly start: number;
  readonly length: number;
}

/**
 * The parts of an executable that lie in memory as they lie in the file: whatever of them is used
 * again, the kernel finds in its cache or reads.
 *
 * @param smaps As in /proc/PID/smaps.
 */
export function unchangedParts(smaps: string, executable: string): Mapping[] {
  return smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).flatMap((entry) => {
    const head = /^([0-9a-f]+)-([0-9a-f]+) r-[-x]p \S+ \S+ \d+ +(.*)$/m.exec(entry);
    if (head?.[3] !== executable || !UNCHANGED.every((field) => field.test(entry))) return [];
    const [start, end] = [parseInt(head[1]!, 16), parseInt(head[2]!, 16)];
    return [{ start, length: end - start }];
  });
}

/** Only Bun lets a program ask for it. */
interface Runtime {
  gc(force: boolean): void;
}

/**
 * Collects garbage, and lets go of the pages of the executable. Most of its code runs once: what is
 * resident afterwards is what a daemon at work uses.
 */
export function releaseMemory(): void {
  (globalThis as { Bun?: Runtime }).Bun?.gc(true);
  let parts: readonly Mapping[];
  try {
    parts = unchangedParts(fs.readFileSync("/proc/self/smaps", "latin1"), process.execPath);
  } catch {
    return; // no /proc
  }
  for (const { start, length } of parts) libc().madvise(start, length, MADV_DONTNEED);
}
