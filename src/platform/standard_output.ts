/** Printing, so that everything is out before the process ends. */
import fs from "node:fs";
import { errorCode } from "./errno.ts";

const STDOUT = 1;
const STDERR = 2;
const PAUSE_MS = 5;

/** Prints, also to a pipe whose reader is slow. A reader that is gone (`| head`) ends visor quietly. */
export function print(text: string): void {
  writeAll(STDOUT, text);
}

/** As `print`, on stderr. What nobody can read there is no reason to end, nor to fail. */
export function printError(text: string): void {
  writeAll(STDERR, text);
}

function writeAll(fd: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) {
    try {
      written += fs.writeSync(fd, bytes, written);
    } catch (error) {
      const code = errorCode(error);
      if (code === "EAGAIN") pause();
      else if (fd === STDERR) return;
      else if (code === "EPIPE") process.exit(0);
      else throw error;
    }
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
