/** Printing, so that everything is out before the process ends. */
import fs from "node:fs";
import { errorCode } from "./errno.ts";

const STDOUT = 1;
const STDERR = 2;
const PAUSE_MS = 5;

/** Prints, also to a pipe whose reader is slow. A reader that is gone (`| head`) ends visor quietly. */
export function print(text: string): void {
  try {
    writeAll(STDOUT, text);
  } catch (error) {
    if (errorCode(error) === "EPIPE") process.exit(0);
    throw error;
  }
}

/** As `print`, on stderr. Where nobody can be told, nobody is: what was wrong still counts. */
export function printError(text: string): void {
  try {
    writeAll(STDERR, text);
  } catch {
    // gone, or on a disk that is full
  }
}

function writeAll(fd: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) {
    try {
      written += fs.writeSync(fd, bytes, written);
    } catch (error) {
      if (errorCode(error) !== "EAGAIN") throw error;
      pause();
    }
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
