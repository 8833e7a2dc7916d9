/** Process groups that outlive their leader. */
import fs from "node:fs";
import { libc } from "./libc.ts";

/** Fields of /proc/PID/stat, counted from the one after the command. */
const STAT = { state: 0, pgrp: 2, session: 3 } as const;

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
