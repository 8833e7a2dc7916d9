/**
 * The work of `supervisor_stdout:event_handler`, a plug-in in many container images: its listener
 * gives each PROCESS_LOG event back as the result, and the handler prints what is in it.
 */
import type { ResultHandler } from "./result_handler.ts";

export const RELAY = "supervisor_stdout:event_handler";

/** @param print Given whole lines. */
export function relayHandler(print: (lines: Uint8Array) => void): ResultHandler {
  return (result) => {
    print(new TextEncoder().encode(relayedLines(new TextDecoder().decode(result))));
    return true;
  };
}

/**
 * @param event As it was delivered: a line of `key:value` words, and the output.
 * @returns Whole lines, each with the name of its process and its channel in front.
 * @throws {Error} If it is nothing of the kind.
 * @example relayedLines("processname:web channel:stdout\nhello\n") // "web stdout | hello\n"
 */
export function relayedLines(event: string): string {
  const [, process, channel, output] =
    /^processname:(\S+) [^\n]*channel:(std\w+)\n(.*)$/s.exec(event) ?? [];
  if (output === undefined) throw new Error("this result is no event about output");
  const lines = output === "" ? [] : output.replace(/\n$/, "").split("\n");
  return lines.map((line) => `${process} ${channel} | ${line}\n`).join("");
}
