/** What a client wants to read of logs. */
import type { Window } from "../../logs/log_lines.ts";
import type { Channel } from "../../model/config.ts";
import { fault } from "../../rpc/faults.ts";

export interface LogQuery {
  /** Processes and groups; undefined: all. */
  readonly names: readonly string[] | undefined;
  readonly channel: Channel;
  readonly window: Window;
  /** The last so many of each; null: all. */
  readonly lines: number | null;
  readonly follow: boolean;
}

/** @param wall Now: times below zero are counted back from it. @throws {RpcFault} BAD_ARGUMENTS */
export function readLogQuery(query: URLSearchParams, wall: number): LogQuery {
  const names = query.getAll("name");
  const number = (option: string): number | null => {
    const text = query.get(option);
    if (text === null) return null;
    if (/^-?\d{1,15}$/.test(text)) return Number(text);
    throw fault("BAD_ARGUMENTS", `${option}: expected a whole number`);
  };
  const moment = (option: string, fallback: number): number => {
    const ms = number(option);
    return ms === null ? fallback : ms < 0 || Object.is(ms, -0) ? wall + ms : ms;
  };
  const lines = number("lines");
  if (lines !== null && lines < 0) throw fault("BAD_ARGUMENTS", "lines: expected 0 or more");
  const channel = query.get("channel") ?? "stdout";
  if (channel !== "stdout" && channel !== "stderr") {
    throw fault("BAD_ARGUMENTS", "channel: expected stdout or stderr");
  }
  return {
    names: names.length === 0 ? undefined : names,
    channel,
    window: { since: moment("since", -Infinity), until: moment("until", Infinity) },
    lines,
    follow: query.get("follow") === "1",
  };
}
