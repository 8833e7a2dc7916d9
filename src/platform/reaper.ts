/** Collecting ended children, ours and (as PID 1) everybody's. */
import type { Exit } from "../model/exit.ts";
import { libc, retrying } from "./libc.ts";

const P_ALL = 0;
const WNOHANG = 1;
const WEXITED = 4;

/** Places in `siginfo_t`, counted in 32-bit words. */
const SIGINFO = { words: 32, code: 2, pid: 4, status: 6 } as const;

const CLD_EXITED = 1;
const CLD_DUMPED = 3;

export interface Reaped {
  readonly pid: number;
  readonly exit: Exit;
}

const info = new Int32Array(SIGINFO.words);
const infoBytes = new Uint8Array(info.buffer);

/**
 * Takes one ended child, or nothing if none has ended. SIGCHLD coalesces: call until nothing
 * comes.
 */
export function reapOne(): Reaped | undefined {
  info[SIGINFO.pid] = 0;
  if (libc().waitid(P_ALL, 0, infoBytes, WEXITED | WNOHANG) !== 0) return undefined;
  const pid = info[SIGINFO.pid]!;
  if (pid === 0) return undefined;
  const code = info[SIGINFO.code]!;
  const status = info[SIGINFO.status]!;
  if (code === CLD_EXITED) return { pid, exit: { type: "code", code: status } };
  return { pid, exit: { type: "signal", signal: status, core: code === CLD_DUMPED } };
}

const P_PID = 1;

/** Waits for one child of ours. @returns Its exit status, or 1 if a signal ended it. */
export function waitForExit(pid: number): number {
  const result = retrying(() => libc().waitid(P_PID, pid, infoBytes, WEXITED));
  return result === 0 && info[SIGINFO.code] === CLD_EXITED ? info[SIGINFO.status]! : 1;
}
