/** Who belongs to whom: process groups that outlive their leader, and descendants. */
import fs from "node:fs";
import { libc } from "./libc.ts";

/** Fields of /proc/PID/stat, counted from the one after the command. */
const STAT = { state: 0, parent: 1, pgrp: 2, session: 3 } as const;

/** The fields, or undefined where there is no such process. */
export function statOf(pid: string): readonly string[] | undefined {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined; // it has ended meanwhile
  }
}

/**
 * Whether a process of our session is in this group, zombies not counted.
 *
 * The number of a group stays taken while anybody is in it; the session makes sure that it was not
 * given to somebody else after all.
 */
export function groupLives(pgid: number): boolean {
  if (libc().kill(-pgid, 0) !== 0) return false;
  const session = statOf("self")?.[STAT.session];
  if (session === undefined) return true; // no /proc: what kill says must do
  return fs.readdirSync("/proc").some((name) => {
    const stat = /^\d+$/.test(name) ? statOf(name) : undefined;
    return stat?.[STAT.pgrp] === String(pgid) && stat[STAT.session] === session &&
      stat[STAT.state] !== "Z";
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
  const own = statOf(String(pid));
  if (!own) return undefined;
  if (own[STAT.pgrp] === String(leader)) return true;
  let parent = own[STAT.parent];
  for (let i = 0; i < MOST_ANCESTORS && parent !== undefined && Number(parent) > 1; i++) {
    if (parent === String(leader)) return true;
    parent = statOf(parent)?.[STAT.parent];
  }
  return false;
}
