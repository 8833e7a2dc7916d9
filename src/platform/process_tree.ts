/** What our children have started: who descends from whom, and signals that reach nobody else. */
import fs from "node:fs";
import { closeAll } from "./spawn.ts";
import { ERRNO } from "./errno.ts";
import { errno, libc, systemCall } from "./libc.ts";
import { processIds, type ProcessStat, statOf } from "./proc_stat.ts";

/** Numbers of system calls, the same on x64 and arm64. */
const PIDFD_SEND_SIGNAL = 424;
const PIDFD_OPEN = 434;

/** One process, and no other that gets its number later. */
export type Descendant = Pick<ProcessStat, "pid" | "parent" | "pgid" | "startTime">;

/** All who descend from this process and have not ended, by pid. */
export function descendants(): ReadonlyMap<number, Descendant> {
  const all = new Map<number, Descendant>();
  for (const pid of processIds()) {
    const found = look(pid);
    if (found) all.set(found.pid, found);
  }
  const ours = [...all].filter(([pid]) =>
    pid !== process.pid && ancestorOf(pid, all) !== undefined
  );
  return new Map(ours);
}

/** The child of ours that a process descends from, or that it is; undefined for a stranger. */
export function ancestorOf(
  pid: number,
  all: ReadonlyMap<number, Descendant>,
): number | undefined {
  for (let at = all.get(pid), steps = 0; at && steps <= all.size; steps++) {
    if (at.parent === process.pid) return at.pid;
    at = all.get(at.parent);
  }
  return undefined;
}

function look(pid: number): Descendant | undefined {
  const stat = statOf(pid);
  return stat?.state === "Z" || stat?.state === "X" ? undefined : stat;
}

/** Whether a process was started with this variable, as `NAME=value`. */
export function hasVariable(pid: number, entry: string): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(entry);
  } catch {
    return false; // ended, or not ours to look at
  }
}

/** What nobody else has: our pid, and when we were started. */
export function ownIdentity(): string {
  return `${process.pid}.${look(process.pid)?.startTime ?? 0}`;
}

/**
 * A signal to this very process; if it has ended, to nobody.
 *
 * @returns false if the system refuses: it became another user.
 */
export function signalDescendant({ pid, startTime }: Descendant, signal: number): boolean {
  const fd = systemCall(PIDFD_OPEN, pid);
  try {
    // What the descriptor stands for does not change any more: now it can be looked at.
    if (look(pid)?.startTime !== startTime) return true;
    // Without one it is a kernel before 5.3.
    const sent = fd >= 0 ? systemCall(PIDFD_SEND_SIGNAL, fd, signal) : libc().kill(pid, signal);
    return sent === 0 || errno() !== ERRNO.EPERM;
  } finally {
    if (fd >= 0) closeAll([fd]);
  }
}
