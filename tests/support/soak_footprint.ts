/** What the daemon of the soak holds of the machine: descriptors and memory. */
import { descriptorsOf, type Lab, readProc } from "./lab.ts";
import type { Kind } from "./soak_fleet.ts";

export type Descriptors = ReadonlyMap<string, number>;

export function countDescriptors(pid: number): Descriptors {
  const counts = new Map<string, number>();
  for (const target of descriptorsOf(pid).values()) {
    const type = /^(pipe|socket|anon_inode):/.exec(target)?.[1] ?? "file";
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

/** How often in a row the same must be seen. */
const STEADY_LOOKS = 50;

/**
 * What stays open: nobody is connected, and the daemon is not just reading a file, as it does when it
 * has come to rest after its start.
 */
export async function steadyDescriptors(lab: Lab, pid: number): Promise<Descriptors> {
  let last = "";
  let looks = 0;
  await lab.until(() => {
    const seen = tellDescriptors(countDescriptors(pid));
    looks = seen === last ? looks + 1 : 0;
    last = seen;
    return looks >= STEADY_LOOKS;
  }, "the daemon's descriptors stay the same");
  return countDescriptors(pid);
}

/** @param sign 1 with these running, -1 without. */
export function addNeeds(counts: Descriptors, running: readonly Kind[], sign = 1): Descriptors {
  const sums = new Map(counts);
  for (const { needs } of running) {
    for (const [type, count] of Object.entries(needs)) {
      sums.set(type, (sums.get(type) ?? 0) + sign * count);
    }
  }
  return sums;
}

/** Equal where the counts are; what there is none of is not told. */
export function tellDescriptors(counts: Descriptors): string {
  return [...counts].filter(([, count]) => count !== 0)
    .map(([type, count]) => `${count} ${type}`).toSorted().join(", ");
}

/** In kilobytes. */
export interface Memory {
  readonly resident: number;
  readonly privateDirty: number;
}

export function memoryOf(pid: number): Memory {
  const text = readProc(pid, "smaps_rollup");
  const kb = (key: string) => Number(new RegExp(`^${key}: +(\\d+) kB`, "m").exec(text)?.[1]);
  return { resident: kb("Rss"), privateDirty: kb("Private_Dirty") };
}

/** The middle one: a heap grows and shrinks between two collections. */
export function median(samples: readonly Memory[]): Memory {
  const middle = (key: keyof Memory) =>
    samples.map((sample) => sample[key]).toSorted((a, b) => a - b)[samples.length >> 1] ?? 0;
  return { resident: middle("resident"), privateDirty: middle("privateDirty") };
}

export function tellMemory({ resident, privateDirty }: Memory): string {
  const mb = (kb: number) => (kb / 1000).toFixed(1);
  return `${mb(resident)} MB resident, ${mb(privateDirty)} MB private dirty`;
}
