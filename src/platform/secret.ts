/** A line typed at a terminal that does not show it. */
import type { ReadStream } from "node:tty";

const CTRL_C = "\x03";
const CTRL_D = "\x04";
const BACKSPACES: readonly string[] = ["\x7f", "\b"];

/**
 * @param ask Shows the prompt; by then nothing that is typed is shown.
 * @returns null at Ctrl-C, or at Ctrl-D in an empty line.
 */
export function readSecret(terminal: ReadStream, ask: () => void): Promise<string | null> {
  const typed: string[] = [];
  terminal.setRawMode(true);
  terminal.resume();
  ask();
  return new Promise((resolve) => {
    const finish = (secret: string | null) => {
      terminal.off("data", onData);
      terminal.setRawMode(false);
      terminal.pause();
      resolve(secret);
    };
    const onData = (data: Uint8Array | string) => {
      for (const char of String(data)) {
        if (char === "\r" || char === "\n") return finish(typed.join(""));
        if (char === CTRL_C || (char === CTRL_D && typed.length === 0)) return finish(null);
        if (BACKSPACES.includes(char)) typed.pop();
        else typed.push(char);
      }
    };
    terminal.on("data", onData);
  });
}
