/** Who belongs to whom: process groups that outlive their leader, and descendants. */
import { libc } from "./libc.ts";
import { processIds, statOf } from "./proc_stat.ts";

/**
 * Whether a process of our session is in this group, zombies not counted.
 *
 * The number of a group stays taken while anybody is in it; the session makes sure that it was not
 * given to somebody else after all.
 */
export function groupLives(pgid: number): boolean {
  if (libc().kill(-pgid, 0) !== 0) return false;
  const session = statOf("self")?.session;
  if (session === undefined) return true; // no /proc: what kill says must do
  return processIds().some((pid) => {
    const stat = statOf(pid);
    return stat?.pgid === pgid && stat.session === session && stat.state !== "Z";
  });
}

/** More generations than any program has. */
const MOST_ANCESTORS = 64;

/**
 * Whether a process was started by a program: it is the program's own, or in its process group, or
 * it descends from it.
 *
 * @param leader The program's process, which leads its group.
 * @returns undefined if it has ended, and nobody can tell any more.
 */
export function belongsTo(pid: number, leader: number): boolean | undefined {
  if (pid === leader) return true;
  const own = statOf(pid);
  if (!own) return undefined;
  if (own.pgid === leader) return true;
  let parent: number | undefined = own.parent;
  for (let i = 0; i < MOST_ANCESTORS && parent !== undefined && parent > 1; i++) {
    if (parent === leader) return true;
    parent = statOf(parent)?.parent;
  }
  return false;
}
