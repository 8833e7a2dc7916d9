/** What kind of file a command names, for those who ask why it does not start. */
import fs from "node:fs";

export interface CommandFile {
  readonly path: string;
  /** Permission bits and more, as stat(2) gives them. */
  readonly mode: number;
  /** What its first line names after `#!`; null where there is none. */
  readonly interpreter: string | null;
  /** It begins with letters rather than with the bytes of a program. */
  readonly isText: boolean;
}

/** As much of a first line as the system looks at. */
const HEAD_BYTES = 256;

/** null where it cannot be looked at. */
export function lookAtCommand(path: string): CommandFile | null {
  try {
    const { mode } = fs.statSync(path);
    const head = (mode & 0o170000) === 0o100000 ? headOf(path) : "";
    const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(head)?.[1] ?? null;
    // deno-lint-ignore no-control-regex -- programs have them, texts do not
    return { path, mode, interpreter, isText: !/[\x00-\x08\x7f]/.test(head) };
  } catch {
    return null;
  }
}

/** "" where it may not be read: a program need not be readable. */
function headOf(path: string): string {
  let fd: number | undefined;
  try {
    fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const head = new Uint8Array(HEAD_BYTES);
    return new TextDecoder("latin1").decode(head.subarray(0, fs.readSync(fd, head)));
  } catch {
    return "";
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}
