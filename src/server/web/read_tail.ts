/** The end of a process's log, as the tail page shows it. @see spec/control.md §6, "tail.html" */
import { stripAnsi } from "../../logs/strip_ansi.ts";
import type { Channel } from "../../model/config.ts";
import { RpcFault } from "../../rpc/faults.ts";
import type { Daemon } from "../daemon.ts";
import { call, unexpected } from "./calls.ts";

export const LEAST_BYTES = 1024;

/** A page with more than this does no browser any good. */
const MOST_BYTES = 1024 * 1024;

/** @returns What a reader asked for, or the nearest to it that he can have. */
export function readLimit(text: string | undefined): number {
  const wanted = text !== undefined && /^\d+$/.test(text) ? Number(text) : LEAST_BYTES;
  return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, wanted));
}

export interface TailText {
  readonly ok: boolean;
  /** What the log ends in, or why there is nothing to show. */
  readonly text: string;
}

export async function readTailText(
  daemon: Daemon,
  namespec: string,
  channel: Channel,
  limit: number,
): Promise<TailText> {
  if (namespec === "") return { ok: false, text: "No process name found" };
  const method = channel === "stdout" ? "readProcessStdoutLog" : "readProcessStderrLog";
  try {
    return { ok: true, text: tidy(await call(daemon, method, namespec, -limit, 0) as string) };
  } catch (error) {
    if (error instanceof RpcFault && error.is("NO_FILE")) {
      return { ok: false, text: `No file for ${namespec}` };
    }
    return { ok: false, text: `ERROR: ${unexpected(error)}` };
  }
}

/** Without colours, and without what is left of a character that the limit cut in two. */
function tidy(text: string): string {
  const plain = new TextDecoder().decode(stripAnsi(new TextEncoder().encode(text)));
  return plain.replace(/^\uFFFD{1,3}/, "");
}
