/** The file that holds the daemon's pid. */
import fs from "node:fs";

/** Writes `PID` and a line feed. @throws {Error} With node's `code`. */
export function writePidfile(path: string): void {
  fs.writeFileSync(path, `${process.pid}\n`);
}

/** Removes it if it still names us. */
export function removePidfile(path: string): void {
  try {
    if (fs.readFileSync(path, "utf8").trim() === String(process.pid)) fs.rmSync(path);
  } catch {
    // gone already, or not ours to remove
  }
}
