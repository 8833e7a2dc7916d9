/** /proc/PID/stat, and who is in /proc: as far as anybody here wants to know. */
import fs from "node:fs";

export interface ProcessStat {
  readonly pid: number;
  /** `R`, `S`, … `Z`: it has ended, and its parent has not asked. */
  readonly state: string;
  readonly parent: number;
  readonly pgid: number;
  readonly session: number;
  /** Processor time in clock ticks, of reaped children, too. */
  readonly ticks: number;
  /** In clock ticks since the machine was started. */
  readonly startTime: number;
  /** Of memory. */
  readonly pages: number;
}

/** @returns undefined for what is no such text: the process may have ended meanwhile. */
export function parseStat(text: string): ProcessStat | undefined {
  // The name in brackets may contain anything, brackets and newlines included.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const pid = parseInt(text);
  if (!(pid > 0) || fields.length < 22) return undefined;
  const number = (field: number) => Number(fields[field]);
  return {
    pid,
    state: fields[0]!,
    parent: number(1),
    pgid: number(2),
    session: number(3),
    ticks: number(11) + number(12) + number(13) + number(14),
    startTime: number(19),
    pages: number(21),
  };
}

/** @returns undefined where there is no such process, or no /proc. */
export function statOf(pid: number | "self"): ProcessStat | undefined {
  try {
    return parseStat(fs.readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return undefined;
  }
}

/** Of all processes there are; none where there is no /proc. */
export function processIds(): readonly number[] {
  try {
    return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}
